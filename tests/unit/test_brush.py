"""The brush against spheres set one by one, and against a sentence that says what it takes."""

import numpy as np
import pytest

from latent_lasso.core.brush import Sweep, points_in_capsules, unproject
from latent_lasso.core.errors import LassoError
from latent_lasso.core.projection import View, project

PERSPECTIVE = np.array([[1.5, 0, 0.3, 0], [0, 2.0, 0, 0], [0, 0, -1, -0.2], [0, 0, -1, 0]])
ORTHOGRAPHIC = np.diag([0.1, 0.1 * 200 / 150, -0.05, 1.0])
SIZE = (200, 150)


def turned(seed, scale=1.0):
    """A rotation, a scale and a move, as a cloud that stands somewhere in the scene has."""
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    matrix = np.eye(4)
    matrix[:3, :3] = rotation * scale
    matrix[:3, 3] = (0.3, -0.2, -12.0)
    return matrix


def sweep(positions, matrix, radius=10.0, point_radius=0.05):
    view = View(matrix, *SIZE, point_radius)
    return Sweep(positions, project(positions, view), view, radius)


@pytest.mark.parametrize("seed", range(4))
def test_a_sweep_takes_what_spheres_set_densely_along_it_take(seed):
    rng = np.random.default_rng(seed)
    positions = rng.uniform(-3, 3, (4000, 3)).astype(np.float32)
    starts, ends = rng.uniform(-2, 2, (3, 4)), rng.uniform(-2, 2, (3, 4))
    starts[:, 3] = ends[:, 3] = rng.uniform(0.2, 0.8, 3)
    ends[0] = starts[0]  # a touch without a sweep
    share = np.linspace(0, 1, 2001)[:, None]
    nearest = np.full(len(positions), np.inf)
    for start, end in zip(starts, ends, strict=True):
        centres = start[:3] + share * (end - start)[:3]
        away = np.min([np.linalg.norm(positions - centre, axis=1) for centre in centres], axis=0)
        nearest = np.minimum(nearest, away - start[3])
    sure = np.abs(nearest) > 1e-5
    rows, found = points_in_capsules(np.ascontiguousarray(positions.T), starts, ends)
    taken = np.zeros(len(positions), bool)
    taken[rows[found]] = True
    assert 0 < taken.sum() < len(positions)
    assert np.array_equal(taken[sure], nearest[sure] <= 0)


@pytest.mark.parametrize("matrix", [PERSPECTIVE @ turned(1), PERSPECTIVE @ turned(2, 1.7), ORTHOGRAPHIC @ turned(3)])
def test_a_pixel_and_a_depth_lead_back_to_the_place(matrix):
    positions = np.random.default_rng(0).uniform(-2, 2, (50, 3)).astype(np.float32)
    view = View(matrix, *SIZE)
    seen = project(positions, view)
    for row in range(50):
        place = unproject(view, seen.screen_xy[row].tolist(), float(seen.depth[row]))
        assert np.allclose(place, positions[row], atol=1e-3)


@pytest.mark.parametrize("matrix", [PERSPECTIVE, ORTHOGRAPHIC])
def test_a_touch_takes_a_circle_on_screen_and_a_sphere_in_depth(matrix):
    rng = np.random.default_rng(0)
    positions = rng.uniform((-4, -4, -14), (4, 4, -6), (20_000, 3)).astype(np.float32)
    positions[0] = (0.0, 0.0, -10.0)
    view = View(matrix, 200, 150)
    seen = project(positions, view)
    x, y = seen.screen_xy[0].tolist()
    brush = sweep(positions, matrix, radius=12.0, point_radius=0.0)
    brush.projected.depth[1:][np.hypot(*(seen.screen_xy[1:] - (x, y)).T) < 4] = seen.depth[0]  # nothing nearer lies under the mouse
    brush.extend([(x, y)])
    radius = brush.spheres[0][3]
    away = np.linalg.norm(positions - positions[0], axis=1)
    sure = np.abs(away - radius) > 1e-3
    assert 3 < brush.inside.sum() < 2000
    assert np.array_equal(brush.inside[sure], (away <= radius)[sure])
    edge = project((positions[:1] + np.float32([[0.0, 0.0, 0.0]]) + np.float32(radius) * np.float32([[1, 0, 0]])), view)
    assert abs(float(np.hypot(*(edge.screen_xy[0] - (x, y)))) - 12.0) < 0.1, "as wide as the circle that is drawn"


def test_the_depth_is_that_of_the_nearest_point_under_the_mouse_and_stays_where_nothing_is():
    positions = np.float32([[0, 0, -8], [0, 0, -12], [1.2, 0, -8.2], [2.4, 0, -8], [0, 3, -30]])
    view = View(PERSPECTIVE.copy(), *SIZE, 0.05)
    view.matrix[0, 2] = 0.0
    seen = project(positions, view)
    brush = Sweep(positions, seen, view, 8.0)
    brush.extend([seen.screen_xy[0], seen.screen_xy[0] + (10.0, 0.0), seen.screen_xy[3]])
    # the point behind the first one is not taken; what lies between two corners is
    assert brush.inside.tolist() == [True, False, True, True, False]
    empty = Sweep(positions, seen, view, 8.0)
    empty.extend([(100.0, 20.0)])
    assert empty.spheres[0][2] == pytest.approx(-8.2), "where nothing is under it: as deep as the middle of the cloud"


def test_nothing_between_two_clumps_is_taken_where_the_depth_jumps():
    along = np.linspace(-8, -30, 400)
    # on the way on screen from a near point to a far one, at all the depths between
    positions = np.float32([[0.0, 0, -8], [6.0, 0, -30], *[[0.1 * -z, 0, z] for z in along[40:-60]]])
    view = View(PERSPECTIVE.copy(), *SIZE, 0.01)
    view.matrix[0, 2] = 0.0
    seen = project(positions, view)
    brush = Sweep(positions, seen, view, 5.0)
    brush.extend(seen.screen_xy[:1])
    brush.extend(seen.screen_xy[1:2])
    assert brush.inside[:2].all()
    between = (positions[2:, 2] < -12) & (positions[2:, 2] > -26)
    assert between.any() and not brush.inside[2:][between].any()


def test_it_does_not_matter_in_how_many_parts_a_path_comes():
    rng = np.random.default_rng(5)
    positions = rng.uniform(-3, 3, (3000, 3)).astype(np.float32)
    path = rng.uniform((60, 40), (140, 110), (12, 2))
    whole, parts = sweep(positions, PERSPECTIVE @ turned(4)), sweep(positions, PERSPECTIVE @ turned(4))
    whole.extend(path)
    for corner in path:
        parts.extend([corner])
    assert whole.inside.any() and np.array_equal(whole.inside, parts.inside)


def test_an_empty_cloud_and_one_behind_the_eye_or_hidden_give_nothing():
    hidden = np.full((2, 3), np.nan, np.float32)
    for positions in (np.zeros((0, 3), np.float32), np.float32([[0, 0, 5], [0, 1, 9]]), hidden):
        brush = sweep(positions, PERSPECTIVE)
        brush.extend([(100, 75), (120, 75)])
        assert not brush.inside.any()


@pytest.mark.parametrize(("radius", "corner"), [(0.0, (1, 1)), (float("nan"), (1, 1)), (5.0, (float("inf"), 1))])
def test_a_brush_that_cannot_be_is_refused_in_a_sentence(radius, corner):
    with pytest.raises(LassoError, match=r"\.$"):
        sweep(np.zeros((1, 3), np.float32), PERSPECTIVE, radius).extend([corner])
