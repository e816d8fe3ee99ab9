"""The palette that a hand holds: rectangles in a plane, and what a ray or a fingertip meets there. Pure numpy.

Lengths are metres of the real room; whoever draws multiplies them by the session's scale. The plane's origin is the middle of
the palette's lower edge, x to the reader's right, y up, and its third axis towards the eye.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .arrays import Float64Array
from .palette import Colour

HELD = 0.5
"""How far from the eye a hand holds things."""
LEAST_ANGLE = math.radians(1.2)
CAPITAL = HELD * math.tan(LEAST_ANGLE) * 1.05
"""Height of a capital letter: 1.2 degrees of view at that distance, and a little more for an arm that is stretched."""
LETTER = CAPITAL / 0.7
"""The size of type whose capitals are that high."""
ROW = 0.027
GAP = 0.003
PAD = 0.008
WIDTH = 0.34
ROWS = 9
"""Of a page, below the tabs and the sentence, so that all pages are of one size and nothing jumps."""
NEAR = 0.03
"""How far before a button a fingertip still means it."""
REACH = 4.0
"""The longest way of a ray to the palette."""


@dataclass(frozen=True)
class Button:
    """A rectangle and what pressing it does. key: what the caller acts on, "" for words that are only read.

    value: words at its right end. colour: of a swatch before its words. on: drawn as switched on. more: of a second press.
    """

    key: str
    text: str
    left: float
    bottom: float
    right: float
    top: float
    value: str = ""
    colour: Colour | None = None
    glyph: str = ""
    on: bool = False
    warns: bool = False

    def holds(self, x: float, y: float) -> bool:
        """Whether a place of the plane lies on it."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


@dataclass(frozen=True)
class Item:
    """One thing on a page before it has a place: what a Button says, and what share of its row it takes."""

    key: str
    text: str
    value: str = ""
    colour: Colour | None = None
    glyph: str = ""
    on: bool = False
    warns: bool = False
    share: float = 1.0


@dataclass(frozen=True)
class Menu:
    """A palette as it is drawn: its height, and its buttons with their places."""

    height: float
    buttons: tuple[Button, ...] = field(default_factory=tuple)

    @property
    def left(self) -> float:
        """The palette's left edge; its right edge is as far on the other side."""
        return -WIDTH / 2

    def at(self, x: float, y: float) -> Button | None:
        """The button at a place of the plane that can be pressed, or None."""
        return next((button for button in self.buttons if button.key and button.holds(x, y)), None)

    def holds(self, x: float, y: float) -> bool:
        """Whether a place of the plane lies on the palette."""
        return abs(x) <= WIDTH / 2 and 0.0 <= y <= self.height

    def button(self, key: str) -> Button:
        """The button with this key. Raises KeyError where the page has none."""
        for button in self.buttons:
            if button.key == key:
                return button
        raise KeyError(key)


@dataclass(frozen=True)
class Frame:
    """Where a plane is in the world. origin: (3,) world units. axes: (3, 3), rows right, up, towards the eye, each of length 1.

    scale: world units a metre of the real room.
    """

    origin: Float64Array
    axes: Float64Array
    scale: float = 1.0

    def to_plane(self, place: Sequence[float]) -> Float64Array:
        """(3,) metres in the plane's own axes, of a place in the world."""
        found: Float64Array = self.axes @ (np.asarray(place, dtype=np.float64) - self.origin) / self.scale
        return found

    def to_world(self, x: float, y: float, z: float = 0.0) -> Float64Array:
        """(3,) world units, of a place in the plane's own axes in metres."""
        found: Float64Array = self.origin + np.array((x, y, z)) @ self.axes * self.scale
        return found

    def matrix(self) -> list[list[float]]:
        """The 4 x 4 matrix that takes metres of the plane to the world, by rows."""
        columns = self.axes.T * self.scale
        return [[*(float(value) for value in columns[row]), float(self.origin[row])] for row in range(3)] + [[0.0, 0.0, 0.0, 1.0]]


def facing(place: Sequence[float], eye: Sequence[float], scale: float = 1.0, up: Sequence[float] = (0.0, 0.0, 1.0)) -> Frame:
    """A plane at `place` turned to `eye`, upright as far as that goes. All in world units."""
    origin = np.asarray(place, dtype=np.float64)
    normal = np.asarray(eye, dtype=np.float64) - origin
    length = float(np.linalg.norm(normal))
    normal = normal / length if length > 1e-9 else np.array((0.0, -1.0, 0.0))
    right = np.cross(np.asarray(up, dtype=np.float64), normal)
    across = float(np.linalg.norm(right))
    if across < 1e-6:  # seen from straight above or below
        right, across = np.array((1.0, 0.0, 0.0)), 1.0
    right = right / across
    upward = np.cross(normal, right)
    return Frame(origin, np.array((right, upward / np.linalg.norm(upward), normal)), scale)


def meets(frame: Frame, origin: Sequence[float], direction: Sequence[float]) -> tuple[float, float, float] | None:
    """Where a ray (world) meets a plane from its front: x, y and how far it went, in metres; None where it does not."""
    start = frame.to_plane(origin)
    along = frame.axes @ np.asarray(direction, dtype=np.float64)
    length = float(np.linalg.norm(along))
    if length < 1e-9 or start[2] <= 0.0 or along[2] >= -1e-6 * length:
        return None
    along = along / length
    way = float(-start[2] / along[2])
    if way > REACH:
        return None
    return float(start[0] + way * along[0]), float(start[1] + way * along[1]), way


def touches(frame: Frame, tip: Sequence[float], near: float = NEAR) -> tuple[float, float] | None:
    """The place x, y of the plane, metres, that a fingertip (world) is within `near` metres of; None where it is farther."""
    x, y, z = frame.to_plane(tip)
    return (float(x), float(y)) if abs(z) <= near else None


def laid_out(tabs: Sequence[Item], sentence: str, rows: Sequence[Sequence[Item]]) -> Menu:
    """Give every item its rectangle: tabs along the top, under them a sentence, then the rows, each ROW high."""
    height = (ROWS + 2) * (ROW + GAP) - GAP + 2 * PAD
    inner = WIDTH - 2 * PAD
    buttons: list[Button] = []

    def line(items: Sequence[Item], top: float) -> None:
        whole = sum(item.share for item in items)
        free = inner - GAP * (len(items) - 1)
        x = -inner / 2
        for item in items:
            across = free * item.share / whole
            buttons.append(
                Button(
                    item.key, item.text, x, top - ROW, x + across, top,
                    item.value, item.colour, item.glyph, item.on, item.warns,
                )
            )  # fmt: skip
            x += across + GAP

    top = height - PAD
    line(tabs, top)
    top -= ROW + GAP
    line([Item("", sentence)], top)
    for items in rows[:ROWS]:
        top -= ROW + GAP
        if items:
            line(items, top)
    return Menu(height, tuple(buttons))
