"""Where a person stands in the room: from a place in the person's own metres to the base pose of a VR session. Pure numpy.

Tracking space is OpenXR's: metres, x right, y up, -z forward. The base pose turns it by a quarter about x, so that y becomes the
scene's z, and scales it; its angle about z is 0 here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .arrays import Float64Array

AROUND = (3.0, 3.0, 2.5)
"""Metres that the cloud fills at most around a standing person, across, deep and high."""
TABLE = (0.8, 0.8, 0.8)
TABLE_HEIGHT, TABLE_AWAY = 0.75, 0.75
"""Metres from the floor to the table's top, and from the person to the middle of the cloud."""
STANDING, SEATED_ORIGIN = 1.6, 0.6
"""Eyes of a standing person; a head lower than the second is measured from where it began, not from a floor."""
SIZES = ("AROUND", "TABLE")


@dataclass(frozen=True)
class Placing:
    """The base pose at angle 0: location in the scene, and how many of its units a metre is."""

    location: tuple[float, float, float]
    scale: float


def to_scene(place: npt.ArrayLike) -> Float64Array:
    """(3,): a place or direction of tracking space with the scene's axes."""
    x, y, z = np.asarray(place, dtype=np.float64)
    return np.array((x, -z, y))


def place(
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    size: str,
    head: npt.ArrayLike = (0.0, STANDING, 0.0),
    ahead: npt.ArrayLike = (0.0, 0.0, -1.0),
) -> Placing:
    """The base pose that puts a cloud around the person, or onto a table before them.

    low, high: (3,) corners of the cloud in the scene. size: one of SIZES. head: where it is in tracking space, metres;
    ahead: where it looks there. A head at the origin's height (a runtime without a floor) is taken for a standing person's.
    """
    low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    head, ahead = np.asarray(head, dtype=np.float64), np.asarray(ahead, dtype=np.float64)
    limits = np.array(AROUND if size == "AROUND" else TABLE)
    extent = np.maximum(high - low, 1e-6)
    scale = float((extent / limits).max())
    floor = head[1] - STANDING if head[1] < SEATED_ORIGIN else 0.0
    tall = extent[2] / scale
    if size == "AROUND":
        middle = np.array((head[0], floor + tall / 2.0, head[2]))
    else:
        across = math.hypot(ahead[0], ahead[2])
        level = np.array((ahead[0], 0.0, ahead[2])) / across if across > 1e-6 else np.array((0.0, 0.0, -1.0))
        middle = head + level * TABLE_AWAY
        middle[1] = floor + TABLE_HEIGHT + tall / 2.0
    location = (low + high) / 2.0 - scale * to_scene(middle)
    return Placing((float(location[0]), float(location[1]), float(location[2])), scale)
