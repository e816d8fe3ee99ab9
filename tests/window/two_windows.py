"""Two windows on one cloud: labelled in one and seen in both; each is closed while the cloud trains, the one with the timer too.

Then one window shows another scene, and then only that scene is left.
"""

from __future__ import annotations

import math
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import STARTED, Scenario, Steps

SCREEN = (1280, 800)
GAP = 600.0
"""Seconds to wait for a timer that goes on elsewhere; it is a tenth of a second by itself."""


def view_in(window: bpy.types.Window) -> dict[str, Any]:
    """A window with its 3D viewport, for a context override."""
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    region = next(region for region in area.regions if region.type == "WINDOW")
    return {"window": window, "screen": window.screen, "area": area, "region": region}


def opened(operator: Any, **context: Any) -> bpy.types.Window:
    """The window that an operator opens."""
    before = {window.as_pointer() for window in bpy.context.window_manager.windows}
    with bpy.context.temp_override(**context):
        assert operator() == {"FINISHED"}
    return next(window for window in bpy.context.window_manager.windows if window.as_pointer() not in before)


def closed(window: bpy.types.Window) -> None:
    """Close a window, as its button does."""
    with bpy.context.temp_override(window=window):
        bpy.ops.wm.window_close()


def ready(s: Scenario, window: bpy.types.Window) -> Steps:
    """The whole room in a window, from above, without a sidebar in the way."""
    view = view_in(window)
    with bpy.context.temp_override(**view):
        bpy.ops.view3d.view_axis(type="TOP")
        bpy.ops.view3d.view_all()
    yield 1.0


def seen(s: Scenario, name: str, **windows: bpy.types.Window) -> Steps:
    """A picture of the screen, and where in it the viewports of some windows lie, from the top."""
    for window in windows.values():
        view_in(window)["region"].tag_redraw()
    yield 1.0
    s.picture(name)
    s.note(**{f"{name}_{of}": where(window) for of, window in windows.items()})


def where(window: bpy.types.Window) -> list[int]:
    """Left, top, right and bottom of a window's viewport on the screen."""
    region = view_in(window)["region"]
    left, top = window.x + region.x, SCREEN[1] - window.y - region.y - region.height
    return [left, top, left + region.width, top + region.height]


def on_screen() -> set[str]:
    """The X server's numbers of Blender's windows."""
    done = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "Blender"], capture_output=True, text=True, timeout=60)
    return set(done.stdout.split())


def put(number: str, left: int, width: int) -> Steps:
    """Let a window have a part of the screen's width, so that a picture shows two; no window manager does it here."""
    for command in (["windowsize", number, str(width), str(SCREEN[1])], ["windowmove", number, str(left), "0"]):
        subprocess.run(["xdotool", *command], check=True, timeout=60)
        yield 0.5


def lasso(window: bpy.types.Window) -> Steps:
    """A loop around the middle of a window's viewport, by its mouse."""
    view = view_in(window)
    region = view["region"]
    x, y = region.x + region.width // 2, region.y + region.height // 2
    wide, high = region.width // 5, region.height // 5
    corners = [(round(x + wide * math.cos(a * math.pi / 8)), round(y + high * math.sin(a * math.pi / 8))) for a in range(16)]
    window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=corners[0][0], y=corners[0][1])
    yield 0.1
    with bpy.context.temp_override(**view):
        assert bpy.ops.latent.lasso_select("INVOKE_DEFAULT") == {"RUNNING_MODAL"}
    yield 0.2
    window.event_simulate(type="LEFTMOUSE", value="PRESS", x=corners[0][0], y=corners[0][1])
    yield 0.1
    for corner in corners[1:]:
        window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=corner[0], y=corner[1])
        yield 0.05
    window.event_simulate(type="LEFTMOUSE", value="RELEASE", x=corners[-1][0], y=corners[-1][1])
    yield 0.5


def listens(window: bpy.types.Window) -> bool:
    """Whether the trainer's timer sits in a window."""
    return any(operator.bl_idname == "LATENT_OT_train" for operator in window.modal_operators)


def listen_in(s: Scenario, window: bpy.types.Window) -> Steps:
    """Have the timer in this window: begin it there in the tenth of a second in which it is handed on."""
    end = time.monotonic() + GAP
    while s.trainer().ticking:
        assert time.monotonic() < end, "the timer was never handed on"
        yield 0.001  # this timer is older than the one that begins it again, so it comes first
    with bpy.context.temp_override(**view_in(window)):
        bpy.ops.latent.train("INVOKE_DEFAULT", begin=False)
    relay = s.trainer().relay
    yield from s.until(lambda: not bpy.app.timers.is_registered(relay), "the end of the handing on")


