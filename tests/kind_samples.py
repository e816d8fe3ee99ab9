"""Samples of three kinds of thing that differ, some of them labelled, in every form that a file can hold."""

from __future__ import annotations

import numpy as np

COUNT = 36
NAMES = ("oak", "pine", "fern")
WORDS = {
    "oak": "acorn bark broad leaf crown autumn brown forest timber shade",
    "pine": "needle cone resin evergreen mountain snow straight sap trunk scent",
    "fern": "frond spore moist shade stream green curl stem moss ground",
}


def truth() -> np.ndarray:
    return np.arange(COUNT) % 3


def label(number: int) -> str:
    """Every second sample is labelled."""
    return NAMES[number % 3] if number % 2 == 0 else ""


def vectors(width: int = 6) -> np.ndarray:
    rng = np.random.default_rng(7)
    return rng.normal(0, 4, (3, width))[truth()] + rng.normal(0, 1, (COUNT, width))


def pixels(side: int = 12) -> np.ndarray:
    rng = np.random.default_rng(8)
    patterns = rng.integers(0, 200, (3, side, side))
    return np.clip(patterns[truth()] + rng.integers(0, 50, (COUNT, side, side)), 0, 255).astype(np.uint8)


def sound(number: int, rate: int, seconds: float = 0.4) -> np.ndarray:
    rng = np.random.default_rng(number)
    time = np.arange(round(rate * seconds)) / rate
    tone = (300.0, 900.0, 2400.0)[number % 3] * (1 + 0.03 * rng.standard_normal())
    return (0.5 * np.sin(2 * np.pi * tone * time) + 0.02 * rng.standard_normal(len(time))).astype(np.float32)


def sentence(number: int) -> str:
    rng = np.random.default_rng(number)
    return " ".join(rng.permutation(WORDS[NAMES[number % 3]].split())[:7])
