"""Which points lie inside a closed loop: exact, and fast at a million points. Pure numpy.

The loop is drawn into a grid of cells, each outside, inside, or touched by an edge. A point in an untouched cell has the
cell's answer; a point in a touched cell is tested against the few edges of its row. So the cost does not depend on the
number of corners, and no point is answered by a pixel's centre.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from .arrays import BoolArray, Float32Array, Float64Array, Int64Array
from .errors import LassoError

FINEST = 1024
"""Cells on the longer side of the grid, at most: finer costs more to draw than it saves in tested points."""
SLACK = 1e-3
"""Cells are dilated by this much (in cells) when edges are drawn: more than single precision can misplace a point."""
OUTSIDE, INSIDE, TOUCHED = 0, 1, 2


def points_in_lasso(screen_xy: Float32Array, polygon: npt.ArrayLike) -> BoolArray:
    """Which projected points lie inside a closed lasso (even-odd rule; self-crossing loops included).

    screen_xy: (N, 2) float32 pixels, NaN for points behind the eye; columns may be strided. polygon: (V, 2) pixels,
    V >= 3, closed implicitly. A point exactly on an edge counts as inside on the loop's left and lower sides, as in a
    half-open interval. Returns (N,) bool. Raises LassoError for fewer than three distinct corners, or infinite ones.
    """
    corners = checked(polygon)
    result = np.zeros(len(screen_xy), dtype=np.bool_)
    if len(screen_xy) == 0:
        return result
    low, high = corners.min(axis=0), corners.max(axis=0)
    cells = int(np.clip(np.sqrt(len(screen_xy)) * 2, 16, FINEST))
    size = max(float((high - low).max()) / cells, float(np.finfo(np.float64).tiny) * 1e6)
    # coordinates far from 0 leave single precision few bits for the cell: then the cells must be that much larger
    size = max(size, 4 * float(np.spacing(np.float32(np.abs(corners).max()))) / SLACK)
    origin = low - size
    width, height = (np.ceil((high - low) / size).astype(int) + 3).tolist()
    x, y = screen_xy[:, 0], screen_xy[:, 1]
    rows = np.flatnonzero(
        (x >= np.float32(low[0] - size / 2))
        & (x <= np.float32(high[0] + size / 2))
        & (y >= np.float32(low[1] - size / 2))
        & (y <= np.float32(high[1] + size / 2))
    )
    if len(rows) == 0:
        return result
    edges = Edges(corners, origin, size)
    grid = edges.draw(width, height)
    scale = np.float32(1.0 / size)
    column = ((x[rows] - np.float32(origin[0])) * scale).astype(np.int32)
    line = ((y[rows] - np.float32(origin[1])) * scale).astype(np.int32)
    np.clip(column, 0, width - 1, out=column)
    np.clip(line, 0, height - 1, out=line)
    state = grid.ravel()[line * np.int32(width) + column]
    result[rows[state == INSIDE]] = True
    touched = np.flatnonzero(state == TOUCHED)
    if len(touched):
        points = screen_xy[rows[touched]].astype(np.float64)
        result[rows[touched]] = edges.inside(points, line[touched])
    return result


def checked(polygon: npt.ArrayLike) -> Float64Array:
    """The corners as (V, 2) float64. Raises LassoError where they enclose nothing."""
    corners = np.asarray(polygon, dtype=np.float64)
    if corners.ndim != 2 or corners.shape[1] != 2:
        raise LassoError("Give a loop as a list of corners, each with an x and a y in pixels.")
    if not bool(np.isfinite(corners).all()):
        raise LassoError("A corner of the loop has no finite position; draw it again.")
    if len(np.unique(corners, axis=0)) < 3:
        raise LassoError("Draw a loop around some points: a click or a straight stroke encloses nothing.")
    return corners


class Edges:
    """The loop's edges in cell units, and which of them cross which line of cells."""

    def __init__(self, corners: Float64Array, origin: Float64Array, size: float) -> None:
        following = np.roll(corners, -1, axis=0)
        self.start, self.end = corners, following
        a, b = (corners - origin) / size, (following - origin) / size
        upward = a[:, 1] <= b[:, 1]
        self.low = np.where(upward[:, None], a, b)
        self.high = np.where(upward[:, None], b, a)
        rise = self.high[:, 1] - self.low[:, 1]
        run = self.high[:, 0] - self.low[:, 0]
        self.slope = np.divide(run, rise, out=np.zeros_like(run), where=rise > 0)
        first = np.floor(self.low[:, 1] - SLACK).astype(np.int64)
        last = np.floor(self.high[:, 1] + SLACK).astype(np.int64)
        self.edge, self.line = expand(first, last - first + 1)

    def draw(self, width: int, height: int) -> npt.NDArray[np.uint8]:
        """(height, width) uint8: OUTSIDE, INSIDE or TOUCHED for each cell."""
        edge, line = self.edge, self.line
        low, high, slope = self.low[edge], self.high[edge], self.slope[edge]
        # crossings with the line of cell centres; half open, so that a shared corner counts once
        centre = line + 0.5
        crosses = (low[:, 1] <= centre) & (centre < high[:, 1])
        x = low[crosses, 0] + slope[crosses] * (centre[crosses] - low[crosses, 1])
        flip = np.clip(np.ceil(x - 0.5).astype(np.int64), 0, width - 1)
        flips = np.bincount(line[crosses] * width + flip, minlength=width * height)
        grid: npt.NDArray[np.uint8] = (flips & 1).astype(np.uint8).reshape(height, width)
        np.bitwise_xor.accumulate(grid, axis=1, out=grid)
        # every cell that an edge comes within SLACK of
        flat = self.slope[edge] == 0
        at_bottom = np.clip(line - SLACK, low[:, 1], high[:, 1])
        at_top = np.clip(line + 1 + SLACK, low[:, 1], high[:, 1])
        x0 = np.where(flat, low[:, 0], low[:, 0] + slope * (at_bottom - low[:, 1]))
        x1 = np.where(flat, high[:, 0], low[:, 0] + slope * (at_top - low[:, 1]))
        first = np.clip(np.floor(np.minimum(x0, x1) - SLACK).astype(np.int64), 0, width - 1)
        last = np.clip(np.floor(np.maximum(x0, x1) + SLACK).astype(np.int64), 0, width - 1)
        index, column = expand(first, last - first + 1)
        grid.ravel()[line[index] * width + column] = TOUCHED
        return grid

    def inside(self, points: Float64Array, lines: npt.NDArray[np.int32]) -> BoolArray:
        """Exact answers for `points` (P, 2) float64 in the lines of cells `lines` (P,)."""
        order = np.argsort(self.line, kind="stable")
        sorted_lines, sorted_edges = self.line[order], self.edge[order]
        begin = np.searchsorted(sorted_lines, lines, side="left")
        count = np.searchsorted(sorted_lines, lines, side="right") - begin
        point, position = expand(begin, count)
        edge = sorted_edges[position]
        a, b, p = self.start[edge], self.end[edge], points[point]
        spans = (a[:, 1] <= p[:, 1]) != (b[:, 1] <= p[:, 1])
        point, a, b, p = point[spans], a[spans], b[spans], p[spans]
        left = (b[:, 0] - a[:, 0]) * (p[:, 1] - a[:, 1])
        right = (p[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
        side = left - right
        doubtful = np.abs(side) <= 8 * np.finfo(np.float64).eps * (np.abs(left) + np.abs(right))
        for index in np.flatnonzero(doubtful):
            side[index] = exact_side(a[index], b[index], p[index])
        # the point lies left of the edge: a ray to the right crosses it
        crossing = (side > 0) == (b[:, 1] > a[:, 1])
        crossing &= side != 0
        parity = np.bincount(point[crossing], minlength=len(points)) & 1
        return parity.astype(np.bool_)


def exact_side(a: Float64Array, b: Float64Array, p: Float64Array) -> float:
    """The sign of the cross product (b - a) x (p - a), in rational arithmetic: 1, 0 or -1."""
    ax, ay, bx, by, px, py = (Fraction(float(v)) for v in (*a, *b, *p))
    value = (bx - ax) * (py - ay) - (px - ax) * (by - ay)
    return float((value > 0) - (value < 0))


def expand(first: Int64Array, count: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Runs written out: for run i, the numbers first[i], first[i]+1, … count[i] of them.

    Returns (index of the run, number), each (sum(count),) int64.
    """
    index = np.repeat(np.arange(len(first), dtype=np.int64), count)
    offset = np.arange(len(index), dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
    return index, first[index] + offset
