"""What the card of the sample under the mouse costs beyond the redraw, in Blender's window, in clouds of three sizes.

The clock is that of the main thread alone: what else the machine does is not measured.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import Scenario, Steps

SIZES = (10_000, 100_000, 1_000_000)
TIMES = 7


def timed(owner: Any, name: str, spent: list[float]) -> Callable[..., Any]:
    """Put a clock around a function of a module or class. Returns it as it was."""
    before: Callable[..., Any] = getattr(owner, name)

    def clocked(*arguments: Any) -> Any:
        begin = time.thread_time()
        answer = before(*arguments)
        spent.append(time.thread_time() - begin)
        return answer

    setattr(owner, name, clocked)
    return before


def cloud_of(s: Scenario, size: int) -> Any:
    """A cloud of ten categories, half of it labelled: the most that the nearest label is looked for among."""
    data, rng = s.load("scene.cloud"), np.random.default_rng(0)
    numbers = np.arange(size, dtype=np.int32)
    positions = rng.uniform(-9, 9, (size, 3)).astype(np.float32)
    cloud = data.create_cloud("hovering", numbers, positions, numbers * 0 - 1, bpy.context.scene.collection)
    cloud.latent.is_cloud = True
    s.load("scene.materials").dress(cloud, None)
    for number in range(10):
        s.load("live.labels").new_category(cloud, f"kind {number}")
    s.load("live.labels").write(cloud, np.where(numbers % 2 == 0, numbers % 10 + 1, 0).astype(np.int32))
    data.write_ints(cloud.data, "prediction", numbers % 10 + 1)
    return cloud


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    overlay, data, looking = s.load("live.overlay"), s.load("scene.cloud"), s.load("live.hovering")
    yield from s.sidebar()
    found = []
    card: list[float] = []
    legend: list[float] = []
    before = timed(overlay, "draw_card", card), timed(overlay, "legend_of", legend)
    for size in SIZES:
        cloud = cloud_of(s, size)
        context = s.view()
        region = context["region"]
        moved: list[float] = []
        still: list[float] = []
        with bpy.context.temp_override(**context):
            bpy.ops.view3d.view_all()
        yield 3.0
        rng = np.random.default_rng(1)
        card.clear()
        legend.clear()
        for turn in range(TIMES):
            positions = data.read_positions(cloud).ravel() + rng.normal(0, 0.01, 3 * size).astype(np.float32)
            data.write_positions(cloud.data, positions)
            cloud.update_tag()
            bpy.context.view_layer.update()
            with bpy.context.temp_override(**context):
                for times in (moved, still):
                    x, y = region.width * (0.35 + 0.04 * turn), region.height * (0.5 + 0.01 * len(times))
                    begin = time.thread_time()
                    overlay.look_under_mouse(bpy.context, x, y)
                    times.append(time.thread_time() - begin)
            drawn = len(card)
            yield from s.until(lambda drawn=drawn: len(card) > drawn, "the redraw")
        assert looking.row_of(overlay._registered.looking, cloud) >= 0, "nothing is under the mouse"
        medians = {"moved": moved, "still": still, "card": card, "legend": legend}
        found.append({"points": size, **{name: float(np.median(times)) for name, times in medians.items()}})
        s.note(found=found)
        s.picture(f"{size}")
        bpy.data.objects.remove(cloud)
        yield 0.5
    overlay.draw_card, overlay.legend_of = before
    s.reach("measured")


scenario = Scenario("hovering")
scenario.run(play)
