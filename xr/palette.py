"""The palette on the other hand. Each function returns whether it took what the hand did; else it is a gesture."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import bpy
from mathutils import Quaternion, Vector

from ..core import hand_menu, hand_pages
from ..core.hand_menu import Button, Frame, Menu
from . import acts, drawing, hands, telling

ASKS_TWICE = ("delete", "merge")
OFTEN = 0.2
"""Seconds between two readings of what the palette tells."""
EPOCHS_A_SECOND = 20.0
"""Of a stick at its end."""
FITS = 40
"""Letters of a sentence that the palette's own line holds for sure."""
AWAY = 0.05
"""Metres before the palette from which a fingertip comes to press, and to which it must return before it presses again."""


@dataclass
class Palette:
    """What the open palette shows. first, category, sure, said: as core/hand_pages.py has them. frame: where it was drawn last.

    armed: the fingertip was before the palette. pushed: when the stick was heard last.
    """

    first: int = 0
    category: int = 0
    sure: str = ""
    said: str = ""
    frame: Frame | None = None
    menu: Menu | None = None
    read: float = 0.0
    armed: bool = False
    poked: str = ""
    pushed: float = 0.0


def opened() -> Palette:
    """The one palette, for there is one person in the headset; kept with what is drawn there."""
    return drawing.kept(Palette)


def reset() -> Palette:
    """A palette as at the start of a session."""
    return drawing.keep(Palette())


def menu(context: bpy.types.Context, anew: bool = False) -> Menu:
    """The palette as it is drawn; read anew now and then, for it costs a walk over the categories."""
    now, p = time.monotonic(), opened()
    if p.menu is None or anew or now - p.read > OFTEN:
        p.menu = hand_pages.menu(telling.shown(context, p.first, p.category, p.sure, p.said))
        p.read = now
    return p.menu


def put(frame: Frame) -> None:
    """The palette is drawn here from now on: a ray means what was seen."""
    opened().frame = frame


def pointed(context: bpy.types.Context, location: Sequence[float], rotation: Sequence[float]) -> tuple[float, float] | None:
    """Where on the palette a hand points or what it touches: x, y in metres of its plane; None beside it."""
    frame = opened().frame
    if frame is None:
        return None
    found = menu(context)
    near = hand_menu.touches(frame, location)
    if near is not None and found.holds(*near):
        return near
    ahead = Quaternion(rotation) @ hands.AHEAD
    met = hand_menu.meets(frame, location, ahead)
    return met[:2] if met is not None and found.holds(met[0], met[1]) else None


def press(context: bpy.types.Context, location: Sequence[float], rotation: Sequence[float]) -> bool:
    """The dominant trigger was pressed. location, rotation: its aim pose in world space (rotation a quaternion w, x, y, z)."""
    place = pointed(context, location, rotation)
    if place is None:
        return False
    button = menu(context).at(*place)
    if button is not None:
        do(context, button.key)
    return True


def poke(context: bpy.types.Context, tip: Sequence[float]) -> Button | None:
    """One frame of the fingertip: the button that it pushes through, once. Presses nothing by itself."""
    p = opened()
    if p.frame is None:
        return None
    x, y, z = (float(value) for value in p.frame.to_plane(tip))
    found = menu(context)
    if not found.holds(x, y):
        p.armed = False
        return None
    if z > AWAY:
        p.armed = True
        return None
    if not p.armed or z > 0.0:
        return None
    p.armed = False
    return found.at(x, y)


def remember(key: str) -> None:
    """A fingertip pushed this button; it is pressed once nothing is being drawn."""
    opened().poked = key


def remembered() -> str:
    """The button that a fingertip pushed, "" for none; asked once."""
    key, opened().poked = opened().poked, ""
    return key


def do(context: bpy.types.Context, key: str) -> None:
    """Press the button with this key."""
    p, held = opened(), context.window_manager.latent_xr
    verb, _, rest = key.partition(" ")
    sure, p.sure, p.said = p.sure, "", ""
    if verb in ("page", "back"):
        held.page, p.first = rest, 0
    elif verb == "category":
        held.page, p.category, p.first = "category", int(rest), 0
    elif verb == "first":
        p.first = int(rest)
    elif verb in ASKS_TWICE and sure != key:
        p.sure = key
    else:
        p.said = acts.act(context, f"merge {p.category} {rest}" if verb == "merge" else key)
        if len(p.said) > FITS:
            drawing.say(context, p.said)  # in whole, at the hand
    state = hands.running(context)
    if state is not None:
        hands.tick(context, state, hands.dominant(context))
    menu(context, anew=True)


def stick(context: bpy.types.Context, x: float, y: float) -> bool:
    """The dominant stick is held so far (-1..1), once an XR frame; 0, 0 once when it is let go. It scrubs the recorded epochs."""
    p, now = opened(), time.monotonic()
    most = x if abs(x) > abs(y) else y
    passed = min(now - p.pushed, 0.1) if p.pushed else 0.05
    p.pushed = now if most else 0.0
    if most:
        p.said = acts.act(context, f"scrub {most * passed * EPOCHS_A_SECOND:.4f}")
        context.window_manager.latent_xr.page = "time"
        menu(context, anew=True)
    return True


def aim(context: bpy.types.Context, location: Vector, rotation: Quaternion) -> tuple[Vector, Button | None] | None:
    """Where the drawing hand's ray ends on the palette, in the world, and the button there; None beside it."""
    place = pointed(context, location, rotation)
    frame = opened().frame
    if place is None or frame is None:
        return None
    return Vector(frame.to_world(*place)), menu(context).at(*place)
