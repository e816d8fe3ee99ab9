"""The lasso against exact arithmetic and against a library that everybody trusts."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path

from latent_lasso.core.errors import LassoError
from latent_lasso.core.lasso import points_in_lasso


def exact(points, polygon):
    """Even-odd by rational arithmetic, one point and one edge at a time."""
    corners = [(Fraction(float(x)), Fraction(float(y))) for x, y in np.asarray(polygon)]
    answer = []
    for px, py in np.asarray(points, dtype=np.float64):
        inside = False
        if np.isfinite(px) and np.isfinite(py):
            x, y = Fraction(float(px)), Fraction(float(py))
            for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
                if (ay <= y) != (by <= y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                    inside = not inside
        answer.append(inside)
    return np.array(answer, dtype=bool)


numbers = st.one_of(
    st.integers(-20, 20).map(float),
    st.floats(-1e5, 1e5, width=32),
    st.integers(0, 40).map(lambda n: 1000 + n / 4096),
)
corners = st.lists(st.tuples(numbers, numbers), min_size=3, max_size=12)


@settings(max_examples=200, deadline=None)
@given(polygon=corners, points=st.lists(st.tuples(numbers, numbers), min_size=1, max_size=40))
def test_any_loop_agrees_with_exact_arithmetic(polygon, points):
    polygon = np.array(polygon, dtype=np.float32)
    points = np.array([*points, *polygon], dtype=np.float32)  # corners themselves are the hardest points
    try:
        answer = points_in_lasso(points, polygon)
    except LassoError:
        assert len(np.unique(polygon, axis=0)) < 3
        return
    assert np.array_equal(answer, exact(points, polygon))


@pytest.mark.parametrize("seed", range(4))
def test_a_drawn_loop_agrees_with_matplotlib(seed):
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    radius = 300 * (1 + 0.3 * np.sin(7 * angle + seed))
    polygon = np.column_stack([960 + radius * np.cos(angle), 540 + radius * np.sin(angle)]).astype(np.float32)
    points = rng.uniform((0, 0), (1920, 1080), (50_000, 2)).astype(np.float32)
    answer = points_in_lasso(points, polygon)
    assert 0 < answer.sum() < len(points)
    assert np.array_equal(answer, Path(polygon.astype(np.float64)).contains_points(points.astype(np.float64)))


def test_a_loop_that_crosses_itself_leaves_its_inner_part_out():
    star = [(np.cos(a), np.sin(a)) for a in np.arange(5) * 4 * np.pi / 5]
    assert not points_in_lasso(np.array([[0.0, 0.0]], np.float32), star)[0]
    assert points_in_lasso(np.array([[0.8, 0.0]], np.float32), star)[0]


def test_points_behind_the_eye_are_never_inside():
    points = np.array([[np.nan, np.nan], [0.1, 0.1]], np.float32)
    assert points_in_lasso(points, [(0, 0), (1, 0), (0, 1)]).tolist() == [False, True]


def test_order_of_storage_does_not_matter():
    points = np.random.default_rng(0).uniform(0, 10, (1000, 2)).astype(np.float32)
    polygon = [(2, 2), (8, 3), (6, 9)]
    by_column = np.ascontiguousarray(points.T).T
    assert np.array_equal(points_in_lasso(points, polygon), points_in_lasso(by_column, polygon))


@pytest.mark.parametrize("polygon", [[(0, 0)], [(0, 0), (1, 1)], [(0, 0), (1, 1), (0, 0)], [(0, 0), (np.inf, 1), (1, 0)]])
def test_what_encloses_nothing_is_refused_in_a_sentence(polygon):
    with pytest.raises(LassoError, match=r"loop.*\.$"):
        points_in_lasso(np.zeros((3, 2), np.float32), polygon)
