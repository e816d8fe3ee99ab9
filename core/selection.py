"""From a loop and a depth to a selection, and from two selections to one. Pure numpy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .arrays import BoolArray
from .errors import LassoError
from .lasso import points_in_lasso
from .projection import Projected
from .visibility import seen_from_here

DEPTHS = ("ALL", "SEEN", "RANGE")
MODES = ("REPLACE", "ADD", "SUBTRACT", "TOGGLE")


def select(
    projected: Projected,
    polygon: npt.ArrayLike,
    depth: str = "ALL",
    near: float = float("-inf"),
    far: float = float("inf"),
) -> BoolArray:
    """(N,) bool: the points in the loop: all of them, only those seen from here, or those between near and far.

    polygon: (V, 2) pixels. near, far: world units along the view direction, used by RANGE. Raises LassoError.
    """
    if depth not in DEPTHS:
        raise LassoError("A loop's depth is {depth!r}; it must be one of {known}.", known=", ".join(DEPTHS), depth=depth)
    inside = points_in_lasso(projected.screen_xy, polygon)
    if depth == "SEEN":
        inside = seen_from_here(projected, inside)
    elif depth == "RANGE":
        if not near <= far:
            raise LassoError("The nearest distance {near:g} lies behind the farthest {far:g}; swap them.", near=near, far=far)
        inside &= (projected.depth >= near) & (projected.depth <= far)
    return inside


def combine(current: BoolArray, inside: BoolArray, mode: str) -> BoolArray:
    """The selection after a loop took `inside`: replaced, extended, reduced or turned over. All (N,) bool."""
    if mode == "REPLACE":
        return inside.copy()
    if mode == "ADD":
        return current | inside
    if mode == "SUBTRACT":
        return current & ~inside
    if mode == "TOGGLE":
        return np.logical_xor(current, inside)
    raise LassoError("A loop's mode is {mode!r}; it must be one of {known}.", known=", ".join(MODES), mode=mode)
