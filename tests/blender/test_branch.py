"""Branch from Here: the epoch that the timeline shows goes on as a run and a cloud of its own."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from .conftest import Load
from .test_forces import positions, select


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir()) if p.is_file()}


def test_from_a_scrubbed_epoch_a_second_cloud_goes_on_and_the_first_stays(load: Load, cloud: Any) -> None:
    select(load, cloud, list(range(20)))
    bpy.ops.latent.assign(name="early")
    bpy.ops.latent.advance(steps=30)
    select(load, cloud, list(range(100, 130)))
    bpy.ops.latent.assign(name="late")
    bpy.ops.latent.advance(steps=30)
    bpy.ops.latent.save_checkpoint()
    run = load("live.paths").resolved(cloud.latent.run_path)
    records = load("live.history").read(cloud).records
    wanted = next(r for r in reversed(records) if r.step <= 30)
    bpy.ops.latent.show_history()
    bpy.context.scene.frame_set(int(cloud.latent.first_frame + wanted.index * cloud.latent.frames_per_record))
    labels = load("live.labels")
    before, here, category = digests(run), cloud.matrix_world.copy(), labels.read(cloud).copy()
    assert bpy.ops.latent.branch() == {"FINISHED"}
    made = bpy.context.view_layer.objects.active
    assert made is not cloud and made.latent.is_cloud and made.latent.run_id != cloud.latent.run_id
    assert labels.read(made).tolist() == [int(c) if row < 20 else 0 for row, c in enumerate(category)]
    assert cloud.matrix_world == here and np.array_equal(labels.read(cloud), category), "the old cloud stays"
    assert made.matrix_world.translation.x - here.translation.x > 20, "it stands beside"
    assert {c.name for c in made.children} & {"Latent Room.001"} and any(c.name == "Latent Room" for c in cloud.children)
    changed = {name for name, digest in digests(run).items() if before.get(name) != digest}
    assert changed <= {"run.sqlite", "run.sqlite-wal", "run.sqlite-shm", "run.lock"} | {
        name for name in digests(run) if name.startswith("checkpoint-")
    }, "its own trainer closed it in good order; no recorded epoch was touched"
    assert np.abs(positions(load, made) - load("training.segments").read_sample(run / "segment-0001.pc2", wanted.row)).max() < 1e-6
    assert load("live.session").running().run_id == made.latent.run_id
    start = positions(load, made)
    assert bpy.ops.latent.advance(steps=5) == {"FINISHED"}
    assert load("live.session").running().step == wanted.step + 5
    assert np.abs(positions(load, made) - start).max() > 0


def test_what_was_said_later_is_told(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=20)
    select(load, cloud, [1, 2, 3])
    bpy.ops.latent.assign(name="late")
    bpy.ops.latent.advance(steps=2)
    bpy.ops.latent.show_history()
    bpy.context.scene.frame_set(1)
    words = load("live.branching").in_words
    assert bpy.ops.latent.branch() == {"FINISHED"}
    assert not load("live.labels").read(bpy.context.view_layer.objects.active).any()
    assert "late: 3 samples" in words({"epoch": 0.0, "left_out": ["late: 3 samples, seen at step 20"]})
