"""The palette of the hand as geometry: where its buttons lie, and what a ray and a fingertip meet."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from latent_lasso.core import hand_menu, hand_pages
from latent_lasso.core.hand_pages import Named, Place, Shown

PAGES = ("labels", "new", "category", "merge", "tools", "train", "time", "places")
EYE = (0.3, -0.2, 1.6)


def shown(count: int = 3, **more: object) -> Shown:
    named = tuple(Named(number, f"name {number}", (0.5, 0.5, 0.5), 10 * number) for number in range(1, count + 1))
    return Shown(categories=named, category=1, places=(Place("core", "A group"),), **more)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("count", [0, 1, 7, 8, 40])
def test_no_two_buttons_overlap_and_all_lie_on_the_palette(page: str, count: int) -> None:
    found = hand_pages.menu(shown(count, page=page))
    for button in found.buttons:
        assert found.holds(button.left, button.bottom) and found.holds(button.right, button.top)
        assert button.top - button.bottom >= hand_menu.LETTER
    for a, b in itertools.combinations(found.buttons, 2):
        apart = a.right <= b.left or b.right <= a.left or a.top <= b.bottom or b.top <= a.bottom
        assert apart, (a.text, b.text)
    keys = [button.key for button in found.buttons if button.key and not button.key.startswith("first")]
    assert len(keys) == len(set(keys))


def test_capitals_are_more_than_1_2_degrees_of_view_where_a_hand_holds_them() -> None:
    assert math.degrees(math.atan(0.7 * hand_menu.LETTER / hand_menu.HELD)) >= 1.2


@pytest.mark.parametrize("scale", [0.5, 1.0, 8.0])
def test_a_ray_meets_the_button_it_points_at_in_a_room_of_any_scale(scale: float) -> None:
    frame = hand_menu.facing((1.0, 2.0, 1.2), EYE, scale)
    found = hand_pages.menu(shown())
    for button in found.buttons:
        middle = ((button.left + button.right) / 2, (button.bottom + button.top) / 2)
        there, start = frame.to_world(*middle), frame.to_world(0.1, -0.2, 0.4)
        met = hand_menu.meets(frame, start, there - start)
        assert met is not None and np.allclose(met[:2], middle, atol=1e-9)
        assert found.at(*met[:2]) == (button if button.key else None)
        behind = frame.to_world(*middle, -0.3)
        assert hand_menu.meets(frame, behind, there - behind) is None, "from behind nothing is pressed"
        assert hand_menu.meets(frame, start, start - there) is None


def test_a_fingertip_means_what_it_is_near_to_and_nothing_from_afar() -> None:
    frame = hand_menu.facing((1.0, 2.0, 1.2), EYE, 3.0)
    assert np.allclose(hand_menu.touches(frame, frame.to_world(0.05, 0.1, 0.02)) or (), (0.05, 0.1))
    assert hand_menu.touches(frame, frame.to_world(0.05, 0.1, 0.06)) is None


def test_a_plane_is_turned_to_the_eye_upright_and_its_matrix_says_the_same() -> None:
    for place in ((1.0, 2.0, 1.2), (*EYE[:2], 0.5)):
        frame = hand_menu.facing(place, EYE, 2.0)
        assert np.allclose(frame.axes @ frame.axes.T, np.eye(3)) and np.linalg.det(frame.axes) == pytest.approx(1.0)
        away = np.array(EYE) - place
        assert np.allclose(frame.axes[2], away / np.linalg.norm(away)) and frame.axes[1][2] >= -1e-9
        by_matrix = np.array(frame.matrix()) @ (0.1, 0.2, 0.3, 1.0)
        assert np.allclose(by_matrix[:3], frame.to_world(0.1, 0.2, 0.3))
        assert np.allclose(frame.to_plane(by_matrix[:3]), (0.1, 0.2, 0.3))


def test_many_categories_are_all_reached_by_turning_the_list() -> None:
    seen, first = set(), 0
    for _ in range(12):
        found = hand_pages.menu(shown(40, first=first))
        seen |= {button.key for button in found.buttons if button.key.startswith("assign")}
        first = [int(button.key.split()[1]) for button in found.buttons if button.key.startswith("first")][-1]
        if len(seen) == 40:
            break
    assert seen == {f"assign {number}" for number in range(1, 41)}


def test_a_new_category_is_numbered_on_and_offers_no_name_that_is_taken() -> None:
    named = (Named(1, "Category 6", (0, 0, 0)), Named(2, "owl", (0, 0, 0)))
    found = hand_pages.menu(Shown(page="new", categories=named, names=("owl", "wren")))
    assert [button.key for button in found.buttons if button.key.startswith("name")] == ["name Category 7", "name wren"]
