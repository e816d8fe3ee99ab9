"""The palette in a real session: opened by a button, a category made and given by ray, another by touch, training paused."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from pressing import at_rest, at_the_desk, choose, given, point, press, push
from scenario import Scenario, Steps
from wearer import Wearer, open_cloud


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from open_cloud(s)
    w, held = Wearer(s), bpy.context.window_manager.latent_xr
    at_rest(w)
    yield from w.start()
    yield from w.settle(4)
    yield from w.press("b", w.other)
    s.note(opened=held.palette_open)
    first = choose(s, range(20))
    yield from press(s, w, "page new")
    yield from press(s, w, "name Category 1")
    s.note(by_ray=bool(np.array_equal(given(s) > 0, first)))
    second = choose(s, range(20, 50))
    yield from press(s, w, "page new")
    yield from press(s, w, "name Category 2")
    numbers = [c.category_id for c in s.cloud().latent.categories]
    third = choose(s, range(50, 61))
    yield from push(s, w, f"assign {numbers[0]}")
    yield 0.5
    found = given(s)
    s.note(by_touch=bool(np.array_equal(found == numbers[0], first | third) and np.array_equal(found == numbers[1], second)))
    held.touched = int(np.argmax(w.points() @ (1.0, 0.0, 1.0)))  # to the right and above: its card beside the palette
    yield from point(s, w, f"assign {numbers[1]}")
    yield from w.eyes("labels")
    yield from at_the_desk(s, w, "labels-desk")
    s.reach("named")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.train("INVOKE_DEFAULT")
    yield from s.until(lambda: s.trainer().records >= 3 and len(s.trainer().places) > 0, "epochs and suggestions")
    yield from press(s, w, "page train")
    yield from w.eyes("train")
    yield from at_the_desk(s, w, "train-desk")
    yield from press(s, w, "pause")
    s.note(paused=s.trainer().paused)
    yield from press(s, w, "page places")
    yield from w.eyes("places")
    yield from w.press("b", w.other)
    s.note(closed=not held.palette_open)
    yield from w.eyes("wrist")
    yield from at_the_desk(s, w, "wrist-desk")
    yield from w.stop()
    w.close()


scenario = Scenario("palette")
scenario.run(play)
