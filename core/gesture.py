"""Gestures of a hand in the room: the cone of a loop drawn in the air, the sweep of a brush. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .arrays import BoolArray, Float32Array, Float64Array
from .errors import LassoError
from .projection import Projected

WIDEST_DEGREES = 120.0


@dataclass(frozen=True, eq=False)
class Cone:
    """The volume of a loop in the air: all rays from one apex through the loop.

    apex: (3,) float64. axes: (3, 3) float64, rows right, up and forward. polygon: (V, 2) float32 gnomonic coordinates
    (tangent of the angle from the mean direction), to be used with project() as pixels are with a view.
    """

    apex: Float64Array
    axes: Float64Array
    polygon: Float32Array

    def project(self, positions: Float32Array, point_radius: float = 0.0) -> Projected:
        """Positions (N, 3) float32 in gnomonic coordinates about the mean direction; NaN behind the apex."""
        local = (positions - self.apex.astype(np.float32)) @ self.axes.T.astype(np.float32)
        depth: Float32Array = np.ascontiguousarray(local[:, 2])
        ahead = depth.copy()
        ahead[depth <= 1e-6] = np.nan
        screen: Float32Array = np.ascontiguousarray(local[:, :2].T) / ahead
        radius: Float32Array = np.float32(point_radius) / ahead
        return Projected(screen.T, depth, radius)


def loop_cone(points: Float64Array, heads: Float64Array) -> Cone:
    """The cone from the median head position of a gesture through the loop that the hand drew.

    points: (K, 3) the controller's path, heads: (K, 3) the head's, both in the cloud's own space. Raises LassoError for
    fewer than three points, or for a loop wider than 120 degrees, whose inside nobody could tell.
    """
    points, heads = np.asarray(points, dtype=np.float64), np.asarray(heads, dtype=np.float64)
    if len(points) < 3:
        raise LassoError("Hold the trigger and draw a loop around some points: a tap encloses nothing.")
    apex = np.median(heads, axis=0)
    rays = points - apex
    lengths = np.linalg.norm(rays, axis=1)
    if bool((lengths < 1e-9).any()):
        raise LassoError("The loop passes through your head; draw it in front of you.")
    rays /= lengths[:, None]
    forward = rays.mean(axis=0)
    spread = float(np.linalg.norm(forward))
    forward = forward / spread if spread > 1e-6 else rays[0]
    widest = np.degrees(np.arccos(np.clip((rays @ forward).min(), -1.0, 1.0)))
    if 2.0 * widest > WIDEST_DEGREES:
        raise LassoError(
            "The loop is {wide:.0f}° wide; keep it under {most:.0f}°, or step back.",
            wide=2 * widest,
            most=WIDEST_DEGREES,
        )
    helper = np.array((0.0, 0.0, 1.0)) if abs(forward[2]) < 0.9 else np.array((0.0, 1.0, 0.0))
    right = np.cross(forward, helper)
    right /= np.linalg.norm(right)
    axes = np.stack([right, np.cross(right, forward), forward])
    local = rays @ axes.T
    polygon = (local[:, :2] / local[:, 2:]).astype(np.float32)
    return Cone(apex, axes, polygon)


def points_in_sweep(positions: Float32Array, centres: Float64Array, radius: float) -> BoolArray:
    """(N,) bool: the points within `radius` of the path through `centres` (K, 3), straight between two of them."""
    path = np.asarray(centres, dtype=np.float32).reshape(-1, 3)
    inside = np.zeros(len(positions), dtype=np.bool_)
    if not len(path):
        return inside
    low, high = path.min(axis=0) - np.float32(radius), path.max(axis=0) + np.float32(radius)
    rows = np.flatnonzero(((positions >= low) & (positions <= high)).all(axis=1))
    near = positions[rows]
    ends = path[1:] if len(path) > 1 else path
    limit = np.float32(radius) ** 2
    for start, end in zip(path, ends, strict=False):
        along = end - start
        length = float(along @ along)
        relative = near - start
        share = np.clip(relative @ along / np.float32(length), 0.0, 1.0) if length > 0 else np.float32(0)
        nearest = relative - np.multiply.outer(share, along) if length > 0 else relative
        inside[rows] |= np.einsum("ij,ij->i", nearest, nearest) <= limit
    return inside


def point_touched(
    positions: Float32Array, place: npt.ArrayLike, ahead: npt.ArrayLike, reach: float, spread: float, radius: float
) -> int:
    """The row of the point that a hand touches, else of the one that it points at; -1 for neither.

    positions: (N, 3) float32, NaN where hidden. place: (3,) the hand; ahead: (3,) where it points. Touched is the nearest
    point within `reach`. Pointed at is the nearest along the ray whose ball of `radius` the ray meets, else the one that lies
    least aside, up to `spread` (the tangent of the angle).
    """
    relative = positions - np.asarray(place, dtype=np.float32)
    square = np.einsum("ij,ij->i", relative, relative)
    near = np.where(np.isfinite(square), square, np.float32(np.inf))
    if not len(near):
        return -1
    row = int(np.argmin(near))
    if near[row] <= reach * reach:
        return row
    direction = np.asarray(ahead, dtype=np.float32)
    direction = direction / np.float32(np.linalg.norm(direction))
    along = relative @ direction
    aside = np.sqrt(np.maximum(near - along * along, 0.0))
    before = np.isfinite(near) & (along > 0.0)
    met = np.flatnonzero(before & (aside <= radius))
    if len(met):
        return int(met[np.argmin(along[met])])
    rows = np.flatnonzero(before & (aside <= spread * along))
    return int(rows[np.argmin(aside[rows] / along[rows])]) if len(rows) else -1