def goes_on(s: Scenario, what: str) -> Steps:
    """Wait until the same trainer has made more steps and heard of them, and note how many labels there are."""
    trainer, step = s.trainer(), s.trainer().step
    yield from s.until(lambda: trainer.step >= step + 20, f"steps after {what}", GAP)
    category = s.load("scene.cloud").read_ints(s.cloud().data, "category")
    lost = bool(trainer.failure or trainer.problem)
    s.note(**{what: {"labels": int(np.count_nonzero(category)), "lost": lost, "pid": trainer.client.pid}})
    s.reach(what)


def select(s: Scenario, first: int, last: int) -> None:
    """Select some samples by their numbers."""
    cloud = s.cloud()
    chosen = np.zeros(len(cloud.data.vertices), dtype=bool)
    chosen[first:last] = True
    s.load("live.labels").set_selected(cloud, chosen)


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    yield 1.0
    windows = bpy.context.window_manager.windows
    first = windows[0]
    (left,) = on_screen()
    second = opened(bpy.ops.wm.window_new, **view_in(first))
    yield 1.0
    (right,) = on_screen() - {left}
    yield from put(left, 0, SCREEN[0] // 2)
    yield from put(right, SCREEN[0] // 2, SCREEN[0] // 2)
    with bpy.context.temp_override(**view_in(second)):
        assert bpy.ops.latent.open_dataset("EXEC_DEFAULT", kind="digits", seed=3) == {"FINISHED"}
    yield from s.until(lambda: s.cloud() is not None, "the cloud")
    with bpy.context.temp_override(**view_in(second)):
        assert bpy.ops.latent.train("INVOKE_DEFAULT") <= STARTED
    for window in (first, second):
        yield from ready(s, window)
    yield from s.until(lambda: s.trainer().step >= 20, "the first steps")
    yield from seen(s, "before", first=first, second=second)
    yield from lasso(second)
    data = s.load("scene.cloud")
    s.note(selected=int(data.read_bools(s.cloud().data, "selected").sum()))
    yield from seen(s, "chosen", first=first, second=second)
    with bpy.context.temp_override(**view_in(second)):
        assert bpy.ops.latent.assign("EXEC_DEFAULT", name="middle") == {"FINISHED"}
        bpy.ops.latent.select_none(action="NONE")
    yield from s.until(lambda: not s.trainer().book.pending, "the acknowledgement")
    yield from seen(s, "labelled", first=first, second=second)
    s.reach("labelled")

    s.note(run_path=str(s.trainer().request.run_path), pid=s.trainer().client.pid)
    yield from listen_in(s, second)
    s.note(timer_before=[listens(first), listens(second)])
    closed(second)
    yield from goes_on(s, "second_closed")
    yield from s.until(lambda: listens(first), "the timer in the window that is left", GAP)

    third = opened(bpy.ops.wm.window_new_main, **view_in(first))
    yield 1.0
    yield from ready(s, third)
    yield from s.until(lambda: listens(first), "the timer in the first window", GAP)
    s.note(timer_between=[listens(first), listens(third)])
    closed(first)
    s.note(windows=len(bpy.context.window_manager.windows))
    yield from goes_on(s, "first_closed")
    yield from s.until(lambda: listens(third), "the timer in the third window", GAP)
    select(s, 0, 30)
    with bpy.context.temp_override(**view_in(third)):
        assert bpy.ops.latent.assign("EXEC_DEFAULT", name="later") == {"FINISHED"}
        bpy.ops.latent.select_none(action="NONE")  # beside what is selected the others are greyed
    yield from s.until(lambda: not s.trainer().book.pending, "the acknowledgement in the window that is left")
    yield from seen(s, "later", third=third)

    yield from two_scenes(s, third)


def two_scenes(s: Scenario, third: bpy.types.Window) -> Steps:
    """Another window shows a new scene, in which the cloud is not; then that is the only window."""
    fourth = opened(bpy.ops.wm.window_new_main, **view_in(third))
    yield 1.0
    view_in(fourth)["area"].spaces.active.show_region_ui = True
    yield 0.5
    for region in view_in(fourth)["area"].regions:
        if region.type == "UI":
            region.active_panel_category = "Latent"
    fourth.scene = bpy.data.scenes.new("Other")
    yield 1.0
    yield from seen(s, "other", fourth=fourth)
    yield from goes_on(s, "other_scene")
    s.note(scenes=[third.scene.name, fourth.scene.name], clouds=[len(window.scene.objects) for window in (third, fourth)])
    yield from listen_in(s, third)
    s.note(timer_last=[listens(third), listens(fourth)])
    closed(third)  # the cloud's scene is in no window any more
    yield from goes_on(s, "only_other_scene")
    s.note(in_other=len(fourth.scene.objects), stored=int(np.count_nonzero(s.trainer().book.acknowledged)))
    fourth.scene = next(scene for scene in bpy.data.scenes if scene.name != "Other")
    yield from ready(s, fourth)
    yield from seen(s, "back", fourth=fourth)


scenario = Scenario("two_windows")
scenario.run(play)
