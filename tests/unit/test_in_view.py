"""What stands before a person's eyes: in view, no nearer than comfort has it, turned to them, its letters large enough."""

from __future__ import annotations

import math

import numpy as np
import pytest

from latent_lasso.core import hand_menu, hand_pages, in_view

RNG = np.random.default_rng(0)


def angle_between(a: np.ndarray, b: np.ndarray) -> float:
    return math.degrees(math.acos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1.0, 1.0)))


def capital(frame: hand_menu.Frame, eye: np.ndarray, letter: float, x: float, y: float) -> float:
    """Degrees of view of a capital that stands at a place of a plane."""
    foot, head = frame.to_world(x, y), frame.to_world(x, y + 0.7 * letter)
    return angle_between(foot - eye, head - eye)


@pytest.mark.parametrize("scale", [0.04, 1.0, 30.0])
def test_a_hand_s_palette_is_turned_to_the_eye_from_its_middle_and_read_to_its_corners(scale: float) -> None:
    tall, half = hand_pages.menu(hand_pages.Shown()).height, hand_menu.WIDTH / 2
    for _ in range(100):
        eye, direction = RNG.normal(0, 1, 3), RNG.normal(0, 1, 3)
        direction[2] = -abs(direction[2])
        grip = eye + direction / np.linalg.norm(direction) * RNG.uniform(0.3, 0.85) * scale
        frame = in_view.held_up(grip, eye, tall, 0.05, scale)
        middle = frame.to_world(0.0, tall / 2)
        assert np.allclose(frame.axes @ frame.axes.T, np.eye(3)) and np.linalg.det(frame.axes) == pytest.approx(1.0)
        assert angle_between(frame.axes[2], eye - middle) < 0.01
        assert np.allclose(frame.to_world(0.0, -0.05), grip, atol=1e-9 * scale), "it stands above the hand"
        for x in (-half, half):
            for y in (0.0, tall - 0.7 * hand_menu.LETTER):
                assert capital(frame, eye, hand_menu.LETTER, x, y) >= 1.2


def test_a_palette_of_the_nearest_hand_is_not_larger_than_it_must_be() -> None:
    frame = in_view.held_up((0.0, 0.4, 1.5), (0.0, 0.0, 1.6), 0.34, 0.05)
    assert frame.scale == 1.0


@pytest.mark.parametrize("scale", [0.04, 1.0, 30.0])
def test_a_card_lies_in_view_wherever_its_sample_is(scale: float) -> None:
    for _ in range(300):
        eye, ahead = RNG.normal(0, 2, 3), RNG.normal(0, 1, 3)
        across = RNG.uniform(0.2, in_view.CARD_WIDE * in_view.LETTER)
        tall = RNG.uniform(0.1, in_view.CARD_HIGH * in_view.LETTER)
        sample = eye + RNG.normal(0, 1, 3) * RNG.choice((0.01, 0.3, 1.0, 5.0)) * scale
        frame = in_view.beside(sample, in_view.looking(eye, ahead, scale), across, tall)
        ahead, middle = ahead / np.linalg.norm(ahead), frame.origin
        assert angle_between(frame.axes[2], eye - middle) < 0.01, "turned to the eyes"
        assert abs(frame.axes[0][2]) < 1e-9 and frame.axes[1][2] > -1e-9, "and upright"
        right = np.cross(ahead, (0.0, 0.0, 1.0))
        right /= np.linalg.norm(right)
        upward = np.cross(right, ahead)
        for x in (-across / 2, across / 2):
            for y in (-tall / 2, tall / 2):
                corner = frame.to_world(x, y) - eye
                assert corner @ ahead > 0 and np.linalg.norm(corner) >= 0.4 * scale
                assert abs(corner @ right / (corner @ ahead)) < in_view.WIDE + 1e-6
                assert abs(corner @ upward / (corner @ ahead)) < in_view.HIGH + 1e-6
                low = min(y, tall / 2 - 0.7 * in_view.LETTER)
                assert capital(frame, eye, in_view.LETTER, x, low) >= 1.2
        assert np.linalg.norm(middle - eye) <= 0.6001 * scale, "near enough to be before the crowd"


def test_a_card_is_moved_no_farther_than_it_must() -> None:
    slid = 0
    for _ in range(500):
        eye, ahead = RNG.normal(0, 2, 3), np.array((*RNG.normal(0, 1, 2), 0.3))
        eyes, across, tall = in_view.looking(eye, ahead), RNG.uniform(0.2, 0.9), RNG.uniform(0.1, 0.8)
        sample = eye + (ahead / np.linalg.norm(ahead) + RNG.normal(0, 0.25, 3)) * 1.5
        frame = in_view.beside(sample, eyes, across, tall)
        corners = np.array([frame.to_world(x * across / 2, y * tall / 2) for x in (-1, 1) for y in (-1, 1)])
        edges = np.abs(eyes.tangents(corners)).max(axis=0)
        below = frame.to_world(-across / 2, -tall / 2)
        apart = angle_between(below - eye, sample - eye)
        at_edge = edges[0] > 0.9 * in_view.WIDE or edges[1] > 0.9 * in_view.HIGH
        slid += at_edge
        assert at_edge or apart < 9.0, (edges, apart)
    assert 50 < slid < 450


def test_a_card_stands_right_and_above_of_a_sample_that_is_looked_at_and_slides_as_the_head_turns() -> None:
    across, tall = 0.5, 0.4
    sample, places = np.array((0.0, 2.0, 1.6)), []
    for turn in np.linspace(-3.1, 3.1, 2000):
        frame = in_view.beside(sample, in_view.looking((0, 0, 1.6), (math.sin(turn), math.cos(turn), 0.0)), across, tall)
        places.append(frame.origin)
        if abs(turn) < 0.05:
            left, low = frame.to_world(-across / 2, 0.0), frame.to_world(0.0, -tall / 2)
            assert left[0] / left[1] > 0.03 and low[2] == pytest.approx(1.6, abs=0.02), "beside it, not over it"
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    assert steps.max() < 0.02, "no jump as the head turns by a fifth of a degree"
