"""The past in Blender's own window: markers, a scrub, trails, two epochs compared, a preview, a video beside the work."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import Scenario, Steps


def timeline(s: Scenario) -> None:
    """Make the timeline below the viewport high enough to read, or bring one there."""
    screen = s.view()["screen"]
    area = next(area for area in screen.areas if area.type == "DOPESHEET_EDITOR")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.screen.area_move(x=area.x + area.width // 2, y=area.y + area.height, delta=90)
    region = next(region for region in area.regions if region.type == "WINDOW")
    with bpy.context.temp_override(window=s.view()["window"], screen=screen, area=area, region=region):
        bpy.ops.action.view_all()


def teach(s: Scenario) -> Steps:
    """Five labels with steps between them, so that there is a past."""
    data, session = s.load("scene.cloud"), s.load("live.session")
    truth = s.load("training.datasets").open_dataset(s.load("training.datasets").DatasetRef("digits")).truth
    for digit, name in ((1, "zero"), (2, "one"), (8, "seven"), (5, "four")):
        with bpy.context.temp_override(**s.view()):
            bpy.ops.latent.advance(steps=80)
            data.write_bools(s.cloud().data, "selected", (truth == digit) & (np.arange(len(truth)) % 2 == 0))
            bpy.ops.latent.assign("EXEC_DEFAULT", name=name)
        yield 0.2
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.advance(steps=120)
    assert session.running() is not None


def scrub(s: Scenario, share: float) -> Steps:
    """Go to a part of the timeline, as dragging its head does."""
    scene = bpy.context.scene
    scene.frame_set(round(scene.frame_start + share * (scene.frame_end - scene.frame_start)))
    yield 1.5


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    yield from s.open_digits()
    yield from teach(s)
    s.reach("taught")
    scene, data = bpy.context.scene, s.load("scene.cloud")
    own = (scene.frame_start, scene.frame_end)
    yield from s.sidebar()
    shading = s.view()["area"].spaces.active.shading
    data.write_bools(s.cloud().data, "selected", np.zeros(1797, bool))
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.show_history() == {"FINISHED"}
    timeline(s)
    s.note(markers=[marker.name for marker in scene.timeline_markers], frames=[scene.frame_start, scene.frame_end])
    for share in (0.0, 0.5, 1.0):
        yield from scrub(s, share)
        s.picture(f"scrub {share}")
    s.reach("scrubbed")

    chosen = np.flatnonzero(data.read_ints(s.cloud().data, "category") > 0)[::6]
    mask = np.zeros(1797, bool)
    mask[chosen] = True
    s.load("live.labels").set_selected(s.cloud(), mask)
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.show_trails() == {"FINISHED"}
    yield from scrub(s, 0.6)
    s.picture("trails solid")
    shading.type = "MATERIAL"
    yield 15.0  # shaders are compiled
    s.picture("trails material")
    shading.type = "SOLID"
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.remove_trails()
    yield from scrub(s, 0.2)
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.compare_epoch() == {"FINISHED"}
    yield from scrub(s, 1.0)
    s.picture("compared solid")
    shading.type = "MATERIAL"
    yield 15.0  # shaders are compiled
    s.picture("compared material")
    shading.type = "SOLID"
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.remove_trails()
        bpy.ops.latent.show_trails()
    yield from scroll(s)
    s.picture("panel")
    s.reach("compared")
    yield from film(s)
    s.note(back=[scene.frame_start, scene.frame_end] == list(own), left=len(scene.timeline_markers))
    yield 1.0
    s.picture("live")


def scroll(s: Scenario) -> Steps:
    """Roll the sidebar down to the panel Time."""
    view = s.view()
    region = next(region for region in view["area"].regions if region.type == "UI")
    x, y = region.x + region.width // 2, region.y + region.height // 2
    view["window"].event_simulate(type="MOUSEMOVE", value="NOTHING", x=x, y=y)
    for _ in range(60):
        view["window"].event_simulate(type="WHEELDOWNMOUSE", value="PRESS", x=x, y=y)
        yield 0.05
    yield 1.0


def film(s: Scenario) -> Steps:
    """A preview, then a video that is cancelled and gone on with, beside a trainer that steps on."""
    status, settings = bpy.context.window_manager.latent_status, bpy.context.scene.latent.film
    settings.path = str(s.work / "film.mp4")
    for name, value in {"preset": "CUSTOM", "width": 480, "height": 272, "fps": 8, "seconds": 3}.items():
        setattr(settings, name, value)
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.preview_video() == {"FINISHED"}
    yield from s.until(lambda: not status.filming, "the preview", 1200.0)
    yield 2.0
    s.picture("preview")
    s.note(preview=status.video, windows=len(bpy.context.window_manager.windows))
    for window in list(bpy.context.window_manager.windows)[1:]:
        with bpy.context.temp_override(window=window):
            bpy.ops.wm.window_close()
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.show_live()
        bpy.ops.latent.train("INVOKE_DEFAULT")
        assert bpy.ops.latent.render_video() == {"FINISHED"}
    step = s.trainer().step
    begun = lambda: status.filming_progress > 0.1 and s.trainer().step > step  # noqa: E731
    yield from s.until(begun, "some frames, and steps beside them", 1200.0)
    s.picture("rendering")
    s.note(steps_beside=s.trainer().step - step, telling=status.filming)
    bpy.ops.latent.cancel_video()
    yield from s.until(lambda: not status.filming, "the cancel")
    done = sorted(path.name for path in (s.work / "film.frames").glob("[0-9]*.png"))
    s.note(cancelled=status.video, kept=len(done), there=(s.work / "film.mp4").exists())
    yield 1.0
    s.picture("cancelled")
    bpy.ops.latent.resume_video()
    yield from s.until(lambda: not status.filming, "the video", 1200.0)
    s.note(told=status.video, film=(s.work / "film.mp4").stat().st_size, frames_left=(s.work / "film.frames").exists())
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.pause("EXEC_DEFAULT")
    s.reach("filmed")


scenario = Scenario("film")
scenario.run(play)
