"""The point under the mouse. Pure numpy."""

from __future__ import annotations

import numpy as np

from .projection import Projected


def point_under(projected: Projected, x: float, y: float, reach: float) -> int:
    """The row of the nearest point whose drawn disc covers the pixel x, y; else of the one closest to it within `reach` pixels;

    -1 where there is none.
    """
    xs, ys, radius = projected.screen_xy[:, 0], projected.screen_xy[:, 1], projected.radius_px
    limit = np.maximum(radius, np.float32(reach))
    with np.errstate(invalid="ignore"):  # what is hidden or behind the eye has no place on screen
        near = (np.abs(xs - np.float32(x)) <= limit) & (np.abs(ys - np.float32(y)) <= limit)
    near &= projected.depth > 0
    rows = np.flatnonzero(near)
    if not len(rows):
        return -1
    away = np.hypot(xs[rows] - x, ys[rows] - y)
    covering = rows[away <= radius[rows]]
    if len(covering):
        return int(covering[np.argmin(projected.depth[covering])])
    closest = int(np.argmin(away))
    return int(rows[closest]) if away[closest] <= reach else -1
