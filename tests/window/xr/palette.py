"""The palette in a real session: opened by a button, a category made and given by ray, another by touch, training paused."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from mathutils import Vector
from scenario import Scenario, Steps
from wearer import Wearer, open_cloud, to_openxr

HELD, READY = (-0.16, 1.22, -0.42), (0.22, 1.25, -0.3)


def turned(ahead: Any) -> tuple[float, float, float, float]:
    """The orientation (x, y, z, w) of a controller whose -z looks along `ahead`, OpenXR's axes."""
    x, y, z = np.asarray(ahead) / np.linalg.norm(ahead)
    axis, cosine = np.array((y, -x, 0.0)), -z  # (0, 0, -1) x ahead
    length = np.linalg.norm(axis)
    if length < 1e-9:
        return (0.0, 0.0, 0.0, 1.0)
    half = math.acos(max(-1.0, min(1.0, cosine))) / 2
    return (*(axis / length * math.sin(half)), math.cos(half))


def place_of(s: Scenario, key: str, before: float = 0.0) -> Any:
    """(3,) OpenXR: the middle of a button of the palette as it was drawn last, or so many metres before it."""
    palette = s.load("xr.palette")
    button = palette.menu(bpy.context, anew=True).button(key)
    frame = palette.opened().frame
    return np.array(to_openxr(frame.to_world((button.left + button.right) / 2, (button.bottom + button.top) / 2, before)))


def point(s: Scenario, w: Wearer, key: str) -> Steps:
    """Point the right hand at a button."""
    w.right.position = READY
    w.right.orientation = turned(place_of(s, key) - READY)
    yield from w.settle(3)


def press(s: Scenario, w: Wearer, key: str) -> Steps:
    """Point, and pull the trigger."""
    yield from point(s, w, key)
    w.right.trigger = 1.0
    yield from w.settle(3)
    yield from w.let_go()


def push(s: Scenario, w: Wearer, key: str) -> Steps:
    """Push a button with the fingertip."""
    for before in (0.12, 0.08, -0.01, -0.01, 0.12):
        w.right.position = tuple(place_of(s, key, before))
        yield from w.settle(2)
    w.right.position = READY
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


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from open_cloud(s)
    w, held = Wearer(s), bpy.context.window_manager.latent_xr
    w.device.left.position, w.right.position = HELD, READY
    yield from w.start()
    yield from w.settle(4)
    yield from w.press("b", w.device.left)
    s.note(opened=held.palette_open)
    first = choose(s, range(20))
    yield from press(s, w, "page new")
    yield from press(s, w, "name Category 1")
    s.note(by_ray=bool(np.array_equal(given(s) > 0, first)))
    second = choose(s, range(20, 50))
    yield from press(s, w, "page new")
    yield from press(s, w, "name Category 2")
    numbers = [c.category_id for c in s.cloud().latent.categories]
    third = choose(s, range(50, 61))
    yield from push(s, w, f"assign {numbers[0]}")
    yield 0.5
    found = given(s)
    s.note(by_touch=bool(np.array_equal(found == numbers[0], first | third) and np.array_equal(found == numbers[1], second)))
    held.touched = 70
    yield from point(s, w, f"assign {numbers[1]}")
    yield from w.eyes("labels")
    yield from at_the_desk(s, w, "labels-desk")
    s.reach("named")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.train("INVOKE_DEFAULT")
    yield from s.until(lambda: s.trainer().records >= 3 and len(s.trainer().places) > 0, "epochs and suggestions")
    yield from press(s, w, "page train")
    yield from w.eyes("train")
    yield from at_the_desk(s, w, "train-desk")
    yield from press(s, w, "pause")
    s.note(paused=s.trainer().paused)
    yield from press(s, w, "page places")
    yield from w.eyes("places")
    yield from w.press("b", w.device.left)
    s.note(closed=not held.palette_open)
    yield from w.eyes("wrist")
    yield from at_the_desk(s, w, "wrist-desk")
    yield from w.stop()
    w.close()


scenario = Scenario("palette")
scenario.run(play)
