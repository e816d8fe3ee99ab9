"""A person in a headset: loop, brush and touch; adding, taking out, undo; a hand that is lost; the room around them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import gpu
import numpy as np
from scenario import Scenario, Steps
from wearer import Wearer, open_cloud, ring, to_blender


def eyes(who: Wearer, name: str) -> Steps:
    """Keep what one eye sees."""
    kept: list[str] = []

    def keep() -> None:
        if kept:
            return
        kept.append(name)
        frame = gpu.state.active_framebuffer_get()
        x, y, width, height = gpu.state.viewport_get()
        buffer = frame.read_color(x, y, width, height, 4, 0, "FLOAT")
        buffer.dimensions = width * height * 4
        image = bpy.data.images.new(name, width, height)
        image.pixels.foreach_set(np.array(buffer, dtype=np.float32))
        image.filepath_raw, image.file_format = str(who.s.work / f"{name}-eye.png"), "PNG"
        image.save()
        bpy.data.images.remove(image)

    handle = bpy.types.SpaceView3D.draw_handler_add(keep, (), "XR", "POST_VIEW")
    yield from who.s.until(lambda: bool(kept), "an eye")
    bpy.types.SpaceView3D.draw_handler_remove(handle, "XR")


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
    yield 1.0
    s.note(given_back=before == (settings.base_pose_type, tuple(settings.base_pose_location), settings.base_scale))
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.xr_start()
    yield from s.until(who.runs, "the VR session")
    yield from who.frames(8)
    yield 1.0
    low, high = who.points().min(axis=0), who.points().max(axis=0)
    scale = settings.base_scale
    head = np.array(who.state.viewer_pose_location)
    s.note(room=((high - low) / scale).tolist(), eyes=((head - low) / scale).tolist(), scale=scale)
    yield from eyes(who, "around")
    held.room = "TABLE"
    bpy.ops.latent.xr_recentre()
    yield from who.frames(4)
    yield from eyes(who, "table")
    s.picture("table")
    s.reach("placed")
    who.device.head = (0.0, 1.6, 0.0)
    yield from who.at_origin()

    # a loop, seen while it is drawn
    loop = ring((0.05, 1.5, -0.7), 0.08)
    yield from who.hold(loop[0])
    for place in loop[1:14]:
        who.right.position = place
        yield from who.settle()
    yield 0.3
    yield from eyes(who, "loop")
    s.picture("loop")
    for place in loop[14:]:
        who.right.position = place
        yield from who.settle()
    yield from who.let_go()
    first = who.selected()
    s.note(loop=[int(first.sum()), who.wrong(first, loop)], said=held.said)
    yield from eyes(who, "looped")
    # another adds
    second = ring((-0.05, 1.7, -0.7), 0.05)
    yield from who.draw(second)
    both = who.selected()
    s.note(added=[int(both.sum()), int((first & ~both).sum())])
    # squeezed while drawing takes out
    who.right.squeeze = 1.0
    yield from who.draw(loop)
    who.right.squeeze = 0.0
    yield from who.settle(2)
    left = who.selected()
    s.note(left=[int(left.sum()), int((left & first).sum())])
    s.reach("looped")

    # a hand that is lost ends its gesture as it was
    yield from who.hold(loop[0])
    for place in loop[1:12]:
        who.right.position = place
        yield from who.settle()
    who.right.active = False
    who.device.send()
    yield from s.until(lambda: not s.trainer().holds, "the end of the gesture of a lost hand")
    yield from who.frames(6)
    s.note(lost=[int((who.selected() != left).sum()), sorted(s.trainer().holds)])
    s.note(lost_pose=[list(who.state.controller_aim_location_get(bpy.context, 1)), held.said])
    who.right.active, who.right.trigger = True, 0.0
    yield from who.settle(3)

    # the brush, sized by the stick
    held.tool, held.radius = "BRUSH", 0.06
    who.clear()
    who.right.stick = (0.0, 1.0)
    yield from who.settle(5)
    who.right.stick = (0.0, 0.0)
    yield from who.settle(2)
    s.note(radius=held.radius)
    held.radius = 0.06
    path = [(-0.3, 1.5, -1.5), (0.35, 1.62, -1.7)]
    who.right.position = path[0]
    yield from who.settle(2)
    yield from who.hold(path[0])
    who.right.position = path[1]
    yield from who.settle(2)
    yield 0.3
    yield from eyes(who, "brush")
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
    who.right.position = (float(spot[0]), float(spot[2]), -float(spot[1]) + 0.02)
    yield from who.hold(who.right.position)
    yield 0.3
    s.note(touched=[held.touched, meant])
    yield from eyes(who, "touch")
    yield from who.let_go()

    # too wide a loop is refused
    held.tool = "LOOP"
    wide = ring((0.0, 1.6, -0.12), 0.5)
    yield from who.hold(wide[0])
    for place in wide[1:]:
        who.right.position = place
        yield from who.settle()
    yield 0.3
    who.right.position = (0.1, 1.5, -0.5)
    yield from who.let_go()
    yield from eyes(who, "wide")
    s.note(wide=held.said, holds=sorted(s.trainer().holds))
    # a tap with something selected opens the palette
    yield from who.hold((0.1, 1.5, -0.5))
    yield from who.let_go()
    s.note(palette=held.palette_open)
    held.palette_open = False
    # the session ends in the middle of a loop
    yield from who.hold(loop[0])
    before = who.selected()
    yield from who.stop()
    yield 1.0
    s.note(stopped=[int((who.selected() != before).sum()), sorted(s.trainer().holds), len(bpy.context.window.modal_operators)])
    s.reach("stopped")


scenario = Scenario("air")
scenario.run(play)
