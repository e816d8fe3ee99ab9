"""A person in a headset: the room around them; loops that add and take out; names, and names taken back."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import Scenario, Steps
from wearer import Wearer, open_cloud, ring


def mirror(s: Scenario) -> None:
    s.view()["area"].spaces.active.mirror_xr_session = True


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from open_cloud(s)
    held = bpy.context.window_manager.latent_xr
    settings = bpy.context.window_manager.xr_session_settings
    before = (settings.base_pose_type, tuple(settings.base_pose_location), settings.base_scale)
    who = Wearer(s)
    who.device.head = (0.4, 1.7, 0.3)
    yield from who.start()
    # the room around the person, as a fresh session places it
    mirror(s)
    yield from who.stop()
    s.note(given_back=before == (settings.base_pose_type, tuple(settings.base_pose_location), settings.base_scale))
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.xr_start()
    yield from s.until(who.runs, "the VR session")
    yield from s.until(lambda: s.load("xr.session")._registered.placed, "the person's place")
    yield from who.frames(8)  # as it is from then on
    low, high = who.points().min(axis=0), who.points().max(axis=0)
    scale = settings.base_scale
    head = np.array(who.state.viewer_pose_location)
    s.note(room=((high - low) / scale).tolist(), eyes=((head - low) / scale).tolist(), scale=scale)
    yield from who.eyes("around")
    held.room = "TABLE"
    bpy.ops.latent.xr_recentre()
    yield from who.frames(4)
    yield from who.eyes("table")
    s.picture("table")
    s.reach("placed")
    who.device.head = (0.0, 1.6, 0.0)
    yield from who.at_origin()

    # a loop, seen while it is drawn
    loop = ring((0.05, 1.5, -0.7), 0.08)
    yield from who.hold(loop[0])
    for place in loop[1:14]:
        who.hand.position = place
        yield from who.settle()
    yield 0.3
    yield from who.eyes("loop")
    s.picture("loop")
    for place in loop[14:]:
        who.hand.position = place
        yield from who.settle()
    yield from who.let_go()
    first = who.selected()
    s.note(loop=[int(first.sum()), who.wrong(first, loop)], said=held.said)
    yield from who.eyes("looped")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.assign(name="one")
    anew = ring((0.1, 1.7, -0.7), 0.05)
    yield from who.draw(anew)
    s.note(anew=[int(who.selected().sum()), who.wrong(who.selected(), anew)])
    yield from who.draw(loop)
    first = who.selected()
    yield from who.press("b")
    s.note(given=held.said)
    yield from who.press("a")
    s.note(taken_back=held.said)
    who.clear()
    yield from who.draw(loop)
    first = who.selected()
    # another adds
    second = ring((-0.05, 1.7, -0.7), 0.05)
    yield from who.draw(second)
    both = who.selected()
    s.note(added=[int(both.sum()), int((first & ~both).sum())])
    # squeezed while drawing takes out
    who.hand.squeeze = 1.0
    yield from who.draw(loop)
    who.hand.squeeze = 0.0
    yield from who.settle(2)
    left = who.selected()
    s.note(left=[int(left.sum()), int((left & first).sum())])
    s.reach("looped")


scenario = Scenario("air")
scenario.run(play)
