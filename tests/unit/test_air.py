"""Gestures of a hand in the room, and where the room is put: pure geometry against slow and simple answers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from latent_lasso.core.gesture import point_touched, points_in_sweep
from latent_lasso.core.placing import AROUND, TABLE_AWAY, TABLE_HEIGHT, place, to_scene


def cloud(count: int = 4000, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-10, 10, (count, 3)).astype(np.float32)


def test_a_sweep_takes_every_point_near_its_path_and_leaves_no_hole_between_two_far_frames() -> None:
    points = cloud()
    points[7] = np.nan
    path = np.array([(-8.0, 0, 0), (8.0, 1, 0), (8.0, 1, 0), (0, -7, 3)])
    inside = points_in_sweep(points, path, 1.5)
    dense = np.concatenate([a + np.linspace(0, 1, 2000)[:, None] * (b - a) for a, b in itertools.pairwise(path)])
    nearest = np.full(len(points), np.inf)
    for step in dense:
        nearest = np.fmin(nearest, np.linalg.norm(points - step, axis=1))
    certain = np.abs(nearest - 1.5) > 1e-3
    assert inside.sum() > 50 and not inside[7]
    assert (inside == (nearest <= 1.5))[certain & np.isfinite(points[:, 0])].all()


def test_a_sweep_of_one_frame_is_a_ball_and_of_none_is_nothing() -> None:
    points = cloud()
    ball = np.linalg.norm(points - np.float32(1.0), axis=1) <= 3.0
    assert (points_in_sweep(points, np.ones((1, 3)), 3.0) == ball).all() and ball.any()
    assert not points_in_sweep(points, np.zeros((0, 3)), 3.0).any()


def test_a_hand_touches_the_nearest_point_within_reach_before_it_points_at_another() -> None:
    points = np.array([(0, 0, 5), (0.2, 0, 0), (0.1, 0, 0), (np.nan,) * 3], dtype=np.float32)
    assert point_touched(points, (0, 0, 0), (0, 0, 1), 0.3, 0.03, 0.05) == 2
    assert point_touched(points, (0, 0, 0), (0, 0, 1), 0.05, 0.03, 0.05) == 0


def test_a_ray_means_the_first_point_that_it_meets_else_the_one_least_aside() -> None:
    points = np.array([(0, 0, 9), (0.04, 0, 4), (0.3, 0, 2), (0, 0, -1)], dtype=np.float32)
    assert point_touched(points, (0, 0, 0), (0, 0, 2.0), 0.1, 0.2, 0.05) == 1
    assert point_touched(points[2:], (0, 0, 0), (0, 0, 1), 0.1, 0.2, 0.05) == 0, "aside by less than the spread"
    assert point_touched(points[3:], (0, 0, 0), (0, 0, 1), 0.1, 0.2, 0.05) == -1, "behind the hand"
    assert point_touched(points[:0], (0, 0, 0), (0, 0, 1), 0.1, 0.2, 0.05) == -1


def seen(found: object, tracked: tuple[float, float, float]) -> np.ndarray:
    """A place of tracking space in the scene, by the base pose."""
    return np.array(found.location) + found.scale * to_scene(tracked)  # type: ignore[attr-defined]


@pytest.mark.parametrize("head", [(0.0, 1.7, 0.0), (0.8, 1.2, -0.4)])
def test_around_me_fills_the_room_and_the_floor_is_the_floor(head: tuple[float, float, float]) -> None:
    low, high = np.array((-9.0, -8.0, -10.0)), np.array((9.0, 10.0, 10.0))
    found = place(low, high, "AROUND", head)
    metres = (high - low) / found.scale
    assert (metres <= np.array(AROUND) + 1e-9).all() and np.isclose(metres, AROUND).any()
    assert np.isclose(seen(found, (head[0], 0.0, head[2]))[2], low[2]), "its lowest point lies on the floor"
    assert np.allclose(seen(found, (head[0], 0.0, head[2]))[:2], ((low + high) / 2)[:2]), "the person stands in its middle"


def test_a_table_stands_before_the_person_whichever_way_they_look() -> None:
    low, high = np.full(3, -10.0), np.full(3, 10.0)
    found = place(low, high, "TABLE", (1.0, 1.6, 2.0), (3.0, -1.0, 0.0))
    middle = np.zeros(3)
    assert np.allclose(seen(found, (1.0 + TABLE_AWAY, TABLE_HEIGHT + 0.4, 2.0)), middle)


def test_a_runtime_without_a_floor_is_taken_for_a_standing_person() -> None:
    low, high = np.full(3, -10.0), np.full(3, 10.0)
    assert np.allclose(seen(place(low, high, "AROUND", (0, 0, 0)), (0, -1.6, 0))[2], -10.0)
