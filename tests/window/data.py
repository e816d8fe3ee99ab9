"""People's own data in Blender's own window: sounds open with their spectrograms, results go out beside the training, new
sounds come in as ghost points, an untrusted encoder is asked about, a bad file is told in the panel.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import MODULE, Scenario, Steps


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    made = json.loads((s.work / "files" / "kinds.json").read_text())
    yield from s.sidebar()
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.open_dataset("EXEC_DEFAULT", kind="audio", filepath=made["audio"]["path"])
    yield from s.until(lambda: s.trainer() is not None and s.trainer().opened is not None, "the sounds")
    yield from s.sidebar()
    cloud = s.cloud()
    s.note(points=len(cloud.data.vertices), kind=cloud.latent.dataset_kind)
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.train("INVOKE_DEFAULT")
    yield from s.until(lambda: s.trainer().step >= 40, "steps")
    s.picture("sounds")
    s.reach("trained")

    target = s.work / "labels.csv"
    with bpy.context.temp_override(**s.view()):
        answer = bpy.ops.latent.export("EXEC_DEFAULT", what="labels", filepath=str(target))
    s.note(export_answer=sorted(answer))
    status = bpy.context.window_manager.latent_status
    yield from s.until(lambda: target.is_file() and not status.errand, "the labels")
    s.note(rows=len(target.read_text().splitlines()) - 1)
    s.reach("exported")

    step = s.trainer().step
    with bpy.context.temp_override(**s.view()):
        answer = bpy.ops.latent.classify("EXEC_DEFAULT", filepath=made["audio"]["path"])
    yield from s.until(lambda: bool(status.errand), "progress")
    s.note(progress=status.errand)
    s.picture("progress")
    yield from s.until(lambda: s.trainer().step > step or not status.errand, "steps beside it")
    s.note(steps_meanwhile=s.trainer().step - step)
    yield from s.until(lambda: any("(new)" in m.name for m in bpy.data.meshes), "the ghosts")
    s.note(ghosts=sum("(new)" in m.name for m in bpy.data.meshes))
    yield 2.0
    s.picture("ghosts")
    s.reach("classified")

    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.export("EXEC_DEFAULT", what="model", filepath=str(s.work / "model"))
    yield from s.until(lambda: bool(status.errand), "progress")
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.cancel_errand("EXEC_DEFAULT") == {"FINISHED"}
    yield from s.until(lambda: not status.errand, "the cancel")
    s.note(cancelled=not (s.work / "model" / "README.md").exists())
    s.reach("cancelled")

    bad = s.work / "bad.csv"
    bad.write_text("a,b\n1,2\n3\n")
    before = set(bpy.data.objects.keys())
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.open_dataset("EXEC_DEFAULT", filepath=str(bad))
    yield from s.until(lambda: "bad.csv" in status.problem + status.sentence, "the sentence")
    s.note(told=status.problem or status.sentence, same_scene=set(bpy.data.objects.keys()) == before)
    yield 1.0
    s.picture("told")
    step = s.trainer().step
    yield from s.until(lambda: s.trainer().step > step, "the cloud before, going on")
    s.reach("told")

    encoder = s.work / "mine.py"
    encoder.write_text("from torch import nn\n\ndef build(shape):\n    return nn.Flatten()\n")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.trust_encoder("INVOKE_DEFAULT", filepath=str(encoder))
    yield 1.0
    s.picture("trust")
    preferences = bpy.context.preferences.addons[MODULE].preferences
    s.note(trusted_unasked=len(preferences.trusted))
    positions = s.load("scene.cloud").read_positions(s.cloud())
    s.note(finite=bool(np.isfinite(positions).all()))


scenario = Scenario("data")
scenario.run(play)
