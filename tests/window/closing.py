"""A label undone and given again while the cloud trains, a knife beside it, and Blender closed in the middle of it all."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import STARTED, Scenario, Steps


def press(s: Scenario, kind: str, **keys: bool) -> Steps:
    """A key down and up again in the middle of the viewport."""
    region, window = s.view()["region"], s.view()["window"]
    at = {"x": region.x + region.width // 2, "y": region.y + region.height // 2}
    for value in ("PRESS", "RELEASE"):
        window.event_simulate(type=kind, value=value, **at, **keys)
        yield 0.3


def select(s: Scenario, first: int, last: int) -> None:
    """Select some samples by their numbers."""
    cloud = s.cloud()
    chosen = np.zeros(len(cloud.data.vertices), dtype=bool)
    chosen[first:last] = True
    s.load("live.labels").set_selected(cloud, chosen)
    bpy.ops.ed.undo_push(message="Select")


def labelled(s: Scenario) -> int:
    """How many points carry a label."""
    return int(np.count_nonzero(s.load("scene.cloud").read_ints(s.cloud().data, "category")))


def stored(s: Scenario) -> int:
    """How many labels the trainer has on disk."""
    return int(np.count_nonzero(s.trainer().book.acknowledged))


def play(s: Scenario) -> Steps:
    """The whole scenario. It does not come back from its last step."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    bpy.ops.mesh.primitive_plane_add(size=60.0)
    yield 1.0
    yield from s.open_digits()
    yield 1.0
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.train("INVOKE_DEFAULT") <= STARTED
        bpy.ops.view3d.view_axis(type="TOP")
        bpy.ops.view3d.view_all()
    yield from s.until(lambda: s.trainer().step >= 20, "the first steps")
    select(s, 0, 40)
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.assign("EXEC_DEFAULT", True, name="first") == {"FINISHED"}
    yield from s.until(lambda: not s.trainer().book.pending, "the acknowledgement")
    s.note(run_path=str(s.trainer().request.run_path), given=labelled(s))
    for name, keys in (("undone", {}), ("redone", {"shift": True})):
        yield from press(s, "Z", ctrl=True, **keys)
        wanted = 0 if name == "undone" else 40
        yield from s.until(lambda wanted=wanted: stored(s) == wanted and not s.trainer().book.pending, f"what was {name}")
        yield 0.5
        s.note(**{name: labelled(s), f"{name}_stored": stored(s)})
    s.reach("redone")
    yield from knife(s)
    s.reach("cut")
    select(s, 100, 160)
    bpy.context.preferences.view.use_save_prompt = False
    s.note(steps=s.trainer().step, state=s.trainer().state)
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.assign("EXEC_DEFAULT", name="last") == {"FINISHED"}
    s.note(unacknowledged=len(s.trainer().book.pending))
    s.reach("closing")
    bpy.ops.wm.quit_blender()
    yield 1.0


def knife(s: Scenario) -> Steps:
    """Cut another mesh in Edit Mode while the trainer steps on."""
    plane = bpy.data.objects["Plane"]  # looked up now: undo makes new objects of all
    cloud, window, region = s.cloud(), s.view()["window"], s.view()["region"]
    with bpy.context.temp_override(**s.view()):
        bpy.ops.object.select_all(action="DESELECT")
        bpy.context.view_layer.objects.active = plane
        plane.select_set(True)
        bpy.ops.object.mode_set(mode="EDIT")
    step, corners = s.trainer().step, len(plane.data.vertices)
    yield 0.5
    yield from press(s, "K")
    middle = region.y + region.height // 2
    for x in (region.x + 60, region.x + region.width - 260):
        window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=x, y=middle)
        yield 0.4
        for value in ("PRESS", "RELEASE"):
            window.event_simulate(type="LEFTMOUSE", value=value, x=x, y=middle)
            yield 0.3
    s.picture("knife")
    yield from s.until(lambda: s.trainer().step > step, "a step beside the knife")
    yield from press(s, "RET")
    yield 0.5
    s.note(steps_during_knife=s.trainer().step - step)
    with bpy.context.temp_override(**s.view()):
        bpy.ops.object.mode_set(mode="OBJECT")
        s.note(cut=len(plane.data.vertices) - corners)
        bpy.context.view_layer.objects.active = cloud
        cloud.select_set(True)
    yield 0.5


scenario = Scenario("closing")
scenario.run(play)
