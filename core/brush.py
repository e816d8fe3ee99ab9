"""A brush at the desk: a circle in pixels around the mouse, a sphere in depth; sweeping takes what it passes. Pure numpy.

The sphere's centre lies as deep as the nearest point under the mouse. Where nothing is under it, it stays as deep as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .arrays import BoolArray, Float32Array, Float64Array
from .errors import LassoError
from .projection import Projected, View, pixels_per_unit

PICK_PIXELS = 4.0
"""A point is under the mouse if its disc is, or if it is nearer to it than this."""
FARTHEST_PIXEL = 1e7


@dataclass(eq=False)
class Sweep:
    """A stroke as it grows: `spheres` [(x, y, z, radius)] in the cloud's own space, and what they passed.

    positions: (N, 3) float32 as drawn; projected: the same points through `view`; radius: pixels. `inside` (N,) bool is what
    the path so far has taken. Between two corners of the path lies a capsule, so a fast hand leaves no holes. Where the depth
    jumps by more than the brush is wide, say from one clump to another behind it, nothing between the two is taken.
    """

    positions: Float32Array
    projected: Projected
    view: View
    radius: float
    inside: BoolArray = field(init=False)
    spheres: list[Float64Array] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        if not (np.isfinite(self.radius) and self.radius > 0):
            raise LassoError("A brush has a radius of {radius:g} pixels; give one above 0.", radius=self.radius)
        self.inside = np.zeros(len(self.positions), dtype=np.bool_)
        discs = self.projected.radius_px[np.isfinite(self.projected.screen_xy[:, 0])]
        self._reach = max(PICK_PIXELS, float(discs.max(initial=0.0)))
        self._depth: float | None = None
        self._columns = np.ascontiguousarray(self.positions.T)

    def extend(self, path: npt.ArrayLike) -> None:
        """Go on through more corners of the path, (K, 2) pixels. Raises LassoError where one lies nowhere."""
        corners = np.asarray(path, dtype=np.float64).reshape(-1, 2)
        if not bool((np.abs(corners) < FARTHEST_PIXEL).all()):
            raise LassoError("A corner of the stroke lies nowhere near the view; draw it again.")
        if not len(corners):
            return
        near = self._near(corners)
        segments = []
        for x, y in corners.tolist():
            before = self._depth
            depth = depth_under(near, x, y, self._reach)
            if depth is None:
                depth = before if before is not None else middle_depth(self.projected)
            sphere = self.sphere((x, y), depth)
            if before is None:
                segments.append((sphere, sphere))
            elif abs(depth - before) <= 2.0 * sphere[3] * self._scale():
                segments.append((self.spheres[-1], sphere))
            else:
                segments += [(self.spheres[-1], self.sphere((x, y), before)), (sphere, sphere)]
            self.spheres.append(sphere)
            self._depth = depth
        starts, ends = (np.array(part) for part in zip(*segments, strict=True))
        rows, taken = points_in_capsules(self._columns, starts, ends)
        self.inside[rows[taken]] = True

    def sphere(self, corner: tuple[float, float], depth: float) -> Float64Array:
        """(4,) float64: centre and radius in the cloud's own space of the sphere that is seen as the brush's circle."""
        centre = unproject(self.view, corner, depth)
        along = depth if is_perspective(self.view) else 1.0
        return np.append(centre, self.radius * along / pixels_per_unit(self.view.matrix, self.view.width))

    def _near(self, corners: Float64Array) -> Projected:
        """The points that can lie under any of the corners."""
        seen, slack = self.projected, self._reach + 1.0
        rows = within(seen.screen_xy.T, corners.min(axis=0) - slack, corners.max(axis=0) + slack)
        return Projected(seen.screen_xy[rows], seen.depth[rows], seen.radius_px[rows])

    def _scale(self) -> float:
        """How many units of depth one of the cloud's own units is."""
        return float(np.linalg.norm(self.view.matrix[3, :3])) if is_perspective(self.view) else 1.0


