"""Shapes of categories: each its own, and no pair of colour and shape twice among the first categories."""

from __future__ import annotations

import numpy as np

from latent_lasso.core import glyphs, palette


def test_shapes_are_told_apart_by_their_pixels() -> None:
    pictures = [glyphs.picture(number, 16) for number in range(1, 8)]
    for place, first in enumerate(pictures):
        assert 0.3 < first.mean() < 0.7
        for second in pictures[place + 1 :]:
            differ = np.abs(first - second).sum() / min(first.sum(), second.sum())
            assert differ > 0.15


def test_colour_and_shape_together_come_again_late() -> None:
    pairs = [(palette.colour_for(number), glyphs.glyph_of(number)) for number in range(1, 85)]
    assert len(set(pairs)) == 84
    assert glyphs.numbers(9).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 1, 2]
