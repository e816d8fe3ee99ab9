"""The scripted person: chooses where to draw a loop from what can be seen of the room. Pure numpy.

Serves the demo, simulations and scripted VR alike. It sees where points are on screen and how far away, which of them
already have a colour, and a seed; never a true label.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, Float32Array, Float64Array, Int32Array
from .errors import LassoError
from .projection import Projected
from .selection import select

LARGEST_SHARE = 0.03
"""Of the cloud that one loop takes at most."""
AIM_SHARE = 0.024
CORNERS = 28
NEIGHBOURHOOD = 0.10
"""Of the cloud's radius: how far the eye takes points together as one clump."""
PICTURES = 9


@dataclass(frozen=True, eq=False)
class Plan:
    """A loop to draw: in which of the views, its corners (V, 2) float32 pixels, and the depth it reaches."""

    view: int
    polygon: Float32Array
    depth: str
    near: float
    far: float


class Labeller:
    """A person with a seed. choose() says where the next loop goes, read() what it is called."""

    def __init__(self, seed: int, point_radius: float) -> None:
        """point_radius: of a drawn point, in world units: what lets the eye judge sizes."""
        self.random = np.random.default_rng(seed)
        self.point_radius = point_radius

    def choose(
        self, views: Sequence[Projected], categories: Int32Array, suggested: Sequence[int] | None = None
    ) -> Plan:
        """Where to draw next: around the densest clump that lies away from everything that has a colour.

        views: the same points seen from several places; categories (N,) int32, 0 where a point has no colour yet.
        suggested: the points of a place that the trainer pointed at, its middle first; the loop is drawn there instead.
        Raises LassoError where nothing without a colour is left to be seen.
        """
        seen = self.in_space(views[0])
        pointed = [] if suggested is None else [row for row in suggested if categories[row] == 0]
        centre = pointed[0] if pointed else self.clump(seen, categories > 0)
        order = np.argsort(((seen - seen[centre]) ** 2).sum(1), kind="stable")
        free = order[categories[order] == 0]
        count = max(3, int(AIM_SHARE * len(seen)))
        while count >= 3:
            chosen = free[:count]
            best = self.clearest(views, chosen)
            plan = self.loop(views[best], best, chosen)
            taken = select(views[best], plan.polygon, plan.depth, plan.near, plan.far)
            if 0 < np.count_nonzero(taken) <= LARGEST_SHARE * len(seen):
                return plan
            count = int(count * 0.85)
        raise LassoError("No clump without a colour is left that one loop could hold; let the cloud train on.")

    def in_space(self, view: Projected) -> Float64Array:
        """(N, 3) float64: what the eye makes of a view: place on screen in true size, and distance."""
        unit = self.point_radius / np.maximum(view.radius_px.astype(np.float64), 1e-9)
        place = view.screen_xy.astype(np.float64)
        middle = np.nanmedian(place, axis=0)
        space = np.column_stack([(place - middle) * unit[:, None], view.depth.astype(np.float64)])
        return np.nan_to_num(space, nan=1e9)

    def clump(self, space: Float64Array, coloured: BoolArray) -> int:
        """The point with most uncoloured points around it, among those away from coloured ones."""
        free = np.flatnonzero(~coloured)
        if len(free) < 3:
            raise LassoError("Every point has a colour already; there is nothing left to label.")
        middle = np.median(space, axis=0)
        radius = float(np.sqrt(np.median(((space - middle) ** 2).sum(1))))
        around = count_near(space[free], space[free], NEIGHBOURHOOD * radius * 2)
        away = nearest_distance(space[free], space[coloured])
        for apart in (0.70, 0.55, 0.42, 0.32, 0.24, 0.16, 0.08, 0.0):
            candidates = np.flatnonzero((away >= apart * radius) & (around >= 0.006 * len(space)))
            if len(candidates):
                return int(free[candidates[np.argmax(around[candidates])]])
        return int(free[np.argmax(around)])

    def clearest(self, views: Sequence[Projected], chosen: Int32Array) -> int:
        """The view in which the fewest other points lie before or behind the chosen ones."""
        return int(np.argmin([np.count_nonzero(self.crowd(view, chosen)) for view in views]))

    def crowd(self, view: Projected, chosen: Int32Array) -> BoolArray:
        """(N,) bool: the points, chosen ones too, that a box on screen around the chosen ones holds."""
        place = view.screen_xy[chosen]
        low, high = np.nanmin(place, axis=0), np.nanmax(place, axis=0)
        return np.asarray(((view.screen_xy >= low) & (view.screen_xy <= high)).all(axis=1))

    def loop(self, view: Projected, index: int, chosen: Int32Array) -> Plan:
        """A loop around the chosen points, as round as a hand draws, and no deeper than they lie."""
        place = view.screen_xy[chosen].astype(np.float64)
        middle = place.mean(axis=0)
        spread = np.maximum(place.std(axis=0), 1.0) * 1.9
        angle = np.linspace(0.0, 2 * np.pi, CORNERS, endpoint=False)
        wobble = 1.0 + 0.05 * np.convolve(self.random.standard_normal(CORNERS + 4), np.ones(5) / 5, "valid")
        ring = middle + np.column_stack([np.cos(angle), np.sin(angle)]) * spread * wobble[:, None]
        depth = view.depth[chosen]
        near, far = np.percentile(depth, (3, 97))
        return Plan(index, ring.astype(np.float32), "RANGE", float(near), float(far))

    def read(self, taken: Int32Array, read_picture: Callable[[int], str]) -> str:
        """The name that most of nine pictures from the loop show; of several, the one met first.

        taken: rows of the points in the loop; read_picture: a person reading the picture of one of them.
        """
        rows = self.random.choice(taken, size=min(PICTURES, len(taken)), replace=False)
        names = [read_picture(int(row)) for row in rows]
        return max(names, key=lambda name: (names.count(name), -names.index(name)))


def count_near(points: Float64Array, others: Float64Array, radius: float) -> Int32Array:
    """(P,) how many of `others` (O, 3) lie within `radius` of each of `points` (P, 3)."""
    counts = np.empty(len(points), dtype=np.int32)
    squares = (others**2).sum(1)
    for start in range(0, len(points), 1024):
        block = points[start : start + 1024]
        distance = (block**2).sum(1)[:, None] + squares[None, :] - 2.0 * block @ others.T
        counts[start : start + 1024] = np.count_nonzero(distance <= radius**2, axis=1)
    return counts


def nearest_distance(points: Float64Array, others: Float64Array) -> Float64Array:
    """(P,) the distance from each of `points` to the nearest of `others`; infinite where there is none."""
    if len(others) == 0:
        return np.full(len(points), np.inf)
    found = np.empty(len(points))
    squares = (others**2).sum(1)
    for start in range(0, len(points), 1024):
        block = points[start : start + 1024]
        distance = (block**2).sum(1)[:, None] + squares[None, :] - 2.0 * block @ others.T
        found[start : start + 1024] = np.sqrt(np.maximum(distance.min(axis=1), 0.0))
    return found
