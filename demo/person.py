"""The scripted person at work in Blender: looks at the cloud through a camera from several places, and draws loops.

Every loop goes through the operator that everybody uses.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import bpy
import numpy as np


def candidate_matrices(half_side: float, count: int, seed: int) -> list[Any]:
    """Camera matrices on a sphere around the room, evenly spread, all looking at its middle."""
    from mathutils import Vector

    golden = np.pi * (3 - 5**0.5)
    turn = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    matrices = []
    for index in range(count):
        z = 1 - 2 * (index + 0.5) / count
        radius = (1 - z * z) ** 0.5
        angle = golden * index + turn
        direction = Vector((radius * np.cos(angle), radius * np.sin(angle), z))
        rotation = direction.to_track_quat("Z", "Y").to_matrix().to_4x4()
        rotation.translation = direction * half_side * 4.2
        matrices.append(rotation)
    return matrices


class Eyes:
    """A camera of the person's own, moved from view to view."""

    def __init__(self, scene: bpy.types.Scene, half_side: float) -> None:
        data = bpy.data.cameras.new("Person")
        data.angle = np.radians(40)
        data.clip_end = half_side * 20
        self.camera = bpy.data.objects.new("Person", data)
        scene.collection.objects.link(self.camera)
        scene.camera = self.camera
        self.scene = scene

    def look(self, matrix: Any) -> None:
        """Go to a view."""
        self.camera.matrix_world = matrix
        bpy.context.view_layer.update()

    def look_around(
        self, load: Callable[[str], ModuleType], cloud: Any, matrices: list[Any], room: np.ndarray | None = None
    ) -> list[Any]:
        """What the cloud, or `room` (N, 3) in its place, looks like from each of the views."""
        seen, projection = load("live.seen"), load("core.projection")
        views = []
        for matrix in matrices:
            self.look(matrix)
            view = seen.camera_view(cloud, bpy.context)
            if room is None:
                views.append(seen.projected(cloud, bpy.context, view))
            else:
                views.append(projection.project(room, view))
        return views

    def close(self) -> None:
        """Leave the scene as it was."""
        data = self.camera.data
        bpy.data.objects.remove(self.camera)
        bpy.data.cameras.remove(data)


def draw(blender: Any, gesture: Any) -> set[str]:
    """Draw the gesture's loop with the operator that everybody uses."""
    path = [
        {"name": "", "loc": (float(x), float(y)), "time": float(index)}
        for index, (x, y) in enumerate(gesture.polygon)
    ]
    result: set[str] = blender.ops.latent.lasso_select(
        path=path,
        view="CAMERA",
        mode="REPLACE",
        depth=gesture.depth,
        near=float(gesture.near),
        far=float(gesture.far),
    )
    return result
