"""Messages about the data and its run: what the data says of samples, the disk it may take, that the trainer is there. numpy."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..core.arrays import Float32Array, Int32Array


@dataclass(frozen=True, eq=False)
class AskFacts:
    """Say what the data holds of `samples` (K,) int32, the run's numbers, and the values of one column, if it is named."""

    request: str
    samples: Int32Array
    column: str = ""


@dataclass(frozen=True)
class SetDiskLimit:
    """Let recorded epochs take so many GB of disk; older ones are thinned out beyond that."""

    gigabytes: float


@dataclass(frozen=True)
class SampleFacts:
    """text: the sample's words, shortened, empty for other data. cells: what stands in each column, as text."""

    sample: int
    text: str
    cells: list[str]


@dataclass(frozen=True, eq=False)
class FactsTold:
    """columns: the names of all. values: (N,) float32 of the column asked for, NaN where it is empty, by sample in order; of

    a column of texts places in `names`.
    """

    request: str
    columns: list[str]
    facts: list[SampleFacts]
    column: str = ""
    values: Float32Array | None = None
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class AskAlive:
    """Say that you are there."""


@dataclass(frozen=True)
class Alive:
    """The control thread is there, whatever the training does."""


@dataclass(frozen=True)
class Saved:
    """The checkpoint asked for by `request` is on disk."""

    request: str
    step: int
