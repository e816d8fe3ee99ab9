"""The point under the mouse. Pure numpy."""

from __future__ import annotations

import numpy as np

from .arrays import BoolArray, Float32Array, Int64Array
from .projection import View, pixels_per_unit, project


def point_under(positions: Float32Array, view: View, x: float, y: float, reach: float) -> int:
    """The row of the nearest point whose drawn disc covers the pixel x, y; else of the one closest to it within `reach` pixels;

    -1 where there is none. positions: (N, 3) float32; a point without a place, NaN, is not met.
    """
    rows = around(positions, view, x, y, reach)
    found = project(positions[rows], view)
    before = found.depth > 0
    rows, xy = rows[before], found.screen_xy[before]
    radius, depth = found.radius_px[before], found.depth[before]
    if not len(rows):
        return -1
    away = np.hypot(xy[:, 0] - x, xy[:, 1] - y)
    covering = np.flatnonzero(away <= radius)
    if len(covering):
        return int(rows[covering[np.argmin(depth[covering])]])
    near = int(np.argmin(away))
    return int(rows[near]) if away[near] <= reach else -1


def around(positions: Float32Array, view: View, x: float, y: float, reach: float) -> Int64Array:
    """(K,) int64: the rows of points whose square about their disc, or about `reach` pixels, holds x, y.

    The screen is moved so that the mouse is its middle; then no point has to be divided, and a million take some ms.
    """
    matrix, half = np.asarray(view.matrix, dtype=np.float64), (view.width / 2.0, view.height / 2.0)
    across = half[0] * matrix[0] + (half[0] - x) * matrix[3]
    up = half[1] * matrix[1] + (half[1] - y) * matrix[3]
    seen = np.stack([across, up, matrix[3]]).astype(np.float32)
    clip = seen[:, :3] @ positions.T
    clip += seen[:, 3:]
    along = clip[2]
    drawn = np.float32(view.point_radius * pixels_per_unit(matrix, view.width))
    perspective = bool(np.abs(matrix[3, :3]).max() > 1e-12)
    limit = np.maximum(drawn, np.float32(reach) * along) if perspective else np.maximum(drawn, np.float32(reach)) * along
    np.abs(clip[:2], out=clip[:2])
    with np.errstate(invalid="ignore"):
        return np.flatnonzero((clip[0] <= limit) & (clip[1] <= limit) & (along > 0))


def closest(positions: Float32Array, row: int, among: BoolArray) -> tuple[int, float]:
    """(the row of the point nearest to that of `row`, how far): of those `among` (N,) bool but itself, -1 where there is none.

    positions: (N, 3) float32; a point without a place, NaN, is not near.
    """
    here = positions[row]
    if not np.isfinite(here).all():
        return -1, 0.0
    # by products of matrices, ten times as quick as differences; what rounding they bring only matters between equals
    square = (positions * positions) @ np.ones(3, dtype=np.float32) - positions @ (2.0 * here)
    square = np.where(among & np.isfinite(square), square, np.float32(np.inf))
    square[row] = np.inf
    near = int(np.argmin(square))
    if not np.isfinite(square[near]):
        return -1, 0.0
    return near, float(np.linalg.norm(positions[near] - here))
