"""Seeing it learn, in Blender's own window: arrows of forces in Solid and Material Preview."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import Scenario, Steps


def shading(s: Scenario, kind: str) -> None:
    s.view()["area"].spaces.active.shading.type = kind


def op(s: Scenario, name: str, /, **values: Any) -> set[str]:
    with bpy.context.temp_override(**s.view()):
        answer: set[str] = getattr(bpy.ops.latent, name)("INVOKE_DEFAULT", **values)
    return answer


def label_some(s: Scenario) -> None:
    """Three digits of each of four kinds, by the truth that the demo knows."""
    data, labels = s.load("scene.cloud"), s.load("live.labels")
    sample = data.read_ints(s.cloud().data, "sample")
    for number in range(4):
        labels.set_selected(s.cloud(), np.isin(sample, [number, number + 10, number + 20, number + 30]))
        assert op(s, "assign", name=f"kind {number}") == {"FINISHED"}
    labels.set_selected(s.cloud(), np.zeros(len(sample), dtype=bool))


def arrows(s: Scenario) -> Steps:
    """Measure, and look at it in both shadings, on the whole cloud and on a few points."""
    space = s.view()["area"].spaces.active
    space.overlay.show_overlays = True
    assert op(s, "measure_forces") == {"FINISHED"}
    yield from s.until(lambda: s.trainer().measured is not None and s.trainer().measured_shown, "the forces")
    yield 1.5
    s.picture("arrows-solid")
    s.cloud().latent.arrows.in_front = False
    yield 1.0
    s.picture("arrows-behind")
    s.cloud().latent.arrows.in_front = True
    shading(s, "MATERIAL")
    yield 45.0  # its shaders are made once, slowly on software GL
    s.picture("arrows-material")
    shading(s, "SOLID")
    labels = s.load("live.labels")
    places = s.load("scene.cloud").read_positions(s.cloud())
    few = np.argsort(np.linalg.norm(places - places[0], axis=1))[:6]
    mask = np.zeros(len(places), dtype=bool)
    mask[few] = True
    labels.set_selected(s.cloud(), mask)
    assert op(s, "measure_forces") == {"FINISHED"}
    yield from s.until(lambda: len(s.trainer().measured.samples) == 6 and s.trainer().measured_shown, "the few forces")
    rv3d = space.region_3d
    rv3d.view_location, rv3d.view_distance = places[few].mean(axis=0).tolist(), 12.0
    yield 1.5
    s.picture("arrows-few")
    labels.set_selected(s.cloud(), np.zeros(len(places), dtype=bool))
    s.reach("arrows")


def curves(s: Scenario) -> Steps:
    """The curves beside the training, in a dark and in a light theme, and twice as large."""
    area = s.view()["area"]
    wanted = bpy.context.scene.latent
    wanted.show_curves = True
    wanted.curves = {"LOSSES", "AGREEMENT", "LABELS", "GRADIENTS"}
    op(s, "train")
    step = s.trainer().step
    s.cloud().latent.arrows.keep = True
    yield from s.until(lambda: s.trainer().step > step + 120, "120 steps with arrows and curves")
    s.cloud().latent.arrows.keep = False
    op(s, "pause")
    yield 2.5
    s.picture("curves-dark")
    wanted.curves = {"LOSSES", "AGREEMENT", "LABELS"}
    with bpy.context.temp_override(**s.view()):
        for path in bpy.utils.preset_paths("interface_theme"):
            for file in Path(path).glob("*ight*.xml"):
                bpy.ops.script.execute_preset(filepath=str(file), menu_idname="USERPREF_MT_interface_theme_presets")
    yield 1.5
    s.picture("curves-light")
    area.spaces.active.show_region_ui = False
    wanted.curves = {"LOSSES", "LABELS"}
    bpy.context.preferences.view.ui_scale = 2.0
    yield 2.0
    s.picture("curves-large")
    bpy.context.preferences.view.ui_scale = 0.8
    with bpy.context.temp_override(**s.view()):
        bpy.ops.preferences.reset_default_theme()
        bpy.ops.latent.export_curves(filepath=str(s.work / "curves.csv"))
    s.note(curves=bpy.context.window_manager.latent_status.curves.splitlines())
    s.reach("curves")


def only_train(s: Scenario) -> None:
    """Close the panels above Train, so that it is seen whole, by scrolling: Blender opens no panel to scripts."""
    area = s.view()["area"]
    region = next(r for r in area.regions if r.type == "UI")
    with bpy.context.temp_override(**{**s.view(), "region": region}):
        for _ in range(12):
            bpy.ops.view2d.scroll_down(deltax=0, deltay=-40)


def status_line(s: Scenario) -> Steps:
    """The line while it trains, and what is said once the trainer was killed and came back by itself."""
    op(s, "train")
    status = bpy.context.window_manager.latent_status
    yield from s.until(lambda: "steps a second; last label" in status.line, "the pace")
    only_train(s)
    yield 1.0
    s.picture("line")
    yield from s.until(lambda: "steps a second; last label" in status.line, "the pace")
    s.note(line=status.line)
    os.kill(s.trainer().client.pid, signal.SIGKILL)
    yield from s.until(lambda: "started again" in status.problem, "the sentence")
    s.note(failed=status.problem, remedy=status.remedy)  # which stays for a minute, and the trainer may take longer
    yield from s.until(lambda: status.state == "TRAINING" and status.steps_per_second > 0, "the trainer again")
    yield 1.0
    s.picture("failed")
    op(s, "pause")
    yield 0.5
    s.reach("status")


def branch(s: Scenario) -> Steps:
    """Scrub to an early epoch and branch: the second cloud stands beside the first."""
    old = s.cloud()
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.show_history()
    bpy.context.scene.frame_set(bpy.context.scene.frame_end // 3)
    bpy.context.scene.latent.show_curves = True
    yield 1.0
    s.picture("scrubbed")
    bpy.context.scene.latent.show_curves = False
    op(s, "branch")
    yield from s.until(lambda: s.trainer().request.beside == old.name and s.trainer().opened is not None, "the branch")
    yield 0.5
    with bpy.context.temp_override(**s.view()):
        bpy.ops.view3d.view_all()
    op(s, "train")
    step = s.trainer().step
    yield from s.until(lambda: s.trainer().step > step + 30, "the branch to train")
    op(s, "pause")
    yield 1.0
    s.picture("branch")
    yield from s.until(lambda: s.trainer().ticking, "the timer, which rests for the tenth of a second of a hand-over")
    s.note(clouds=sum(ob.latent.is_cloud for ob in bpy.data.objects), ticking=s.trainer().ticking)
    s.reach("branch")


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    bpy.context.preferences.view.ui_scale = 0.8
    yield from s.sidebar()
    yield from s.open_digits()
    shading(s, "SOLID")
    op(s, "train")
    yield from s.until(lambda: s.trainer().step > 60, "60 steps")
    label_some(s)
    step = s.trainer().step
    yield from s.until(lambda: s.trainer().step > step + 60, "60 more")
    op(s, "pause")
    yield 1.0
    yield from arrows(s)
    s.cloud().latent.arrows.visible = False
    yield from curves(s)
    bpy.context.scene.latent.show_curves = False
    s.view()["area"].spaces.active.show_region_ui = True
    yield 0.5
    yield from status_line(s)
    yield from branch(s)


scenario = Scenario("learn")
scenario.run(play)
