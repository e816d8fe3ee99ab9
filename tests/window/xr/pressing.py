"""Hands that press buttons of the palette as it is drawn, by ray and by fingertip, wherever the wearer walked to."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np
from mathutils import Vector
from scenario import Scenario, Steps
from wearer import Place, Wearer

HELD, READY = (-0.16, -0.38, -0.42), (0.22, -0.35, -0.3)
"""Where a right-handed person holds the palette and presses from: OpenXR's metres from the head, which way the body faces."""
TRIES = 3


def before(w: Wearer, place: Place) -> Place:
    """Where a place before the head is; for a left-handed person mirrored."""
    x, y, z, real = w.device.turned
    right = np.array((1 - 2 * (y * y + z * z), 0.0, 2 * (x * z - y * real)))  # the head's own right, made level
    right /= max(float(np.linalg.norm(right)), 1e-9)
    back = np.array((-right[2], 0.0, right[0]))
    aside = place[0] if w.hand is w.device.right else -place[0]
    found = np.array(w.device.head) + aside * right + (0.0, place[1], 0.0) + place[2] * back
    return (float(found[0]), float(found[1]), float(found[2]))


def at_rest(w: Wearer) -> None:
    """One hand holds the palette in sight, the other is ready."""
    w.other.position, w.hand.position = before(w, HELD), before(w, READY)


def turned(ahead: Any) -> tuple[float, float, float, float]:
    """The orientation (x, y, z, w) of a controller whose -z looks along `ahead`, OpenXR's axes."""
    x, y, z = np.asarray(ahead) / np.linalg.norm(ahead)
    axis, cosine = np.array((y, -x, 0.0)), -z  # (0, 0, -1) x ahead
    length = np.linalg.norm(axis)
    if length < 1e-9:
        return (0.0, 0.0, 0.0, 1.0)
    half = math.acos(max(-1.0, min(1.0, cosine))) / 2
    return (*(axis / length * math.sin(half)), math.cos(half))


def place_of(s: Scenario, w: Wearer, key: str, away: float = 0.0) -> Any:
    """(3,) as commanded: the middle of a button of the palette as it was drawn last, or so many metres before it."""
    palette = s.load("xr.palette")
    button = palette.menu(bpy.context, anew=True).button(key)
    frame = palette.opened().frame
    return np.array(w.sent(frame.to_world((button.left + button.right) / 2, (button.bottom + button.top) / 2, away)))


def point(s: Scenario, w: Wearer, key: str) -> Steps:
    """Point the drawing hand at a button."""
    w.hand.position = before(w, READY)
    w.hand.orientation = turned(place_of(s, w, key) - w.hand.position)
    yield from w.settle(3)


def press(s: Scenario, w: Wearer, key: str) -> Steps:
    """Point, and pull the trigger."""
    for _ in range(TRIES):  # while it trains, what the palette tells changes, and its buttons with it
        yield from point(s, w, key)
        if pointed(s, w) == key:
            break
    w.hand.trigger = 1.0
    yield from w.settle(3)
    yield from w.let_go()


def pointed(s: Scenario, w: Wearer) -> str:
    """The button that the drawing hand's ray meets now, "" for none."""
    hands, palette = s.load("xr.hands"), s.load("xr.palette")
    place, turn = hands.aim(bpy.context, w.state, hands.dominant(bpy.context))
    met = palette.aim(bpy.context, place, turn)
    return str(met[1].key) if met is not None and met[1] is not None else ""


def push(s: Scenario, w: Wearer, key: str) -> Steps:
    """Push a button with the fingertip."""
    for away in (0.12, 0.08, -0.01, -0.01, 0.12):
        w.hand.position = tuple(place_of(s, w, key, away))
        yield from w.settle(2)
    w.hand.position = before(w, READY)
    yield from w.settle(3)


def at_the_desk(s: Scenario, w: Wearer, name: str) -> Steps:
    """A picture of the desk's viewport, seen from the wearer's eyes: larger than what Monado's eyes are drawn at."""
    area = s.view()["area"]
    space, region = area.spaces.active, area.spaces.active.region_3d
    turn = w.state.viewer_pose_rotation
    space.lens, space.show_region_ui = 22.0, False
    region.view_perspective, region.view_distance, region.view_rotation = "PERSP", 0.5, turn
    region.view_location = Vector(w.state.viewer_pose_location) + turn @ Vector((0.0, 0.0, -0.5))
    area.tag_redraw()
    yield from w.settle(3)
    s.picture(name)


def choose(s: Scenario, rows: range) -> Any:
    """Select some points."""
    chosen = np.zeros(len(s.cloud().data.vertices), dtype=bool)
    chosen[list(rows)] = True
    s.load("live.labels").set_selected(s.cloud(), chosen)
    return chosen


def given(s: Scenario) -> Any:
    """(N,) the category of each point."""
    return s.load("live.labels").read(s.cloud()).copy()


def call(s: Scenario, w: Wearer, name: str) -> Steps:
    """Say what is selected as a person does: on the palette; a category that is not there yet is made, and renamed at the desk."""
    held, palette = bpy.context.window_manager.latent_xr, s.load("xr.palette")
    selected = s.load("live.labels").selected(s.cloud())
    at_rest(w)
    yield from w.settle(2)
    for _ in range(TRIES):
        if not held.palette_open:
            yield from w.press("b", w.other)
        yield from press(s, w, "page labels")
        category = next((c for c in s.cloud().latent.categories if c.name == name), None)
        if category is None:
            yield from press(s, w, "page new")
            yield from press(s, w, next(key for key in keys(palette) if key.startswith("name ")))
            number = held.last_category
            with bpy.context.temp_override(**s.view()):
                bpy.ops.latent.category_rename(category=number, name=name)
        else:
            number = category.category_id
            for _ in range(TRIES):
                if f"assign {number}" not in keys(palette):
                    yield from press(s, w, [key for key in keys(palette) if key.startswith("first ")][-1])
            yield from press(s, w, f"assign {number}")
        if (given(s)[selected] == number).all():
            break
    yield from w.press("b", w.other)
    assert (given(s)[selected] == number).all() and not held.palette_open, f"{name} was not given on the palette"


def keys(palette: Any) -> list[str]:
    """What the palette's buttons stand for now."""
    return [button.key for button in palette.menu(bpy.context, anew=True).buttons]
