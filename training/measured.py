"""Answers to questions about the cloud, as they travel. Standard library and numpy."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.arrays import Float32Array, Int32Array
from ..core.errors import ProtocolError


@dataclass(frozen=True, eq=False)
class ForcesMeasured:
    """What acts on `samples` (K,) int32 in the batch of step `step`; as training/forces.py describes its report.

    forces and guessed by term, total, motion, carried: (K, 3) float32; cosine: (K,) float32. gradients: norms by layer and
    term. elsewhere, note: sentences, or empty.
    """

    request: str
    step: int
    pairs: int
    samples: Int32Array
    forces: dict[str, Float32Array]
    guessed: dict[str, Float32Array]
    total: Float32Array
    motion: Float32Array
    carried: Float32Array
    cosine: Float32Array
    gradients: dict[str, dict[str, float]]
    elsewhere: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        vectors = [*self.forces.values(), *self.guessed.values(), self.total, self.motion, self.carried]
        count = len(self.samples)
        if any(vector.shape != (count, 3) for vector in vectors) or self.cosine.shape != (count,):
            raise ProtocolError(f"A measurement of {count:,} samples holds forces of another number; restart the trainer.")


@dataclass(frozen=True, eq=False)
class Suggestion:
    """A place worth a look. kind: core, uncertain or novel. centre, radius: in room units. samples: (K,) int32, the run's

    numbers, the one in its middle first. sentence: why to look there.
    """

    kind: str
    centre: tuple[float, float, float]
    radius: float
    samples: Int32Array
    sentence: str


@dataclass(frozen=True, eq=False)
class Suggestions:
    """Where to look next, as of `step`: up to one place of each kind."""

    request: str
    step: int
    places: list[Suggestion]
