"""What the user sees: positions as drawn, and the projection of a viewport or a camera that draws them."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np

from ..core.arrays import Float32Array
from ..core.errors import LassoError
from ..core.projection import Projected, View, project
from ..scene import ahead, nodes, playback
from . import hiding


def positions(cloud: bpy.types.Object, context: bpy.types.Context) -> Float32Array:
    """(P, 3) float32: where the points are drawn now: live, or at the scrubbed epoch while history plays; NaN where hidden."""
    if playback.is_history(cloud):
        found = playback.positions_shown(cloud, context.evaluated_depsgraph_get())
    else:
        found = ahead.positions(cloud)
    hidden = hiding.mask(cloud)
    if hidden.any():
        found[hidden] = np.nan
    return found


def region_view(cloud: bpy.types.Object, region: bpy.types.Region, space: bpy.types.RegionView3D) -> View:
    """The projection of a 3D viewport's region, for points in the cloud's own space."""
    matrix = np.array(space.perspective_matrix @ cloud.matrix_world, dtype=np.float64)
    return View(matrix=matrix, width=region.width, height=region.height, point_radius=nodes.point_radius(cloud))


def camera_view(cloud: bpy.types.Object, context: bpy.types.Context) -> View:
    """The projection of the scene's camera at render size; shift, sensor fit and pixel aspect included."""
    scene = context.scene
    camera = scene.camera
    if camera is None:
        raise LassoError("This scene has no camera; add one, or draw the loop in a 3D viewport.")
    render = scene.render
    width = max(1, round(render.resolution_x * render.resolution_percentage / 100))
    height = max(1, round(render.resolution_y * render.resolution_percentage / 100))
    depsgraph = context.evaluated_depsgraph_get()
    window = camera.calc_matrix_camera(
        depsgraph,
        x=width,
        y=height,
        scale_x=render.pixel_aspect_x,
        scale_y=render.pixel_aspect_y,
    )
    matrix = window @ camera.matrix_world.inverted() @ cloud.matrix_world
    return View(
        matrix=np.array(matrix, dtype=np.float64), width=width, height=height, point_radius=nodes.point_radius(cloud)
    )


def drawn_view(cloud: bpy.types.Object, matrix: Sequence[float], size: Sequence[int]) -> View:
    """A view as an operator keeps it: sixteen numbers, row by row, and the size in pixels."""
    rows = np.array(matrix, dtype=np.float64).reshape(4, 4)
    return View(matrix=rows, width=size[0], height=size[1], point_radius=nodes.point_radius(cloud))


def projected(cloud: bpy.types.Object, context: bpy.types.Context, view: View) -> Projected:
    """The cloud's points as `view` shows them."""
    return project(positions(cloud, context), view)
