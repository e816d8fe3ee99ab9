"""Loops drawn in the air: from a hand's path to a selection, by the same functions as at the desk."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np

from ..core import edits, gesture, selection
from . import labels, seen
from .book import Gesture
from .running import RunningTrainer


class Stroke:
    """Where the hand and the head were, frame by frame, in world space."""

    def __init__(self) -> None:
        self.hand: list[tuple[float, ...]] = []
        self.head: list[tuple[float, ...]] = []

    def add(self, hand: Sequence[float], head: Sequence[float]) -> None:
        """One frame."""
        self.hand.append(tuple(hand))
        self.head.append(tuple(head))


def select(
    cloud: bpy.types.Object,
    context: bpy.types.Context,
    stroke: Stroke,
    mode: str,
    duration: float,
    trainer: RunningTrainer | None,
) -> int:
    """Let the cone from the head through the loop change the selection. Returns how many points it holds then.

    Raises LassoError for a tap or a loop wider than 120 degrees. The loop is noted for the category given next.
    """
    to_cloud = np.array(cloud.matrix_world.inverted_safe(), dtype=np.float64)
    hand, head = (np.array(path) @ to_cloud[:3, :3].T + to_cloud[:3, 3] for path in (stroke.hand, stroke.head))
    cone = gesture.loop_cone(hand, head)
    inside = selection.select(cone.project(seen.positions(cloud, context)), cone.polygon)
    count = labels.set_selected(cloud, selection.combine(labels.selected(cloud), inside, mode))
    if trainer is not None:
        trainer.loop = Gesture(
            source="VR",
            gesture_id=edits.new_id(),
            polygon=np.array(stroke.hand, dtype=np.float32),
            duration_s=duration,
        )
    return count
