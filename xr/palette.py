"""The palette on the other hand. Each function returns whether it took what the hand did; else it is a gesture."""

from __future__ import annotations

from collections.abc import Sequence

import bpy


def press(context: bpy.types.Context, location: Sequence[float], rotation: Sequence[float]) -> bool:
    """The dominant trigger was pressed. location, rotation: its aim pose in world space (rotation a quaternion w, x, y, z)."""
    return False


def stick(context: bpy.types.Context, x: float, y: float) -> bool:
    """The dominant stick is held so far (-1..1), once an XR frame; 0, 0 once when it is let go."""
    return False
