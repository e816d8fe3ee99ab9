"""From a loop on screen to a selection on the mesh, whatever view it was drawn in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import bpy
import numpy as np

from ..core import edits, selection
from ..core.arrays import Float32Array
from ..core.errors import LassoError
from ..core.projection import View
from . import labels, seen
from .book import Gesture
from .running import RunningTrainer


@dataclass(frozen=True)
class Loop:
    """A loop as drawn: (V, 2) float32 pixels, the view it was drawn in, and what it does to the selection."""

    polygon: Float32Array
    view: View
    mode: str = "REPLACE"
    depth: str = "ALL"
    near: float = float("-inf")
    far: float = float("inf")
    duration_s: float = 0.0


def polygon(corners: list[tuple[float, float]]) -> Float32Array:
    """The corners as an array. Raises LassoError for fewer than three."""
    if len(corners) < 3:
        raise LassoError("Draw a loop around some points: a click or a straight stroke encloses nothing.")
    return np.asarray(corners, dtype=np.float32)


def no_viewport() -> NoReturn:
    """Raise the LassoError for a call that has no viewport to draw in."""
    raise LassoError("Call this with a 3D viewport in context, or with view='CAMERA'.")


def select(
    cloud: bpy.types.Object, context: bpy.types.Context, loop: Loop, source: str, trainer: RunningTrainer | None
) -> tuple[int, int]:
    """Select by `loop`. Returns how many points were inside, and how many are selected now.

    The loop is noted on the trainer: a category given next keeps it as its origin.
    """
    projected = seen.projected(cloud, context, loop.view)
    inside = selection.select(projected, loop.polygon, loop.depth, loop.near, loop.far)
    chosen = selection.combine(labels.selected(cloud), inside, loop.mode)
    total = labels.set_selected(cloud, chosen)
    if trainer is not None:
        trainer.loop = Gesture(
            source=source,
            gesture_id=edits.new_id(),
            polygon=loop.polygon,
            view=loop.view.matrix,
            viewport=(loop.view.width, loop.view.height),
            duration_s=loop.duration_s,
        )
    return int(np.count_nonzero(inside)), total
