"""Messages about the data and its run: what it says of samples, their pictures, the disk it may take, who is there. numpy."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..core.arrays import Float32Array, Int32Array, UInt8Array
from ..core.errors import ProtocolError


@dataclass(frozen=True, eq=False)
class AskFacts:
    """Say what the data holds of `samples` (K,) int32, the run's numbers, and the values of one column, if it is named."""

    request: str
    samples: Int32Array
    column: str = ""


@dataclass(frozen=True)
class AskPicture:
    """Show the own picture of `sample`, the run's number, with no side longer than `side` pixels. Only the newest is answered."""

    request: str
    sample: int
    side: int


@dataclass(frozen=True, eq=False)
class PictureTold:
    """pixels: (H, W, 3) uint8 sRGB, highest line first; (0, 0, 3) where the sample has no picture that can be read."""

    request: str
    sample: int
    pixels: UInt8Array

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise ProtocolError("A sample's picture is not (height, width, 3); restart the trainer.")


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
class Closed:
    """The trainer ends in good order."""

    step: int


@dataclass(frozen=True)
class Saved:
    """The checkpoint asked for by `request` is on disk."""

    request: str
    step: int
