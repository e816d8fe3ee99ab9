"""What is seen from here: points that no nearer point's drawn disc covers. Pure numpy."""

from __future__ import annotations

import numpy as np

from .arrays import BoolArray, Int64Array
from .lasso import expand
from .projection import Projected

PAIRS_AT_ONCE = 4_000_000
"""Pairs tested in one go: 100 MB of temporaries at most."""


def seen_from_here(projected: Projected, asked: BoolArray | None = None) -> BoolArray:
    """(N,) bool: a point is seen if it is before the eye and no nearer point's disc covers its centre. Exact.

    asked: (N,) bool, the only points in question, say those in a loop; the others are answered with False, and only
    what can lie before those asked for is looked at.

    Points are put into cells as wide as the largest disc, nearest first, so that only neighbouring cells can hold a
    point that covers another. A first pass drops what a nearer disc of the same cell's quarter surely covers.
    """
    xy, depth, radius = projected.screen_xy, projected.depth, projected.radius_px
    seen = np.isfinite(xy[:, 0]) & np.isfinite(xy[:, 1]) & np.isfinite(radius) & (depth > 0)
    wanted = seen if asked is None else seen & asked
    rows = np.flatnonzero(seen if asked is None else seen & about(projected, wanted, seen))
    if len(rows) < 2 or not bool((radius[rows] > 0).any()):
        return wanted
    rows = rows[np.argsort(depth[rows], kind="stable")]
    x, y = xy[rows, 0].astype(np.float64), xy[rows, 1].astype(np.float64)
    r, z = radius[rows].astype(np.float64), depth[rows]
    hidden = surely_hidden(x, y, r, z)
    # a few huge discs before the eye would make every cell huge: they are compared with all points on their own
    limit = float(np.percentile(r, 99.9)) * 1.5
    for big in np.flatnonzero(r > limit):
        hidden |= (z > z[big]) & ((x - x[big]) ** 2 + (y - y[big]) ** 2 < r[big] ** 2)
    small = r <= limit
    cell = max(float(r[small].max()), 1e-6)
    column = np.floor((x - x.min()) / cell).astype(np.int64) + 1
    line = np.floor((y - y.min()) / cell).astype(np.int64) + 1
    stride = int(column.max()) + 2
    key = line * stride + column
    members = np.flatnonzero(small)
    members = members[np.argsort(key[members], kind="stable")]  # within a cell still nearest first
    member_keys = key[members]
    open_points = np.flatnonzero(~hidden & wanted[rows])
    for shift in (0, -1, 1, -stride, stride, -stride - 1, -stride + 1, stride - 1, stride + 1):
        open_points = open_points[~hidden[open_points]]
        begin = np.searchsorted(member_keys, key[open_points] + shift, side="left")
        end = np.searchsorted(member_keys, key[open_points] + shift, side="right")
        for block in blocks(end - begin):
            point, position = expand(begin[block], (end - begin)[block])
            p, q = open_points[block][point], members[position]
            covers = (z[q] < z[p]) & ((x[p] - x[q]) ** 2 + (y[p] - y[q]) ** 2 < r[q] ** 2)
            hidden[p[covers]] = True
    wanted[rows[hidden]] = False
    return wanted


def about(projected: Projected, wanted: BoolArray, seen: BoolArray) -> BoolArray:
    """(N,) bool: points that lie so near to `wanted` ones on screen that their disc could cover one."""
    if not wanted.any():
        return wanted
    xy, reach = projected.screen_xy, float(projected.radius_px[seen].max())
    near = np.ones(len(xy), dtype=np.bool_)
    for axis in (0, 1):
        place = xy[wanted, axis]
        near &= (xy[:, axis] >= place.min() - reach) & (xy[:, axis] <= place.max() + reach)
    return near


def surely_hidden(x: np.ndarray, y: np.ndarray, r: np.ndarray, z: np.ndarray) -> BoolArray:
    """(N,) bool, points sorted nearest first: those in one small cell with a nearer point whose disc holds the cell."""
    cell = max(float(np.percentile(r, 5)) / np.sqrt(2.0), 1e-6)
    column = np.floor((x - x.min()) / cell).astype(np.int64)
    key = np.floor((y - y.min()) / cell).astype(np.int64) * (int(column.max()) + 1) + column
    holds = np.flatnonzero(r >= cell * np.sqrt(2.0))
    keys, first = np.unique(key[holds], return_index=True)
    position = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
    if len(keys) == 0:
        return np.zeros(len(x), dtype=np.bool_)
    nearest = holds[first[position]]
    hidden: BoolArray = (keys[position] == key) & (z[nearest] < z)
    return hidden


def blocks(counts: Int64Array) -> list[slice]:
    """Slices of consecutive runs with at most PAIRS_AT_ONCE pairs each (or one run, if it alone is longer)."""
    result, start, total = [], 0, 0
    ends = np.cumsum(counts)
    while start < len(counts):
        stop = max(start + 1, int(np.searchsorted(ends, total + PAIRS_AT_ONCE, side="right")))
        result.append(slice(start, stop))
        total = int(ends[stop - 1])
        start = stop
    return result
