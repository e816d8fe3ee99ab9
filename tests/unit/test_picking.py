"""The point under the mouse is the one that is drawn there."""

from __future__ import annotations

import numpy as np
import pytest

from latent_lasso.core.picking import closest, point_under
from latent_lasso.core.projection import View, project

PERSPECTIVE = np.array([[1.5, 0.2, 0, 0], [0, 1.2, 1.3, 0], [0, 0.7, -0.7, 30], [0, 0.7, -0.7, 31]])
FLAT = np.array([[0.08, 0.01, 0, 0], [0, 0.07, 0.08, 0.1], [0, 0.02, -0.02, -0.5], [0, 0, 0, 1]])


@pytest.mark.parametrize("matrix", [PERSPECTIVE, FLAT])
@pytest.mark.parametrize("radius", [0.02, 0.6])
def test_the_nearest_disc_over_the_mouse_is_meant_else_the_closest_in_reach(matrix: np.ndarray, radius: float) -> None:
    rng = np.random.default_rng(0)
    positions = rng.uniform(-9, 9, (2000, 3)).astype(np.float32)
    positions[::50] = np.nan
    view = View(matrix, 1000, 600, radius)
    found = project(positions, view)
    met = 0
    for x, y in rng.uniform((0, 0), (1000, 600), (200, 2)):
        away = np.hypot(found.screen_xy[:, 0] - x, found.screen_xy[:, 1] - y)
        away[~np.isfinite(away) | (found.depth <= 0)] = np.inf
        covers = np.flatnonzero(away <= found.radius_px)
        if len(covers):
            wanted = int(covers[np.argmin(found.depth[covers])])
        else:
            wanted = int(np.argmin(away)) if away.min() <= 8 else -1
        assert point_under(positions, view, x, y, 8) == wanted
        met += wanted >= 0
    assert met > 20, "the mouse met too few points to tell"


def test_nothing_is_met_behind_the_eye_or_in_an_empty_cloud() -> None:
    view = View(PERSPECTIVE, 1000, 600, 0.3)
    behind = np.array([[0, -60, 60]], dtype=np.float32)
    assert point_under(behind, view, 500, 300, 1e9) == -1
    assert point_under(behind[:0], view, 500, 300, 8) == -1


def test_the_closest_of_some_points_is_found_and_hidden_ones_are_not_near() -> None:
    positions = np.random.default_rng(0).uniform(-9, 9, (500, 3)).astype(np.float32)
    among = np.arange(500) % 3 == 0
    for row in (0, 7, 300):
        near, apart = closest(positions, row, among)
        away = np.linalg.norm(positions - positions[row], axis=1)
        away[~among] = np.inf
        away[row] = np.inf
        assert near == np.argmin(away) and np.isclose(apart, away.min(), atol=1e-4)
    positions[near] = np.nan
    assert closest(positions, 300, among)[0] not in (near, 300)
    assert closest(positions, 300, among & False) == (-1, 0.0)
