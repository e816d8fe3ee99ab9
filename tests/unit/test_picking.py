"""The point under the mouse is the one that is drawn there."""

from __future__ import annotations

import numpy as np

from latent_lasso.core.picking import point_under
from latent_lasso.core.projection import Projected


def projected(*points: tuple[float, float, float, float]) -> Projected:
    """(x, y, depth, radius) of each point."""
    x, y, depth, radius = np.array(points, dtype=np.float32).T
    return Projected(np.stack([x, y]).T, depth, radius)


def test_of_discs_that_cover_the_mouse_the_nearest_to_the_eye_is_meant() -> None:
    found = projected((100, 100, 9, 12), (104, 100, 3, 12), (100, 101, 5, 12), (400, 100, 1, 30))
    assert point_under(found, 101, 100, 8) == 1
    assert point_under(found, 91, 100, 8) == 2, "the nearest does not reach here"
    assert point_under(found, 375, 110, 8) == 3, "a large disc is met anywhere on it"


def test_small_points_are_met_from_beside_and_nothing_from_afar() -> None:
    found = projected((100, 100, 9, 1), (106, 100, 3, 1), (np.nan, np.nan, -2, 1))
    assert point_under(found, 102, 100, 8) == 0
    assert point_under(found, 105, 102, 8) == 1
    assert point_under(found, 130, 100, 8) == -1
