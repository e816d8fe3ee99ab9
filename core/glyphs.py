"""Shapes of points as a second cue beside colour: nobody has to tell orange from vermilion. Pure numpy."""

from __future__ import annotations

import numpy as np

from .arrays import Float32Array

GLYPHS = "●■▲◆✚○▼"
"""As they are written beside a name. Seven of them, so that with twelve colours no pair comes again before number 85."""
RING = 0.55
CROSS = 0.36
"""Of the radius: the hole of a ring, and half the width of a cross's arms."""


def number_of(category_id: int) -> int:
    """The shape of a category (>= 1), 1 to 7 by its place in GLYPHS; 0 for 0, which is drawn as a disc."""
    return (category_id - 1) % len(GLYPHS) + 1 if category_id > 0 else 0


def glyph_of(category_id: int) -> str:
    """The character that stands for a category's shape."""
    return GLYPHS[max(0, number_of(category_id) - 1)]


def numbers(highest: int) -> Float32Array:
    """(highest + 1,) float32: the shape of each category number from 0 on."""
    return np.array([number_of(category) for category in range(highest + 1)], dtype=np.float32)


def inside(number: int, x: Float32Array, y: Float32Array) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which places lie in a shape. x, y: -1..1, y up. As the point shader has it (scene/point_shader.py)."""
    far = np.hypot(x, y)
    if number == 2:
        return np.maximum(np.abs(x), np.abs(y)) <= 0.84
    if number in (3, 7):
        up = y if number == 3 else -y
        return (up >= -0.72) & (np.abs(x) <= (1.0 - up) * 0.58)
    if number == 4:
        return np.abs(x) + np.abs(y) <= 1.0
    if number == 5:
        return (np.minimum(np.abs(x), np.abs(y)) <= CROSS) & (np.maximum(np.abs(x), np.abs(y)) <= 0.95)
    return (far <= 1.0) & (far >= RING if number == 6 else True)


def picture(number: int, size: int) -> Float32Array:
    """(size, size) float32 0..1: how much of each pixel a shape covers, lowest line first."""
    fine = 4
    place = ((np.arange(size * fine) + 0.5) / (size * fine) * 2.2 - 1.1).astype(np.float32)
    found = inside(number, place[None, :], place[:, None]).astype(np.float32)
    return np.asarray(found.reshape(size, fine, size, fine).mean(axis=(1, 3)), dtype=np.float32)
