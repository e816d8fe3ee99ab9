"""How far what lights up lies behind the mouse: from an event of the mouse to the redraw that shows it, beside a plain redraw."""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from gestures import make_cloud, mouse, take
from scenario import Scenario, Steps

MOVES = {10_000: 7, 100_000: 5, 1_000_000: 3}
"""How many redraws of each kind are timed."""
AT_ONCE = 8
"""Events of a fast mouse that come between two redraws."""


class Redraws:
    """Counts redraws of the viewport, and remembers which corners each of them showed."""

    def __init__(self, s: Scenario) -> None:
        self.viewport = s.load("scene.viewport")
        self.region = s.view()["region"].as_pointer()
        self.count = 0
        self.shown: list[tuple[float, float]] = []
        self.own = 0.0
        self.handle = bpy.types.SpaceView3D.draw_handler_add(self.note, (), "WINDOW", "POST_PIXEL")

    def note(self) -> None:
        """After the viewport was drawn."""
        if bpy.context.region.as_pointer() != self.region:
            return
        self.count += 1
        gesture = self.viewport._registered.gesture
        if gesture is not None:
            self.shown = list(gesture.corners) if gesture.chosen else list(gesture._drawn)


def clock(redraws: Redraws, cls: type, name: str) -> None:
    """Add up what a method takes of the main thread's time: other work on the machine does not count there."""
    method = getattr(cls, name)

    def timed(*arguments: Any) -> Any:
        begin = time.thread_time()
        try:
            return method(*arguments)
        finally:
            redraws.own += time.thread_time() - begin

    setattr(cls, name, timed)


def plain(s: Scenario, redraws: Redraws, spent: list[float], times: int) -> Steps:
    """Redraws of the viewport in which nothing happens."""
    for _ in range(times):
        before, begin = redraws.count, time.perf_counter()
        s.view()["region"].tag_redraw()
        while redraws.count == before:
            yield 0.001
        spent.append(time.perf_counter() - begin)


def drawn(s: Scenario, redraws: Redraws, path: list[tuple[int, int]], events: int, rows: list[Any], still: list[float]) -> Steps:
    """Press, then moves of `events` events each: how many redraws and seconds until the last of them lights up points."""
    mouse(s, "MOUSEMOVE", "NOTHING", path[0])
    yield 0.2
    mouse(s, "LEFTMOUSE", "PRESS", path[0])
    yield 0.5
    for move in range(1, len(path) // events):
        redraws.own = 0.0
        before, begin = redraws.count, time.perf_counter()
        for corner in path[move * events : (move + 1) * events]:
            mouse(s, "MOUSEMOVE", "NOTHING", corner)
        wanted = tuple(map(float, path[(move + 1) * events - 1]))
        while wanted not in redraws.shown[-4:]:
            assert time.perf_counter() - begin < 120, f"{wanted} never showed: {redraws.shown[-4:]}"
            yield 0.001
        rows.append((redraws.count - before, time.perf_counter() - begin, redraws.own))
        # the same viewport once more, with nothing new to light up: taken in turns, a busy moment hits both alike
        yield from plain(s, redraws, still, 1)
    mouse(s, "LEFTMOUSE", "RELEASE", path[-1])
    yield 0.5


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    yield 1.0
    found: list[dict[str, Any]] = []
    bpy.context.preferences.system.viewport_aa = "OFF"  # else a picture is drawn again and again until it is smooth
    bpy.context.scene.latent.brush_radius = 50.0
    redraws = Redraws(s)
    clock(redraws, s.load("scene.highlight").Highlight, "picture")
    clock(redraws, s.load("live.lassoing").Stroke, "chosen")
    clock(redraws, s.load("scene.viewport").Buffers, "select")
    for size in MOVES:
        cloud = make_cloud(s, size)
        s.load("scene.nodes").set_input(cloud, "Point Size", 2.6 / size ** (1 / 3))
        with bpy.context.temp_override(**s.view()):
            bpy.ops.view3d.view_all()
        yield 2.0
        region = s.view()["region"]
        cx, cy = region.width // 2, region.height // 2
        for tool, events in (("lasso", 1), ("lasso", AT_ONCE), ("box", 1), ("brush", AT_ONCE)):
            take(s, f"latent.{tool}_tool")
            yield 1.0
            rows: list[Any] = []
            alone: list[float] = []
            still: list[float] = []
            angles = np.linspace(0, 2 * math.pi, (MOVES[size] + 1) * events, endpoint=False)
            # 230 pixels: a loop around much of the cloud; a brush sweeps along it
            path = [(round(cx + 230 * math.cos(a)), round(cy + 230 * math.sin(a))) for a in angles]
            if tool == "brush":  # far enough from one to the next to be kept
                path = [(cx - 240 + 14 * (i % 32), cy - 50 + 50 * (i // 32)) for i in range((MOVES[size] + 1) * events)]
            yield from plain(s, redraws, alone, MOVES[size])
            yield from drawn(s, redraws, path, events, rows, still)
            data = s.load("scene.cloud")
            found.append({
                "points": size, "tool": tool, "events": events, "plain": float(np.median(alone)), "still": float(np.median(still)),
                "redraws": max(row[0] for row in rows), "s": float(np.median([row[1] for row in rows])),
                "own": float(np.median([row[2] for row in rows])),
                "selected": int(data.read_bools(cloud.data, "selected").sum()),
            })  # fmt: skip
            s.note(found=found)
            data.write_bools(cloud.data, "selected", np.zeros(size, dtype=np.bool_))
            cloud.update_tag()
            yield 0.5
        s.picture(f"{size}")
        bpy.data.objects.remove(cloud)
    bpy.types.SpaceView3D.draw_handler_remove(redraws.handle, "WINDOW")
    s.reach("measured")


scenario = Scenario("lag")
scenario.run(play)
