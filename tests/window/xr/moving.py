"""A person who moves: walks, grabs and scales the room, travels to a beacon, comes back; and one who draws with the left hand.

Gestures are judged where the person then is, and as deep as the palette says.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import arriving
import bpy
import numpy as np
from pressing import at_rest, at_the_desk, choose, given, press
from scenario import MODULE, Scenario, Steps
from wearer import Wearer, open_cloud, ring

LOOP = ring((0.05, 1.5, -0.7), 0.08)


def held() -> Any:
    return bpy.context.window_manager.latent_xr


def placed() -> list[Any]:
    """Where a session is put, as the settings have it."""
    found = bpy.context.window_manager.xr_session_settings
    return [found.base_pose_type, list(found.base_pose_location), found.base_pose_angle, found.base_scale]


def depths(s: Scenario, w: Wearer) -> Steps:
    """A loop up to a range that the stick sets, and one that takes only what is seen; both chosen on the palette."""
    yield from w.press("b", w.other)
    yield from press(s, w, "page tools")
    yield from press(s, w, "depth RANGE")
    s.note(depth=[held().depth])
    yield from w.press("b", w.other)
    before = held().range
    w.hand.stick = (0.0, 0.6)
    yield from w.settle(5)
    w.hand.stick = (0.0, 0.0)
    yield from w.settle(2)
    reach = held().range
    yield from w.draw(LOOP)
    taken = w.selected()
    surely, perhaps = w.inside(LOOP, 0.99, 0.995 * reach), w.inside(LOOP, 1.01, 1.005 * reach)
    wrong = int(np.count_nonzero((surely & ~taken) | (taken & ~perhaps)))
    s.note(range=[before, reach], ranged=[int(taken.sum()), wrong, int(w.inside(LOOP).sum())])
    w.clear()
    yield from w.press("b", w.other)
    yield from press(s, w, "depth SEEN")
    s.note(depth=[*s.facts["depth"], held().depth])
    yield from w.press("b", w.other)
    yield from w.draw(LOOP)
    taken = w.selected()
    free, covered = w.inside(LOOP, 0.99) & ~behind(s, w, 1.03, -0.005), w.inside(LOOP, 0.99) & behind(s, w, 0.97, 0.005)
    wrong = int(np.count_nonzero((free & ~taken) | (covered & taken) | (taken & ~w.inside(LOOP, 1.01))))
    s.note(seen=[int(taken.sum()), wrong, int(free.sum()), int(covered.sum())])
    held().depth = "ALL"
    w.clear()
    s.reach("depths")


def behind(s: Scenario, w: Wearer, grown: float, margin: float) -> Any:
    """(N,) bool: points before whose centre, as seen from the head, another's ball lies, `grown` times as large.

    margin: metres by which it is nearer, at least. Ball by ball along the ray, where the product compares discs on a plane.
    """
    eye, radius = w.shown(w.device.head), s.load("scene.nodes").point_radius(s.cloud()) * 0.04 * grown
    rays = w.points() - eye
    away = np.linalg.norm(rays, axis=1)
    found = np.zeros(len(rays), dtype=bool)
    for row in np.flatnonzero(w.inside(LOOP, 1.01)):
        along = rays @ (rays[row] / away[row])
        aside = np.sqrt(np.maximum(away**2 - along**2, 0.0))
        before = (along > 0) & (along < away[row] - margin) & (aside < radius)
        before[row] = False
        found[row] = before.any()
    return found


def walked(s: Scenario, w: Wearer) -> Steps:
    """The other hand's stick flies and turns; its grip grabs the room; both grips scale it. A gesture after that is exact."""
    state = w.state
    w.other.stick = (0.0, 1.0)
    yield from flown(w, 4)
    w.other.stick = (0.0, 0.0)
    yield from flown(w, 2)
    s.note(flew=list(state.navigation_location))
    w.other.stick = (1.0, 0.0)
    yield from flown(w, 3)
    w.other.stick = (0.0, 0.0)
    yield from flown(w, 2)
    s.note(turned=float(state.navigation_rotation.angle))
    yield from w.at_origin()
    yield from w.settle(2)
    w.other.squeeze = 1.0
    yield from w.settle(3)
    before, spot = np.array(state.navigation_location), hand_in_room(w)
    w.other.position = tuple(np.add(w.other.position, (0.12, 0.05, -0.1)))
    yield from w.settle(3)
    s.note(grabbed=[(np.array(state.navigation_location) - before).tolist(), float(np.linalg.norm(hand_in_room(w) - spot))])
    w.hand.squeeze = 1.0
    yield from w.settle(3)
    spot, apart = hand_in_room(w), np.array(w.hand.position) - w.other.position
    for grown in (1.2, 1.5, 2.0):
        w.hand.position = tuple(np.array(w.other.position) + grown * apart)
        yield from w.settle(3)
    s.note(scaled=[float(state.navigation_scale), float(np.linalg.norm(hand_in_room(w) - spot))])
    w.hand.squeeze = w.other.squeeze = 0.0
    yield from w.settle(3)
    s.note(after_scaling=float(state.navigation_scale))
    eye = w.sent(w.points().mean(axis=0))
    w.device.head = (eye[0], eye[1], eye[2] + 1.5)
    loop = ring((eye[0], eye[1], eye[2] + 0.7), 0.12)
    yield from w.draw(loop)
    s.note(in_scaled_room=[int(w.selected().sum()), w.wrong(w.selected(), loop)])
    w.device.head = (0.0, 1.6, 0.0)
    w.clear()
    s.reach("walked")


