"""A lasso by the X server's own mouse, as a hand moves it: nothing is simulated in Blender."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
from gestures import POINTS, chosen, circle, make_cloud, seen, take
from scenario import Scenario, Steps

SCREEN = 800


def hand(s: Scenario, *command: str, at: tuple[int, int] | None = None) -> None:
    """One command to the X server's mouse, moved first to a pixel of the viewport."""
    region = s.view()["region"]
    move = [] if at is None else ["mousemove", str(region.x + at[0]), str(SCREEN - 1 - region.y - at[1])]
    subprocess.run(["xdotool", *move, *command], check=True, timeout=60)


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    make_cloud(s, POINTS)
    s.view()["area"].spaces.active.show_region_ui = False
    with bpy.context.temp_override(**s.view()):
        bpy.ops.view3d.view_all()
    take(s, "latent.lasso_tool")
    yield 1.5
    region, shown = s.view()["region"], seen(s)
    loop = circle(region.width // 2, region.height // 2, 130)
    hand(s, at=loop[0])
    yield 0.3
    hand(s, "mousedown", "1")
    yield 0.3
    for corner in loop[1:]:
        hand(s, at=corner)
        yield 0.1
    yield 0.5
    s.picture("hands")
    hand(s, "mouseup", "1")
    yield from s.until(lambda: bool(chosen(s).any()), "the selection")
    yield 0.5
    path = [tuple(corner.loc) for corner in bpy.context.window_manager.operators[-1].path]
    inside = s.load("core.lasso").points_in_lasso(shown.screen_xy, path)
    meant = s.load("core.lasso").points_in_lasso(shown.screen_xy, loop)
    s.note(selected=int(chosen(s).sum()), wrong=int((chosen(s) != inside).sum()), missed=int((chosen(s) != meant).sum()))
    s.note(corners=len(path))


scenario = Scenario("hands")
scenario.run(play)
