"""Arrows: points that are spread, a length that can be read."""

from __future__ import annotations

import numpy as np

from latent_lasso.core import arrows


def test_points_that_carry_arrows_are_far_apart_and_always_the_same() -> None:
    positions = np.random.default_rng(0).normal(size=(500, 3)).astype(np.float32)
    rows = arrows.spread_rows(positions, 40)
    assert len(rows) == 40 and (np.diff(rows) > 0).all()
    assert np.array_equal(rows, arrows.spread_rows(positions, 40))
    nearest = lambda points: np.sort(np.linalg.norm(points[:, None] - points[None], axis=2), axis=1)[:, 1].min()  # noqa: E731
    assert nearest(positions[rows]) > 3 * nearest(positions[:40])
    assert arrows.spread_rows(positions[:7], 40).tolist() == list(range(7))


def test_equal_points_are_chosen_once() -> None:
    assert len(arrows.spread_rows(np.zeros((50, 3), dtype=np.float32), 10)) >= 1


def test_nine_of_ten_arrows_are_no_longer_than_what_can_be_read() -> None:
    lengths = np.arange(1, 101, dtype=np.float32)
    vectors = np.zeros((200, 3), dtype=np.float32)
    vectors[:100, 1] = lengths  # the other points feel nothing, and do not count
    assert np.isclose(np.mean(lengths <= arrows.usual([vectors])), 0.9, atol=0.011)
    assert arrows.usual([]) == 1.0 and arrows.usual([np.zeros((3, 3), dtype=np.float32)]) == 1.0