def flown(w: Wearer, frames: int) -> Steps:
    """Some frames while the person flies: a place that moves on cannot be waited for, that it was heard can."""
    w.device.send()
    yield from w.s.until(lambda: arriving.heard(w), "the stick, or the trigger, to be heard")
    yield from w.frames(frames)


def hand_in_room(w: Wearer) -> Any:
    """(3,) where the walking hand is in the room."""
    return np.array(w.state.controller_aim_location_get(bpy.context, 0 if w.other is w.device.left else 1))


def travelled(s: Scenario, w: Wearer) -> Steps:
    """To a suggestion by the palette, and back to the middle, by the palette and by the button."""
    yield from w.at_origin()
    at_rest(w)
    yield from w.press("b", w.other)
    yield from press(s, w, "page labels")
    for name, rows in (("Category 1", range(20)), ("Category 2", range(20, 50))):
        choose(s, rows)
        yield from press(s, w, "page new")
        yield from press(s, w, f"name {name}")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.train("INVOKE_DEFAULT")
    yield from s.until(lambda: len(s.trainer().places) > 0, "suggestions")
    s.trainer().pause()
    yield from s.still()
    asked, trainer = s.load("live.looking").STEPS, s.trainer()
    none_comes = lambda: not trainer.looking and trainer.step < trainer.places_step + asked  # noqa: E731
    yield from s.until(none_comes, "the last suggestions")
    yield from press(s, w, "page places")
    s.note(turned_before=list(w.state.viewer_pose_rotation))
    yield from press(s, w, "go 0")
    place = s.trainer().places[0]
    beacon = np.array(s.cloud().matrix_world @ type(s.cloud().location)(place.centre))
    eyes = np.array(w.state.viewer_pose_location)
    s.note(beacon=(beacon - eyes).tolist(), radius=place.radius * 0.04, sentence=place.sentence)
    s.note(turned_after=list(w.state.viewer_pose_rotation), told=s.load("xr.palette").opened().said)
    yield from w.settle(2)
    yield from w.eyes("beacon")
    yield from at_the_desk(s, w, "beacon-desk")
    yield from press(s, w, "home")
    s.note(home=in_the_middle(w))
    w.device.head = (0.3, 1.7, 0.2)
    yield from w.settle(2)
    w.state.navigation_location = (1.0, 2.0, 3.0)
    yield from w.settle(2)
    yield from w.press("a", w.other)
    s.note(recentred=in_the_middle(w))
    w.device.head = (0.0, 1.6, 0.0)
    yield from w.press("b", w.other)
    s.reach("travelled")


def in_the_middle(w: Wearer) -> list[float]:
    """Metres of the person's own, three numbers: the eyes from the cloud's middle, two across, and above its lowest point."""
    low, high = w.points().min(axis=0), w.points().max(axis=0)
    eyes = np.array(w.state.viewer_pose_location)
    return [*((eyes - (low + high) / 2) / w.metre)[:2].tolist(), float((eyes - low)[2] / w.metre)]


def left_handed(s: Scenario, w: Wearer) -> Steps:
    """The left hand draws and presses, the right one holds the palette; the right trigger draws nothing."""
    bpy.context.preferences.addons[MODULE].preferences.dominant_hand = "LEFT"
    w.hand = w.device.left
    at_rest(w)
    yield from w.start()
    w.clear()
    w.other.trigger = 1.0
    yield from w.settle(4)
    s.note(other_draws=sorted(s.trainer().holds))
    w.other.trigger = 0.0
    yield from flown(w, 6)
    s.note(teleported=list(w.state.navigation_location))
    yield from w.at_origin()
    yield from w.settle(2)
    yield from w.draw(LOOP)
    taken = w.selected()
    s.note(left=[int(taken.sum()), w.wrong(taken, LOOP)])
    at_rest(w)
    yield from w.press("b", w.other)
    s.note(left_opened=held().palette_open)
    yield from press(s, w, "page labels")
    yield from press(s, w, "assign 1")
    s.note(left_named=bool((given(s)[taken] == 1).all()))
    yield from at_the_desk(s, w, "left-desk")
    yield from w.press("a")
    s.note(left_took_back=[held().said, int((given(s) > 0).sum())])
    s.reach("left")


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from open_cloud(s)
    before, w = placed(), Wearer(s)
    at_rest(w)
    yield from w.start()
    yield from depths(s, w)
    yield from walked(s, w)
    yield from travelled(s, w)
    yield from w.stop()
    s.note(given_back=[before, placed()])
    yield from left_handed(s, w)
    yield from w.stop()
    w.close()


scenario = Scenario("moving")
scenario.run(play)
