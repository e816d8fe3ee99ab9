"""A person in a headset: VR sessions start and stop, the trigger draws loops in the air, what lies inside is selected."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
from scenario import Scenario, Steps
from wearer import Wearer, open_cloud, ring


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from open_cloud(s)
    who = Wearer(s)
    handlers = who.handlers()
    s.note(turns=[])
    for turn in range(3):
        yield from who.start()
        who.clear()
        loop = ring((0.05 + 0.04 * turn, 1.5, -0.7), 0.08)
        yield from who.draw(loop)
        taken = who.selected()
        found = {"taken": int(taken.sum()), "wrong": who.wrong(taken, loop), "held": sorted(s.trainer().holds)}
        found["source"] = s.trainer().loop.source
        found["refused"] = bpy.context.window_manager.latent_xr.refused
        s.note(turns=[*s.facts["turns"], found])
        if turn == 0:
            s.picture("loop")
        yield from who.stop()
    s.note(handlers=[handlers, who.handlers()])
    s.reach("thrice")


scenario = Scenario("loops")
scenario.run(play)
