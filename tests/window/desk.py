"""A person at a desk, in Blender's own window: a mouse lasso while the cloud trains, a transform beside it, Ctrl-Z, autosave."""

from __future__ import annotations

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import STARTED, Scenario, Steps


def press(s: Scenario, kind: str, x: int, y: int, **keys: bool) -> Steps:
    """A key or button down and up again."""
    window = s.view()["window"]
    window.event_simulate(type=kind, value="PRESS", x=x, y=y, **keys)
    yield 0.15
    window.event_simulate(type=kind, value="RELEASE", x=x, y=y, **keys)
    yield 0.3


def move(s: Scenario, x: int, y: int) -> Steps:
    """The mouse to a place."""
    s.view()["window"].event_simulate(type="MOUSEMOVE", value="NOTHING", x=x, y=y)
    yield 0.05


def loop_by_mouse(s: Scenario) -> Steps:
    """Draw a loop around the middle of the viewport with the left button held."""
    view = s.view()
    region, window = view["region"], view["window"]
    cx, cy = region.x + region.width // 2, region.y + region.height // 2
    corners = [
        (round(cx + 150 * math.cos(a * math.pi / 12)), round(cy + 110 * math.sin(a * math.pi / 12)))
        for a in range(24)
    ]
    yield from move(s, *corners[0])
    with bpy.context.temp_override(**view):
        answer = bpy.ops.latent.lasso_select("INVOKE_DEFAULT")
    assert answer == {"RUNNING_MODAL"}, answer
    yield 0.2
    window.event_simulate(type="LEFTMOUSE", value="PRESS", x=corners[0][0], y=corners[0][1])
    yield 0.1
    for corner in corners[1:]:
        yield from move(s, *corner)
    yield 0.3
    s.picture("lasso")
    window.event_simulate(type="LEFTMOUSE", value="RELEASE", x=corners[-1][0], y=corners[-1][1])
    yield 0.5


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    data = s.load("scene.cloud")
    files = bpy.context.preferences.filepaths
    files.use_auto_save_temporary_files = True
    files.auto_save_time = 1
    files.temporary_directory = str(s.work / "temp")
    other = bpy.data.objects.new("Other", None)
    bpy.context.scene.collection.objects.link(other)
    yield 1.0
    yield from s.open_digits()
    s.reach("opened")
    yield 2.0
    yield from s.sidebar()
    yield 1.0
    s.picture("opened")
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.train("INVOKE_DEFAULT") <= STARTED
    yield from s.until(lambda: s.trainer().step >= 20, "the first steps")
    s.reach("training")
    cloud, trainer = s.cloud(), s.trainer()
    yield from loop_by_mouse(s)
    taken = data.read_bools(cloud.data, "selected")
    s.note(selected=int(taken.sum()))
    assert taken.any(), "the loop selected nothing"
    before, step = data.read_positions(cloud).copy(), trainer.step
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.assign("EXEC_DEFAULT", name="seven") == {"FINISHED"}
    yield from s.until(lambda: not trainer.book.pending, "the acknowledgement")
    s.note(acknowledged=trainer.book.acknowledged_count)
    yield from s.until(lambda: trainer.step >= step + 30, "steps after the label")
    after = data.read_positions(cloud)
    s.note(holds=sorted(trainer.holds), mode=cloud.mode, same=bool(cloud == s.cloud()))
    s.note(moved=float(np.median(np.linalg.norm(after - before, axis=1))))
    s.picture("labelled")
    s.reach("labelled")
    yield from transform_beside(s, other)
    s.reach("transformed")
    cloud = s.cloud()
    region = s.view()["region"]
    middle = region.x + region.width // 2, region.y + region.height // 2
    for _ in range(2):  # the transform, then the label
        yield from press(s, "Z", *middle, ctrl=True)
        yield 0.5
        if not data.read_ints(s.cloud().data, "category").any():
            break
    s.note(labels_after_undo=int(np.count_nonzero(data.read_ints(s.cloud().data, "category"))))
    yield from s.until(lambda: not s.trainer().book.pending and not s.trainer().book.acknowledged.any(), "the undo")
    s.note(step_at_undo=s.trainer().step, run_path=str(s.trainer().request.run_path))
    s.reach("undone")
    with bpy.context.temp_override(**s.view()):  # a label makes the file differ from the one saved last
        bpy.ops.latent.select_none(action="ALL")
        bpy.ops.latent.assign("EXEC_DEFAULT", name="everything")
    autosaves = s.work / "temp"
    yield from s.until(lambda: any(autosaves.glob("*.blend")), "an autosave while training")
    s.note(autosave=[path.name for path in autosaves.glob("*.blend")], state=s.trainer().state)
    s.reach("autosaved")
    film = s.work / "film.mp4"
    with bpy.context.temp_override(**s.view()):
        shot = {"preset": "CUSTOM", "seconds": 1, "fps": 4, "width": 160, "height": 90}
        for name, value in shot.items():
            setattr(bpy.context.scene.latent.film, name, value)
        assert bpy.ops.latent.render_video("EXEC_DEFAULT", filepath=str(film)) == {"FINISHED"}
    shown = bpy.context.window_manager.latent_status
    yield from s.until(lambda: film.is_file() and not shown.filming, "the video, and that it is said", 1200.0)
    s.note(video=film.stat().st_size, left=[path.name for path in s.work.glob(".*")], holds=sorted(s.trainer().holds))
    s.note(told=shown.video)
    step = s.trainer().step
    # the timer is handed on every 20 s; it must survive that the render's window was the active one
    yield 25.0
    yield from s.until(lambda: s.trainer().ticking, "the timer, which rests for the tenth of a second of a hand-over")
    yield from s.until(lambda: s.trainer().step > step, "a step after the video")
    s.note(steps_after_video=s.trainer().step - step, ticking=s.trainer().ticking)
    s.picture("filmed")
    s.reach("filmed")


def transform_beside(s: Scenario, other: bpy.types.Object) -> Steps:
    """Move another object with G while the trainer steps on."""
    view = s.view()
    region = view["region"]
    x, y = region.x + region.width // 2, region.y + region.height // 2
    for ob in bpy.context.selected_objects:
        ob.select_set(False)
    other.select_set(True)
    bpy.context.view_layer.objects.active = other
    bpy.ops.ed.undo_push(message="Select Other")
    yield from move(s, x, y)
    step = s.trainer().step
    view["window"].event_simulate(type="G", value="PRESS", x=x, y=y)
    yield 0.1
    view["window"].event_simulate(type="G", value="RELEASE", x=x, y=y)
    yield 0.3
    for offset in range(10, 90, 10):
        yield from move(s, x + offset, y + offset // 2)
    yield from s.until(lambda: s.trainer().step > step, "a step beside the transform")
    during = s.trainer().step - step
    yield from press(s, "LEFTMOUSE", x + 80, y + 40)
    s.note(steps_during_transform=during, transformed_by=float(bpy.data.objects["Other"].location.length))


scenario = Scenario("desk")
scenario.run(play)
