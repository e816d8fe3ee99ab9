"""Where the cloud is: what the trainer says of it when a run opens, and from then on. Standard library and numpy."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..core.arrays import Float32Array, Int32Array
from ..core.categories import Category
from ..core.errors import ProtocolError

MOST = 2**31
"""Beyond every number of steps, epochs, edits and categories: Blender's own numbers end there."""


@dataclass(frozen=True, eq=False)
class Opened:
    """The run is open. samples, category, tile: (N,) int32; positions: (N, 3) float32. edits: how many it holds.

    disk_limit: GB that recorded epochs may take. revision: of the categories.
    """

    run_id: str
    run_path: str
    step: int
    epoch: float
    samples: Int32Array
    positions: Float32Array
    category: Int32Array
    tile: Int32Array
    atlas: str
    tile_px: int
    tile_columns: int
    tile_rows: int
    tile_gutter: int
    categories: list[Category]
    records: int
    edits: int
    kind: str
    source: str
    can_train: bool
    missing: str
    notes: list[str] = field(default_factory=list)
    disk_limit: float = 0.0
    revision: int = 0

    def __post_init__(self) -> None:
        count = len(self.samples) if self.samples.ndim == 1 else -1
        one_each = all(values.shape == (count,) for values in (self.category, self.tile))
        if count < 0 or not one_each or self.positions.shape != (count, 3) or bool(np.any(np.diff(self.samples) <= 0)):
            raise ProtocolError("The trainer opened a run whose samples, places and labels are not of one number; restart it.")
        sizes = (self.tile_px, self.tile_columns, self.tile_rows, self.tile_gutter)
        numbers = (self.step, self.records, self.edits, self.revision, *sizes)
        if not all(0 <= number < MOST for number in numbers) or not all(0 < it.id < MOST for it in self.categories):
            raise ProtocolError("The trainer opened a run with a number that cannot be; restore the run from a copy.")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Where the cloud is at `step`. positions: (N, 3) float32. When new, each (N,): prediction int32, confidence, margin and
    novelty float32, and doubted int32, what a labelled sample would surely be called without its label, if something else.

    layer: which one the positions are of. fresh: which share of them is of this step, the others are of earlier ones.
    """

    step: int
    epoch: float
    metrics: dict[str, float]
    records: int
    positions: Float32Array
    prediction: Int32Array | None = None
    confidence: Float32Array | None = None
    layer: str = "z"
    fresh: float = 1.0
    margin: Float32Array | None = None
    novelty: Float32Array | None = None
    doubted: Int32Array | None = None

    def __post_init__(self) -> None:
        count = len(self.positions) if self.positions.ndim == 2 else -1
        guesses = (self.prediction, self.confidence, self.margin, self.novelty, self.doubted)
        if self.positions.shape != (count, 3) or any(it is not None and it.shape != (count,) for it in guesses):
            raise ProtocolError("A snapshot holds places and guesses of different numbers; restart the trainer.")
        if not 0 <= self.step < MOST or not 0 <= self.records < MOST:
            raise ProtocolError("A snapshot is of a step that cannot be; restart the trainer.")
