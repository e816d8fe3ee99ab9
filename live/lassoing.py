"""From a loop, a box or a stroke on screen to a selection on the mesh, whatever view it was drawn in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import bpy
import numpy as np

from ..core import edits, selection
from ..core.arrays import BoolArray, Float32Array
from ..core.brush import Sweep
from ..core.errors import LassoError
from ..core.projection import View, project
from . import labels, seen
from .book import Drawn, Gesture
from .running import RunningTrainer


@dataclass(frozen=True)
class Loop:
    """What was drawn: (V, 2) float32 pixels, the view it was drawn in, and what it does to the selection.

    radius: 0 for a closed loop; for a brush, its radius in pixels, and the pixels are its path. drawn_id: the gesture that
    this repeats with other settings, "" for a new one.
    """

    polygon: Float32Array
    view: View
    mode: str = "REPLACE"
    depth: str = "ALL"
    near: float = float("-inf")
    far: float = float("inf")
    duration_s: float = 0.0
    radius: float = 0.0
    drawn_id: str = ""


class Stroke:
    """A brush's stroke while it is drawn: tells the selection as it would be now. Positions must be held meanwhile."""

    def __init__(self, cloud: bpy.types.Object, context: bpy.types.Context, view: View, mode: str, radius: float) -> None:
        self.positions, self.view, self.mode = seen.positions(cloud, context), view, mode
        self.projected = project(self.positions, view)
        self.selected = labels.selected(cloud)
        self.path: list[tuple[float, float]] = []
        self.resize(radius)

    def resize(self, radius: float) -> None:
        """Another radius, for the whole stroke."""
        self.sweep = Sweep(self.positions, self.projected, self.view, radius)
        self.done, self.fresh = 0, True

    def chosen(self) -> BoolArray | None:
        """(N,) bool: the selection with what the stroke has passed so far, or None where that is the same as before."""
        if self.done == len(self.path) and not self.fresh:
            return None
        self.sweep.extend(self.path[self.done :])
        self.done, self.fresh = len(self.path), False
        return selection.combine(self.selected, self.sweep.inside, self.mode)


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
) -> tuple[int, int, str]:
    """Select by `loop`. Returns how many points were inside, how many are selected now, and the gesture's id.

    The loop is noted on the trainer: a category given next keeps it as its origin. Of a brush the edit keeps spheres, (K, 4)
    centre and radius in the cloud's own space, which mean the same through any view, so that no view is kept with them.
    """
    drawn = trainer.drawn if trainer is not None else None
    positions = seen.positions(cloud, context)
    if drawn is not None and drawn.gesture_id == loop.drawn_id and len(drawn.positions) == len(positions):
        positions = drawn.positions
    projected = project(positions, loop.view)
    kept, view, viewport = loop.polygon, loop.view.matrix, (loop.view.width, loop.view.height)
    if loop.radius:
        if not len(loop.polygon):
            raise LassoError("Give a stroke of the brush a path of one corner or more, in pixels.")
        sweep = Sweep(positions, projected, loop.view, loop.radius)
        sweep.extend(loop.polygon)
        inside, kept = sweep.inside, np.array(sweep.spheres, dtype=np.float32)
    else:
        inside = selection.select(projected, loop.polygon, loop.depth, loop.near, loop.far)
    chosen = selection.combine(labels.selected(cloud), inside, loop.mode)
    total = labels.set_selected(cloud, chosen)
    gesture_id = edits.new_id()
    if trainer is not None:
        trainer.loop = Gesture(
            source=source,
            gesture_id=gesture_id,
            polygon=kept,
            view=None if loop.radius else view,
            viewport=None if loop.radius else viewport,
            duration_s=loop.duration_s,
        )
        trainer.drawn = Drawn(gesture_id, positions)
    return int(np.count_nonzero(inside)), total, gesture_id
