"""Where flat things stand before a person's eyes: what a hand holds up, and a card beside what it tells of. Pure numpy.

Sizes in view are tangents of the angle from where the eyes look. Letters keep LEAST_ANGLE of hand_menu.py at the far corners too,
which are farther away and seen askew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from . import hand_menu
from .arrays import Float64Array
from .hand_menu import Frame

READ = 0.43
"""Metres from which a palette of its plain size is read; farther away it is drawn larger."""
WIDE, HIGH = 0.95, 0.65
"""Half of the view that every headset has before each eye: 43 degrees to each side, 33 up and down."""
NEAREST, FARTHEST = 0.42, 0.6
"""Metres between which a card is read; its sample may lie nearer or farther."""
LETTER = 1.2 * hand_menu.LETTER / hand_menu.HELD
"""A card's size of type a metre of distance."""
CARD_WIDE, CARD_HIGH = 24.0, 22.0
"""Its own letters that a card is wide and high at most: in its corners capitals are then still as high as they must be."""
GAP = 0.05
LEANS = 0.9
"""How far a plane leans at most, as a sine, for a hand beside the eyes."""
HALVINGS = 12


@dataclass(frozen=True)
class Eyes:
    """place: (3,) world units. axes: (3, 3), rows to the right, up and ahead as they look, level. scale: units a metre."""

    place: Float64Array
    axes: Float64Array
    scale: float = 1.0

    def tangents(self, places: Float64Array) -> Float64Array:
        """(N, 2) to the right and up of (N, 3) places of the world that lie ahead."""
        own = (places - self.place) @ self.axes.T
        found: Float64Array = own[:, :2] / own[:, 2:]
        return found


def looking(place: Sequence[float], ahead: Sequence[float], scale: float = 1.0) -> Eyes:
    """Eyes at a place, by where they look; a head held askew counts as upright."""
    forward = np.asarray(ahead, dtype=np.float64)
    plane = hand_menu.facing((0.0, 0.0, 0.0), (-forward).tolist())
    return Eyes(np.asarray(place, dtype=np.float64), np.array((plane.axes[0], plane.axes[1], -plane.axes[2])), scale)


def held_up(grip: Sequence[float], eye: Sequence[float], tall: float, above: float, scale: float = 1.0) -> Frame:
    """The plane of what a hand holds up, turned to the eye from its own middle.

    grip: (3,) the hand; eye: (3,), both world units. tall: its height, above: how far over the hand its lower edge is, both in
    metres that grow with the distance, so that letters are seen as large from everywhere.
    """
    plane = hand_menu.facing(grip, eye, scale)
    away = max(float(np.linalg.norm(np.subtract(eye, grip))) / scale, 1e-6)
    middle = above + tall / 2.0
    # eye, hand and middle are a triangle with its right angle at the middle, and the middle rises as the plane grows
    grown = max(1.0, away / math.hypot(READ, middle))
    lean = min(middle * grown / away, LEANS)
    level = math.sqrt(1.0 - lean * lean)
    upward = lean * plane.axes[2] + level * plane.axes[1]
    normal = level * plane.axes[2] - lean * plane.axes[1]
    lower = plane.origin + upward * above * grown * scale
    return Frame(lower, np.array((plane.axes[0], upward, normal)), scale * grown)


def beside(place: Sequence[float], eyes: Eyes, across: float, tall: float) -> Frame:
    """The plane of a card right of a place and above, wholly in view and turned to the eyes; its origin is the card's middle.

    place: (3,) world units, anywhere, also behind. across, tall: the card's size in metres at one metre's distance. The frame's
    metre is as long as the card's distance asks. No choice jumps as the head turns: the card slides.
    """
    own = eyes.axes @ (np.asarray(place, dtype=np.float64) - eyes.place) / eyes.scale
    distance = min(max(float(np.linalg.norm(own)), NEAREST), FARTHEST)
    sides = max(abs(float(own[0])) / WIDE, abs(float(own[1])) / HIGH, 1e-9)
    # beyond the view's edge, and behind, the card waits at that edge
    ahead = max(float(own[2]), sides)
    half, limits = np.array((across / 2.0, tall / 2.0)), np.array((WIDE, HIGH))
    middle = np.array((own[0] / ahead + GAP, own[1] / ahead)) + half
    # the plane turns to the eyes, so that beside it angles add up and not tangents
    room = np.tan(np.maximum(np.arctan(limits) - np.arctan(half), 0.0))
    middle = np.clip(middle, -room, room)
    corners = [(x, y) for x in (-half[0], half[0]) for y in (-half[1], half[1])]

    def fits(share: float) -> bool:
        frame = at(share * middle, eyes, distance)
        return bool((np.abs(eyes.tangents(np.array([frame.to_world(*corner) for corner in corners]))) <= limits).all())

    # aside and up at once, a corner may still stand out: then it moves towards the middle of the view as far as it must
    least, most = 0.0, 1.0
    if fits(most):
        return at(middle, eyes, distance)
    for _ in range(HALVINGS):
        share = (least + most) / 2.0
        least, most = (share, most) if fits(share) else (least, share)
    return at(least * middle, eyes, distance)


def at(middle: Float64Array, eyes: Eyes, distance: float) -> Frame:
    """A plane so far away in a direction (2,) of the view, turned to the eyes."""
    direction = eyes.axes[2] + middle @ eyes.axes[:2]
    direction = direction / np.linalg.norm(direction)
    origin = eyes.place + direction * distance * eyes.scale
    return hand_menu.facing(origin.tolist(), eyes.place.tolist(), eyes.scale * distance)
