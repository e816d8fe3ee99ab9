"""What a .blend may hold: copies of points, several scenes, properties that somebody wrote into it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load


def test_labels_imported_reach_every_copy_of_a_point_duplicated_in_edit_mode(load: Load, cloud: Any, tmp_path: Path) -> None:
    view = load("training.run_view").RunView(load("live.paths").resolved(cloud.latent.run_path))
    ids = view.ids
    view.close()
    load("live.labels").set_selected(cloud, np.zeros(1797, bool))
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.mesh.duplicate()
    bpy.ops.object.mode_set(mode="OBJECT")
    samples = load("scene.cloud").read_ints(cloud.data, "sample")
    assert np.bincount(samples).tolist() == [2] * 1797
    (tmp_path / "labels.csv").write_text("id,category\n" + "".join(f"{ids[n]},oak\n" for n in range(5)))
    assert bpy.ops.latent.import_labels(filepath=str(tmp_path / "labels.csv")) == {"FINISHED"}
    labelled = load("scene.cloud").read_ints(cloud.data, "category") > 0
    assert sorted(samples[labelled].tolist()) == sorted([*range(5)] * 2)


def test_history_shown_in_one_scene_and_left_in_another_gives_the_first_its_frames_back(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=8)
    load("live.labels").set_selected(cloud, np.arange(1797) < 9)
    bpy.ops.latent.assign(name="oak")
    bpy.ops.latent.advance(steps=16)
    first = bpy.context.scene
    first.frame_start, first.frame_end = 7, 77
    assert bpy.ops.latent.show_history() == {"FINISHED"}
    assert len(first.timeline_markers) and first.frame_end != 77
    other = bpy.data.scenes.new("Other")
    other.frame_start, other.frame_end = 3, 33
    other.collection.objects.link(cloud)
    bpy.context.window.scene = other
    load("live.present").leave(cloud)
    assert (first.frame_start, first.frame_end) == (7, 77) and not len(first.timeline_markers)
    assert (other.frame_start, other.frame_end) == (3, 33)


def test_nothing_stored_in_a_blend_chooses_what_is_run(load: Load, cloud: Any, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.write_text("#!/bin/sh\ntouch " + str(tmp_path / "ran"))
    evil.chmod(0o755)
    for owner in (cloud, cloud.data, bpy.context.scene):
        for name in ("trainer_python", "python", "latent_python", "encoder"):
            owner[name] = str(evil)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "evil.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "evil.blend"))
    trainer = load("live.starting").start_existing(
        next(ob for ob in bpy.data.objects if ob.latent.is_cloud),
        load("properties").preferences(bpy.context),
    )
    load("live.blocking").wait_opened(trainer, bpy.context)
    assert trainer.python != str(evil) and not (tmp_path / "ran").exists()


def test_a_folder_of_frames_that_somebody_sent_writes_no_file_but_its_own_video(load: Load, tmp_path: Path) -> None:
    rendering, precious = load("live.rendering"), tmp_path / "precious.txt"
    precious.write_text("thesis")
    folder = tmp_path / "film.frames"
    folder.mkdir()
    (folder / rendering.SCENE).write_bytes(b"BLENDER")
    job = {"scene": "Scene", "first": 1, "last": 2, "video": str(tmp_path / "film.mp4")}
    (folder / rendering.JOB).write_text(json.dumps(job))
    assert rendering.job_of(folder) == job
    for changed in ({"video": str(precious)}, {"video": str(tmp_path / "other.mp4")}, {"video": 7}, {"last": "2"}, {"last": 0}):
        (folder / rendering.JOB).write_text(json.dumps({**job, **changed}))
        with pytest.raises(load("core.errors").StoreError, match="no render to go on with"):
            rendering.Render(folder)
    (folder / rendering.JOB).write_text(json.dumps(job))
    (folder / "whole.mp4").symlink_to(precious)
    with pytest.raises(load("core.errors").StoreError, match="no render to go on with"):
        rendering.Render(folder)
    assert precious.read_text() == "thesis"
