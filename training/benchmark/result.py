"""What one method gives on one split, and the figures of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...core.arrays import Float32Array, Float64Array, Int32Array
from . import measures
from .splits import Split


@dataclass(frozen=True, eq=False)
class Result:
    """held (H,), transductive (N,): int32 category ids. room (N, 3), held_room (H, 3): where there is a room.

    probability: (H,) of the category given in `held`, where the method says how sure it is. half_side: of the cube that
    the room means to fill; 0 where it may have any size.
    """

    held: Int32Array
    transductive: Int32Array
    seconds: float
    room: Float32Array | None = None
    held_room: Float32Array | None = None
    probability: Float64Array | None = None
    half_side: float = 0.0


def figures(split: Split, result: Result) -> dict[str, float]:
    """The figures of a result by name; those that the method has no room or no probability for are left out."""
    rows = split.unlabelled
    correct = result.held == split.held_truth
    found = {
        "held": float(np.mean(correct)),
        "transductive": float(np.mean(result.transductive[rows] == split.truth[rows])),
        "cpu_seconds": result.seconds,
    }
    if result.room is not None:
        found["fill"] = measures.fill(result.room)
        if result.half_side:
            found["room_fill"] = measures.room_fill(result.room, result.half_side)
        else:  # the best that it could do in a cube: each axis stretched to the walls
            found["room_fill"] = measures.room_fill(measures.in_cube(result.room))
    if result.held_room is not None:
        found["trust"] = measures.trust(split.held, result.held_room)
        found["silhouette"] = measures.silhouette(result.held_room, split.held_truth)
    if result.probability is not None:
        found["ece"] = measures.calibration_error(result.probability, correct)
        found["coverage95"] = measures.coverage_at(result.probability, correct)
    return found


def from_room(
    split: Split, room: Float32Array, held_room: Float32Array, seconds: float, half_side: float = 0.0
) -> Result:
    """A method whose answer is kNN in its room from the labelled points."""
    return Result(
        measures.room_knn(room, split.given, held_room),
        measures.room_knn(room, split.given, room),
        seconds,
        room,
        held_room,
        half_side=half_side,
    )
