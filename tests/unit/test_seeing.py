"""Projection, what is seen from here, depth, and loops drawn in the air."""

import numpy as np
import pytest

from latent_lasso.core.errors import LassoError
from latent_lasso.core.gesture import loop_cone, points_in_sweep
from latent_lasso.core.projection import Projected, View, project
from latent_lasso.core.selection import combine, select
from latent_lasso.core.visibility import seen_from_here

PERSPECTIVE = np.array([[1.5, 0, 0, 0], [0, 2.0, 0, 0], [0, 0, -1, -0.2], [0, 0, -1, 0]])
ORTHOGRAPHIC = np.diag([0.1, 0.2, -0.05, 1.0])


def test_perspective_divides_by_distance_and_hides_what_lies_behind():
    positions = np.array([[1, 1, -4], [0, 0, -8], [1, 1, 4]], np.float32)
    seen = project(positions, View(PERSPECTIVE, 200, 100, 0.5))
    assert np.allclose(seen.screen_xy[:2], [[137.5, 75.0], [100.0, 50.0]])
    assert np.isnan(seen.screen_xy[2]).all()
    assert np.allclose(seen.depth, [4, 8, -4])
    assert np.allclose(seen.radius_px[:2], [0.5 * 1.5 * 100 / 4, 0.5 * 1.5 * 100 / 8])


def test_orthographic_depth_is_in_world_units_and_size_does_not_change():
    positions = np.array([[5, 0, 0], [5, 0, -10]], np.float32)
    seen = project(positions, View(ORTHOGRAPHIC, 200, 100, 1.0))
    assert np.allclose(seen.screen_xy, [[150, 50], [150, 50]])
    assert np.isclose(seen.depth[1] - seen.depth[0], 10)
    assert np.allclose(seen.radius_px, 10)


def test_a_shifted_lens_moves_points_and_does_not_make_them_larger():
    shifted = PERSPECTIVE.copy()
    shifted[0, 2] = 0.4
    positions = np.array([[1, 1, -4]], np.float32)
    plain, moved = (project(positions, View(m, 200, 100, 0.5)) for m in (PERSPECTIVE, shifted))
    assert not np.allclose(plain.screen_xy, moved.screen_xy)
    assert np.allclose(plain.radius_px, moved.radius_px)


@pytest.mark.parametrize("seed", range(12))
def test_seen_from_here_agrees_with_comparing_all_pairs(seed):
    rng = np.random.default_rng(seed)
    count = 400
    xy = rng.uniform(0, 60, (count, 2)).astype(np.float32)
    xy[::19] = np.nan
    depth = rng.uniform(1, 5, count).astype(np.float32)
    radius = (rng.choice([0.5, 2, 8, 30]) / depth * rng.uniform(0.5, 2, count)).astype(np.float32)
    apart = xy[:, None].astype(np.float64) - xy[None].astype(np.float64)
    covered = ((apart**2).sum(2) < radius[None].astype(np.float64) ** 2) & (depth[None] < depth[:, None])
    covered[:, np.isnan(xy[:, 0])] = False
    expected = ~np.isnan(xy[:, 0]) & ~covered.any(1)
    assert np.array_equal(seen_from_here(Projected(xy, depth, radius)), expected)


def test_depth_takes_all_or_the_seen_or_a_range():
    xy = np.array([[5, 5], [5, 5], [5, 5]], np.float32)
    seen = Projected(xy, np.array([1, 2, 3], np.float32), np.ones(3, np.float32))
    loop = [(0, 0), (10, 0), (10, 10), (0, 10)]
    assert select(seen, loop).tolist() == [True, True, True]
    assert select(seen, loop, "SEEN").tolist() == [True, False, False]
    assert select(seen, loop, "RANGE", 1.5, 2.5).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("REPLACE", [1, 0, 1]), ("ADD", [1, 1, 1]), ("SUBTRACT", [0, 1, 0]), ("TOGGLE", [0, 1, 1])],
)
def test_modes_of_a_loop(mode, expected):
    result = combine(np.array([True, True, False]), np.array([True, False, True]), mode)
    assert result.astype(int).tolist() == expected


def circle(radius, distance, count=24):
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.column_stack([radius * np.cos(angle), np.full(count, distance), radius * np.sin(angle)])


def test_a_loop_in_the_air_holds_the_cone_behind_it():
    cone = loop_cone(circle(0.2, 0.6), np.zeros((24, 3)))
    far = np.array([[0, 6, 0], [1.5, 6, 0], [2.5, 6, 0], [0, -6, 0]], np.float32)
    assert select(cone.project(far), cone.polygon).tolist() == [True, True, False, False]


def test_a_moving_head_counts_by_its_median():
    heads = np.zeros((24, 3))
    heads[:5] = 50.0  # a tracking glitch
    cone = loop_cone(circle(0.2, 0.6), heads)
    assert np.allclose(cone.apex, 0)


def test_a_loop_too_wide_to_have_an_inside_is_refused():
    with pytest.raises(LassoError, match="120°"):
        loop_cone(circle(2.0, 0.6), np.zeros((24, 3)))


def test_a_fast_sweep_of_the_brush_leaves_no_holes():
    points = np.column_stack([np.linspace(0, 10, 101), np.zeros(101), np.zeros(101)]).astype(np.float32)
    assert points_in_sweep(points, np.array([[0, 0, 0], [10, 0, 0]]), 0.2).all()
    assert not points_in_sweep(points + np.float32(1), np.array([[0, 0, 0], [10, 0, 0]]), 0.2).any()


@pytest.mark.parametrize("seed", range(6))
def test_asking_for_a_few_points_gives_what_asking_for_all_gives(seed):
    rng = np.random.default_rng(seed)
    count = 3000
    projected = Projected(
        rng.uniform(0, 400, (count, 2)).astype(np.float32),
        rng.uniform(1, 50, count).astype(np.float32),
        rng.choice([2.0, 3.0, 40.0], count, p=[0.6, 0.39, 0.01]).astype(np.float32),
    )
    everything = seen_from_here(projected)
    x, y = projected.screen_xy.T
    for asked in ((x > 100) & (x < 180) & (y > 50) & (y < 90), x < 0, rng.random(count) < 0.01):
        assert np.array_equal(seen_from_here(projected, asked), everything & asked)
