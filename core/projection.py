"""From positions to pixels, for any eye: a viewport, a camera with shift, a headset. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Float32Array, Float64Array


@dataclass(frozen=True, eq=False)
class View:
    """An eye and its screen.

    matrix: (4, 4) float64, from the cloud's own homogeneous coordinates to clip coordinates (projection @ view @
    object, as Blender's perspective_matrix @ matrix_world). width, height: pixels. point_radius: radius of a drawn
    point in the cloud's own units, 0 if unknown.
    """

    matrix: Float64Array
    width: int
    height: int
    point_radius: float = 0.0


@dataclass(frozen=True, eq=False)
class Projected:
    """Positions as an eye sees them: what a lasso works on, whatever made it.

    screen_xy: (N, 2) float32 pixels from the lower left corner, NaN behind the eye. depth: (N,) float32, distance along
    the view direction in world units, from the eye (perspective) or from the near plane (orthographic). radius_px: (N,)
    float32, the radius a point is drawn with.
    """

    screen_xy: Float32Array
    depth: Float32Array
    radius_px: Float32Array


def project(positions: Float32Array, view: View) -> Projected:
    """Project positions (N, 3) float32. Points at or behind the eye get NaN on screen."""
    matrix = np.asarray(view.matrix, dtype=np.float64)
    perspective = bool(np.abs(matrix[3, :3]).max() > 1e-12)
    rows = matrix.astype(np.float32)
    # one row of output at a time, each contiguous: half the time of an (N, 4) product, and a lasso reads columns
    screen = np.empty((2, len(positions)), dtype=np.float32)
    clip = rows[:2, :3] @ positions.T
    w = positions @ rows[3, :3]
    w += rows[3, 3]
    divisor = np.where(w > 1e-9, w, np.float32(np.nan)) if perspective else w
    half = (view.width / 2.0, view.height / 2.0)
    for axis in (0, 1):
        clip[axis] += rows[axis, 3]
        np.divide(clip[axis], divisor, out=screen[axis])
        screen[axis] += np.float32(1.0)
        screen[axis] *= np.float32(half[axis])
    radius = np.full(len(positions), view.point_radius * pixels_per_unit(matrix, view.width), dtype=np.float32)
    if perspective:
        depth = w
        np.divide(radius, divisor, out=radius)
    else:
        per_unit = float(np.linalg.norm(matrix[2, :3])) or 1.0
        depth = (positions @ rows[2, :3] + rows[2, 3] + np.float32(1.0)) / np.float32(per_unit)
    return Projected(screen.T, depth, radius)


def pixels_per_unit(matrix: Float64Array, width: int) -> float:
    """Pixels that one of the cloud's units takes across the view, at depth 1 (perspective) or anywhere (orthographic).

    A camera's shift leans the matrix's first row towards its last; that part moves the picture and does not scale it.
    """
    across, along = matrix[0, :3], matrix[3, :3]
    length = float(along @ along)
    if length > 1e-12:
        across = across - (across @ along) / length * along
    return float(np.linalg.norm(across)) * width / 2.0
