"""Arrows of forces: which there are and in which colours, which points carry one, how long they are. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Float32Array, Int64Array


@dataclass(frozen=True)
class Channel:
    """One kind of arrow. attribute: where the mesh keeps its vectors; shown: from the start; colour: sRGB."""

    attribute: str
    label: str
    colour: tuple[float, float, float]
    shown: bool


CHANNELS = (
    Channel("force_attract", "Attract", (0.74, 0.27, 0.51), True),
    Channel("force_repel", "Repel", (0.27, 0.78, 0.94), True),
    Channel("force_neighbours", "Neighbours", (1.00, 0.65, 0.06), True),
    Channel("force_room", "Room", (0.45, 0.40, 1.00), True),
    Channel("force_sum", "Sum", (1.00, 1.00, 1.00), False),
    Channel("force_given", "By Labels Given", (0.86, 0.07, 0.05), False),
    Channel("force_guessed", "By Guesses", (1.00, 0.83, 0.50), False),
    Channel("motion", "Next Step", (0.58, 0.62, 0.40), True),
)
"""The colours lie 27 apart (CIE 1976) for normal sight and for each of three kinds of colour blindness."""
MOTION = "motion"
"""Is no force: it has a scale of its own."""
READABLE = 2.4
"""Room units that the arrow is long which nine of ten are no longer than."""
LONGEST = 3.0
"""Times READABLE; what is longer is cut there, or one point would cross the room."""


def spread_rows(positions: Float32Array, most: int) -> Int64Array:
    """Up to `most` rows of positions (K, 3), each far from those before it: arrows that do not hide each other.

    Begins with the row nearest to the middle. Returns ascending rows.
    """
    count = len(positions)
    if count <= most:
        return np.arange(count)
    chosen = [int(np.argmin(np.linalg.norm(positions - positions.mean(axis=0), axis=1)))]
    away = np.full(count, np.inf)
    while len(chosen) < most:
        away = np.minimum(away, np.linalg.norm(positions - positions[chosen[-1]], axis=1))
        chosen.append(int(np.argmax(away)))
    return np.unique(chosen)


def usual(vectors: list[Float32Array]) -> float:
    """The length which nine of ten of `vectors`, each (K, 3), are no longer than, zeros not counted; 1 where all are zero."""
    lengths = [np.linalg.norm(v, axis=1) for v in vectors]
    known = np.concatenate([length[length > 0] for length in lengths]) if lengths else np.zeros(0)
    return float(np.quantile(known, 0.9)) if len(known) else 1.0
