"""The messages between Blender and the trainer: one dataclass each, checked on both ends. Standard library and numpy.

A message is flat: numbers, texts, lists of small values, and arrays. frames.py turns it into bytes and back; what is not
listed here is refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..core.arrays import Int32Array
from ..core.categories import Category
from ..core.edits import LabelEdit
from ..core.errors import ProtocolError
from .datasets.reference import DatasetRef
from .measured import ForcesMeasured as ForcesMeasured
from .measured import Suggestion as Suggestion
from .measured import Suggestions as Suggestions
from .placed import MOST
from .placed import Opened as Opened
from .placed import Snapshot as Snapshot
from .refusal import Failed as Failed
from .told import Alive as Alive
from .told import AskAlive as AskAlive
from .told import AskFacts as AskFacts
from .told import AskPicture as AskPicture
from .told import Closed as Closed
from .told import FactsTold as FactsTold
from .told import PictureTold as PictureTold
from .told import SampleFacts as SampleFacts
from .told import Saved as Saved
from .told import SetDiskLimit as SetDiskLimit

LAYERS = ("z", "p", "h")
"""What the cloud can show: the room, and the two layers before it."""
STATES = ("STARTING", "LOADING", "TRAINING", "PAUSED", "WAITING")


# From Blender to the trainer


@dataclass(frozen=True)
class Open:
    """Open a run: a new one from `dataset`, or (None) the one that lies in run_path. The first message."""

    version: str
    protocol: int
    client_id: str
    run_path: str
    dataset: DatasetRef | None = None
    config: dict[str, Any] = field(default_factory=dict)
    annotator: str = ""
    trusted: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SetCategories:
    """The categories as they are now, in order."""

    request: str
    categories: list[Category]


@dataclass(frozen=True, eq=False)
class ApplyEdits:
    """Label edits; acknowledged by id once they are on disk. One that comes again changes nothing."""

    edits: list[LabelEdit]


@dataclass(frozen=True)
class Lease:
    """Train until step `until_step`, or until `ttl_s` seconds pass without another lease."""

    until_step: int
    ttl_s: float


@dataclass(frozen=True)
class Pause:
    """Stop the steps; everything else goes on."""


@dataclass(frozen=True)
class SetForces:
    """Multipliers of the loss terms, from the next step on."""

    attract: float
    repel: float
    neighbours: float
    room: float


@dataclass(frozen=True)
class ShowLayer:
    """Send snapshots of this layer, one of LAYERS. What is recorded is always z."""

    layer: str


@dataclass(frozen=True, eq=False)
class AskForces:
    """Measure the forces on `samples` (K,) int32, the run's numbers."""

    request: str
    samples: Int32Array


@dataclass(frozen=True)
class AskSuggestions:
    """Say where to look next."""

    request: str


@dataclass(frozen=True)
class Save:
    """Write a checkpoint."""

    request: str


@dataclass(frozen=True)
class Close:
    """Finish the write, save a checkpoint, end."""


# From the trainer to Blender


@dataclass(frozen=True)
class Hello:
    """Who the trainer is. torch: its version, empty where there is none."""

    version: str
    protocol: int
    pid: int
    python: str
    torch: str


@dataclass(frozen=True)
class Described:
    """What the data set holds, before it is loaded."""

    kind: str
    source: str
    samples: int
    shape: list[int]
    classes: list[str]
    labelled: int
    memory_bytes: int
    notes: list[str]


@dataclass(frozen=True)
class Acknowledged:
    """These edits, or the request of this id, are on disk. edits: how many the run holds now; revision: of the categories, where
    they were stored, else 0.
    """

    edit_ids: list[str]
    request: str = ""
    edits: int = 0
    revision: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.edits < MOST or not 0 <= self.revision < MOST:
            raise ProtocolError("The trainer acknowledged what it cannot hold; restart it.")


@dataclass(frozen=True)
class Status:
    """What the trainer is doing, in one sentence. state: one of STATES; progress: 0..1."""

    state: str
    sentence: str
    progress: float = 0.0


Message: TypeAlias = (
    Open
    | SetCategories
    | ApplyEdits
    | Lease
    | Pause
    | SetForces
    | SetDiskLimit
    | ShowLayer
    | AskForces
    | AskSuggestions
    | AskFacts
    | AskPicture
    | AskAlive
    | Save
    | Close
    | Hello
    | Described
    | Opened
    | Acknowledged
    | Snapshot
    | ForcesMeasured
    | Suggestions
    | FactsTold
    | PictureTold
    | Status
    | Saved
    | Failed
    | Alive
    | Closed
)

TO_TRAINER: tuple[type, ...] = (
    Open,
    SetCategories,
    ApplyEdits,
    Lease,
    Pause,
    SetForces,
    SetDiskLimit,
    ShowLayer,
    AskForces,
    AskSuggestions,
    AskFacts,
    AskPicture,
    AskAlive,
    Save,
    Close,
)
TO_BLENDER: tuple[type, ...] = (
    Hello,
    Described,
    Opened,
    Acknowledged,
    Snapshot,
    ForcesMeasured,
    Suggestions,
    FactsTold,
    PictureTold,
    Status,
    Saved,
    Failed,
    Alive,
    Closed,
)
