"""Gestures in the air: from a hand's path to a selection, by the same functions as at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np

from ..core import edits, gesture, selection
from ..core.arrays import BoolArray, Float32Array, Float64Array
from ..core.errors import LassoError
from ..scene import nodes
from . import labels, recording, seen
from .book import Gesture
from .running import RunningTrainer

LIT_AT_MOST = 100_000
"""Points that one look at a loop tests, about."""
Place = tuple[float, float, float]


@dataclass(frozen=True)
class Tool:
    """What a hand draws with. kind: LOOP or BRUSH; depth: ALL, SEEN or RANGE; reach: how far RANGE goes, units of the scene."""

    kind: str = "LOOP"
    depth: str = "ALL"
    reach: float = float("inf")


class Stroke:
    """Where the hand and the head were, frame by frame in world space, and what they take of one cloud.

    radius of a brush: units of the scene, frame by frame, for the stick may change it meanwhile. subtract: set it at any time.
    """

    def __init__(self, cloud: bpy.types.Object, tool: Tool, begins_anew: bool = False) -> None:
        self.tool, self.begins_anew, self.subtract = tool, begins_anew, False
        self.before = labels.selected(cloud)
        self.to_cloud = np.array(cloud.matrix_world.inverted_safe(), dtype=np.float64)
        self.scale = max(float(axis) for axis in cloud.matrix_world.to_scale())
        self.hand: list[Place] = []
        self.head: list[Place] = []
        self.radius: list[float] = []
        self._swept: BoolArray = np.zeros(len(self.before), dtype=np.bool_)
        self._done = 0

    def add(self, hand: Sequence[float], head: Sequence[float], radius: float = 0.0) -> None:
        """One frame."""
        self.hand.append((hand[0], hand[1], hand[2]))
        self.head.append((head[0], head[1], head[2]))
        self.radius.append(radius)

    @property
    def mode(self) -> str:
        """What the gesture does to the selection: it adds, unless the selection was given a name before, or the hand is closed."""
        return "SUBTRACT" if self.subtract else "REPLACE" if self.begins_anew else "ADD"

    def own(self, path: list[Place]) -> Float64Array:
        """(K, 3): a path in the cloud's own space."""
        return np.array(path, dtype=np.float64).reshape(-1, 3) @ self.to_cloud[:3, :3].T + self.to_cloud[:3, 3]

    def inside(self, positions: Float32Array, point_radius: float) -> BoolArray:
        """(N,) bool: what the gesture takes if it ends now. positions: (N, 3) float32, the cloud's own space. Raises LassoError."""
        if self.tool.kind == "BRUSH":
            first = max(self._done - 1, 0)
            if self._done < len(self.hand):
                radius = max(self.radius[first:]) / self.scale
                self._swept |= gesture.points_in_sweep(positions, self.own(self.hand[first:]), radius)
                self._done = len(self.hand)
            return self._swept
        cone = gesture.loop_cone(self.own(self.hand), self.own(self.head))
        far = self.tool.reach / self.scale
        projected = cone.project(positions, point_radius)
        return selection.select(projected, cone.polygon, self.tool.depth, 0.0, far)

    def lights(self, positions: Float32Array, point_radius: float) -> BoolArray:
        """inside(), as it is lit while the hand draws: of a large cloud's loop every few points, so that no look costs a frame."""
        step = 1 if self.tool.kind == "BRUSH" else max(1, len(positions) // LIT_AT_MOST)
        lit = np.zeros(len(positions), dtype=np.bool_)
        lit[::step] = self.inside(positions[::step], point_radius)
        return lit

    def chosen(self, inside: BoolArray) -> BoolArray:
        """(N,) bool: the selection after the gesture took `inside`."""
        return selection.combine(self.before, inside, self.mode)

    def extent(self) -> float:
        """How far the hand came, in units of the scene: the longer side of its path's box."""
        path = np.array(self.hand)
        return float((path.max(axis=0) - path.min(axis=0)).max()) if len(path) else 0.0

    def kept(self) -> Float32Array:
        """What an edit keeps of it: a loop's corners in the scene (K, 3), a brush's spheres in the cloud's own space (K, 4)."""
        if self.tool.kind == "BRUSH":
            return np.column_stack([self.own(self.hand), np.array(self.radius) / self.scale]).astype(np.float32)
        return np.array(self.hand, dtype=np.float32)


def select(
    cloud: bpy.types.Object,
    context: bpy.types.Context,
    stroke: Stroke,
    duration: float,
    trainer: RunningTrainer | None,
) -> tuple[int, int]:
    """Let a stroke change the selection. Returns how many points it took, and how many are selected then.

    Raises LassoError for a tap, a loop wider than 120 degrees, or a cloud that lost points meanwhile. The gesture is noted for
    the category given next.
    """
    positions = seen.positions(cloud, context)
    if len(positions) != len(stroke.before):
        raise LassoError("The cloud has other points than when you began; draw again.")
    inside = stroke.inside(positions, nodes.point_radius(cloud))
    total = labels.set_selected(cloud, stroke.chosen(inside))
    recording.gesture(stroke, int(np.count_nonzero(inside)), total)
    if trainer is not None:
        trainer.loop = Gesture(source="VR", gesture_id=edits.new_id(), polygon=stroke.kept(), duration_s=duration)
    return int(np.count_nonzero(inside)), total
