"""Colours that categories keep, told apart by people with any colour vision.

The first eight are Okabe and Ito's (2008, "Color Universal Design") less black, which vanishes in a dark room, plus
Tol's light cyan and pale grey-green ("Colour schemes", SRON/EPS/TN/09-002); later ones walk hue by the golden angle in
three lightnesses.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

import numpy as np

from .arrays import Float32Array
from .categories import Category

Colour = tuple[float, float, float]

UNLABELLED: Colour = (0.42, 0.44, 0.46)
"""sRGB of points nobody has named: darker than any colour that a colour-blind eye takes for grey."""

FIRST: tuple[Colour, ...] = (
    (0.902, 0.624, 0.000),  # orange
    (0.337, 0.706, 0.914),  # sky blue
    (0.000, 0.620, 0.451),  # bluish green
    (0.941, 0.894, 0.259),  # yellow
    (0.000, 0.447, 0.698),  # blue
    (0.835, 0.369, 0.000),  # vermilion
    (0.800, 0.475, 0.655),  # reddish purple
    (0.933, 0.867, 0.800),  # sand
    (0.600, 0.200, 0.920),  # violet
    (0.540, 0.220, 0.150),  # brown
    (0.710, 0.940, 0.540),  # pale green
    (0.270, 0.340, 0.160),  # olive
)


MAP: tuple[Colour, ...] = (
    (0.310, 0.221, 0.584),
    (0.221, 0.339, 0.685),
    (0.050, 0.458, 0.706),
    (0.070, 0.566, 0.680),
    (0.090, 0.674, 0.666),
    (0.147, 0.774, 0.611),
    (0.476, 0.838, 0.516),
    (0.746, 0.879, 0.437),
    (0.985, 0.904, 0.418),
)
"""From low to high: even steps of OKLab (Ottosson, 2020), lightness .42 to .92, hue from violet over green to yellow, so that
equal differences look equal, to a colour-blind eye and in print too.
"""
AGREES: Colour = (0.35, 0.62, 0.78)
DISAGREES: Colour = (0.98, 0.38, 0.20)
STEPS = 1024
"""Of the map, where values are looked up: finer than a screen shows."""


def colour_for(category_id: int) -> Colour:
    """The sRGB colour that category `category_id` (>= 1) is given; the same number gets the same colour everywhere."""
    index = category_id - 1
    if index < len(FIRST):
        return FIRST[index]
    step = index - len(FIRST)
    hue = (0.07 + step * 0.618033988749895) % 1.0
    lightness = (0.62, 0.40, 0.78)[step % 3]
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, 0.65)
    return (red, green, blue)


def linear(colour: Colour) -> Colour:
    """sRGB 0..1 to linear (IEC 61966-2-1), which is what Blender's nodes and images in float take."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return (red, green, blue)


def mapped(values: Float32Array) -> Float32Array:
    """(N, 3) float32 linear RGB of values (N,) 0..1 on MAP; what is not finite is the unlabelled grey."""
    stops = np.array([linear(colour) for colour in MAP], dtype=np.float32)
    grid = np.linspace(0.0, 1.0, STEPS)
    places = np.linspace(0.0, 1.0, len(MAP))
    steps = np.stack([np.interp(grid, places, stops[:, channel]) for channel in range(3)], axis=1).astype(np.float32)
    known = np.isfinite(values)
    rows = np.clip(np.where(known, values, 0.0) * (STEPS - 1) + 0.5, 0, STEPS - 1).astype(np.int32)
    shown: Float32Array = steps[rows]
    shown[~known] = linear(UNLABELLED)
    return shown


def table(categories: Sequence[Category]) -> Float32Array:
    """(M, 4) float32 linear RGBA by category id; row 0 and numbers without a category are the unlabelled grey."""
    size = max((category.id for category in categories), default=0) + 1
    rows = np.empty((size, 4), dtype=np.float32)
    rows[:] = (*linear(UNLABELLED), 1.0)
    for category in categories:
        rows[category.id] = (*linear(category.colour), 1.0)
    return rows