def is_perspective(view: View) -> bool:
    """Whether things far away look smaller."""
    return bool(np.abs(view.matrix[3, :3]).max() > 1e-12)


def unproject(view: View, corner: tuple[float, float], depth: float) -> Float64Array:
    """(3,) float64: the place in the cloud's own space that `view` shows at `corner` (pixels), `depth` away (as Projected)."""
    matrix = np.asarray(view.matrix, dtype=np.float64)
    x, y = 2.0 * corner[0] / view.width - 1.0, 2.0 * corner[1] / view.height - 1.0
    if is_perspective(view):
        rows, wanted = matrix[[0, 1, 3]], np.array((x * depth, y * depth, depth))
    else:
        rows, wanted = matrix[:3], np.array((x, y, depth * np.linalg.norm(matrix[2, :3]) - 1.0))
    return np.asarray(np.linalg.solve(rows[:, :3], wanted - rows[:, 3]), dtype=np.float64)


def depth_under(projected: Projected, x: float, y: float, reach: float) -> float | None:
    """How deep the nearest point under a pixel lies, or None where none is. reach: pixels, the largest disc's radius."""
    xy, radius = projected.screen_xy, projected.radius_px
    near = np.flatnonzero((np.abs(xy[:, 0] - np.float32(x)) <= reach) & (np.abs(xy[:, 1] - np.float32(y)) <= reach))
    away = np.hypot(xy[near, 0] - x, xy[near, 1] - y)
    under = near[away <= np.maximum(radius[near], PICK_PIXELS)]
    return float(projected.depth[under].min()) if len(under) else None


def middle_depth(projected: Projected) -> float:
    """How deep the middle of what lies before the eye is; 1 where nothing does."""
    depth = projected.depth[np.isfinite(projected.screen_xy[:, 0])]
    return float(np.median(depth)) if len(depth) else 1.0


def points_in_capsules(
    columns: Float32Array, starts: Float64Array, ends: Float64Array
) -> tuple[npt.NDArray[np.intp], BoolArray]:
    """Which points lie in any capsule from starts to ends, each (K, 4): centre and radius, changing evenly between the two.

    columns: (3, N) float32, x, y and z of the points. What lies outside a box around all capsules is dropped first, then
    outside a box around each. Returns (rows (M,) of those in the first box, (M,) bool which of them are in a capsule).
    """
    low = np.minimum(starts[:, :3] - starts[:, 3:], ends[:, :3] - ends[:, 3:])
    high = np.maximum(starts[:, :3] + starts[:, 3:], ends[:, :3] + ends[:, 3:])
    rows = within(columns, low.min(axis=0), high.max(axis=0))
    about = np.ascontiguousarray(columns[:, rows])
    inside = np.zeros(len(rows), dtype=np.bool_)
    for start, end, lowest, highest in zip(starts, ends, low, high, strict=True):
        near = within(about, lowest, highest)
        relative = about[:, near].T.astype(np.float64) - start[:3]
        along = end[:3] - start[:3]
        length = float(along @ along)
        share = np.clip(relative @ along / length, 0.0, 1.0) if length > 0 else np.zeros(len(near))
        relative -= share[:, None] * along
        limit = start[3] + share * (end[3] - start[3])
        inside[near[np.einsum("ij,ij->i", relative, relative) <= limit * limit]] = True
    return rows, inside


def within(columns: Float32Array, low: Float64Array, high: Float64Array) -> npt.NDArray[np.intp]:
    """The points of `columns` (D, N) float32 in a box, rounded outwards by more than single precision can misplace a point."""
    slack = 1e-5 * (1.0 + float(np.abs((low, high)).max()))
    rows: npt.NDArray[np.intp] | None = None
    for values, lowest, highest in zip(columns, low - slack, high + slack, strict=True):
        asked = values if rows is None else values[rows]
        found = np.flatnonzero((asked >= np.float32(lowest)) & (asked <= np.float32(highest)))
        rows = found if rows is None else rows[found]
    return np.zeros(0, dtype=np.intp) if rows is None else rows
