"""A person in a headset: brush and touch, and gestures that end before they are done; the extension goes in the middle."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import Scenario, Steps
from wearer import Wearer, open_cloud, ring, to_blender


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from open_cloud(s)
    held = bpy.context.window_manager.latent_xr
    who = Wearer(s)
    yield from who.start()
    loop = ring((0.05, 1.5, -0.7), 0.08, 8)
    s.view()["area"].spaces.active.mirror_xr_session = True
    # the brush, sized by the stick
    held.tool, held.radius = "BRUSH", 0.06
    who.clear()
    who.hand.stick = (0.0, 1.0)
    yield from who.settle(5)
    who.hand.stick = (0.0, 0.0)
    yield from who.settle(2)
    s.note(radius=held.radius)
    held.radius = 0.06
    path = [(-0.3, 1.5, -1.5), (0.35, 1.62, -1.7)]
    who.hand.position = path[0]
    yield from who.settle(2)
    yield from who.hold(path[0])
    who.hand.position = path[1]
    yield from who.settle(2)
    yield 0.3
    yield from who.eyes("brush")
    s.picture("brush")
    yield from who.let_go()
    a, b = (np.array(to_blender(p)) for p in path)
    along = np.clip((who.points() - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
    apart = np.linalg.norm(who.points() - a - along[:, None] * (b - a), axis=1)
    taken = who.selected()
    sure = np.abs(apart - 0.06) > 6e-4
    s.note(brush=[int(taken.sum()), int(((apart <= 0.06) != taken)[sure].sum())])
    s.reach("brushed")

    # a touch
    held.tool = "TOUCH"
    meant = int(np.argmin(np.linalg.norm(who.points() - np.array(to_blender((0.1, 1.55, -0.8))), axis=1)))
    spot = who.points()[meant]
    who.hand.position = (float(spot[0]), float(spot[2]), -float(spot[1]) + 0.02)
    yield from who.hold(who.hand.position)
    yield from s.until(lambda: held.touched >= 0, "what is touched")
    s.note(touched=[held.touched, meant])
    yield from who.eyes("touch")
    s.picture("touch")
    yield from who.let_go()

    s.reach("touched")
    # too wide a loop is refused
    held.tool = "LOOP"
    wide = ring((0.0, 1.6, -0.12), 0.5, 8)
    yield from who.hold(wide[0])
    for place in wide[1:]:
        who.hand.position = place
        yield from who.settle()
    yield 0.3
    who.hand.position = (0.1, 1.5, -0.5)
    yield from who.let_go()
    yield from who.eyes("wide")
    s.picture("wide")
    s.note(wide=held.said, holds=sorted(s.trainer().holds))
    # undo and the last category again say what they did, or why not
    yield from who.press("a")
    s.note(undo=held.said)
    yield from who.press("b")
    s.note(again=held.said)
    # a tap with something selected opens the palette
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.select_none(action="ALL")
    yield from who.hold((0.1, 1.5, -0.5))
    yield from who.let_go()
    s.note(palette=held.palette_open)
    held.palette_open = False
    # the session ends in the middle of a loop
    if who.runs():
        yield from who.hold(loop[0])
        before = who.selected()
        yield from who.stop()
        yield from s.until(lambda: s.load("scene.viewport")._registered.gesture is None, "the end of the loop")
        s.note(stopped=[int((who.selected() != before).sum()), s.load("scene.viewport")._registered.gesture is None])
    s.reach("stopped")
    who.hand.trigger = 0.0
    who.device.send()
    # the extension is disabled while a session runs: the session ends, Blender stays
    yield from who.start()
    bpy.ops.preferences.addon_disable(module="bl_ext.user_default.latent_lasso")
    yield from s.until(lambda: not who.runs(), "the session's end")
    yield 1.0
    s.note(disabled=[who.runs(), hasattr(bpy.types.WindowManager, "latent_xr")])


scenario = Scenario("ends")
scenario.run(play)
