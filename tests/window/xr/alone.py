"""No headset, no runtime: the button says what to do, and Blender goes on."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import bpy
from scenario import Scenario, Steps


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    yield 1.0
    yield from s.open_digits()
    answers = []
    for _ in range(2):
        with bpy.context.temp_override(**s.view()):
            try:
                answers.append(sorted(bpy.ops.latent.xr_start()))
            except RuntimeError as error:
                answers.append(str(error))
        yield 0.5
    held = bpy.context.window_manager.latent_xr
    s.note(answers=answers, problem=held.problem, state=bpy.context.window_manager.xr_session_state is None)
    yield from s.sidebar()
    yield 0.5
    s.picture("alone")
    before = s.trainer().step
    s.note(alive=s.trainer().ready, step=before)


scenario = Scenario("alone")
scenario.run(play)
