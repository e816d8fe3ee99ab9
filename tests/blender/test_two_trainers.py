"""While other data opens, the cloud that is there goes on taking labels: its trainer takes no step, but stores them."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load
from .test_file_life import label, the_cloud, tick
from .test_live import select_first, stored

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of other processes")


def test_a_label_given_while_other_data_opens_is_stored_at_once_and_counted_as_unsent_before(
    load: Load, cloud: Any, tmp_path: Path
) -> None:
    label(load, cloud, 9, "oak")
    before = load("live.session").running()
    np.save(tmp_path / "other.npy", np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32))
    reference = load("training.datasets.reference").DatasetRef("auto", str(tmp_path / "other.npy"))
    opening = load("live.starting").start_new(reference, "other", load("properties").preferences(bpy.context), 1)
    os.kill(opening.client.pid, signal.SIGSTOP)  # data that takes long
    os.kill(before.client.pid, signal.SIGSTOP)
    select_first(load, the_cloud(), 20)
    assert bpy.ops.latent.assign(name="elm") == {"FINISHED"}
    tick(load)
    assert bpy.context.window_manager.latent_status.unsent == 1
    os.kill(before.client.pid, signal.SIGCONT)
    ends = time.monotonic() + 60.0
    while bpy.context.window_manager.latent_status.unsent:
        assert time.monotonic() < ends
        tick(load)
    assert [len(edit[2]) for edit in stored(load, cloud)] == [9, 20] and load("live.session").running() is opening
    os.kill(opening.client.pid, signal.SIGCONT)
    load("live.blocking").wait_opened(opening, bpy.context)
    assert before.client.returncode == 0, "closed in good order"


def test_train_after_data_that_did_not_open_starts_the_cloud_that_is_active(load: Load, cloud: Any, tmp_path: Path) -> None:
    label(load, cloud, 9, "oak")
    bpy.ops.latent.stop()
    reference = load("training.datasets.reference").DatasetRef("auto", str(tmp_path / "gone.npy"))
    failed = load("live.starting").start_new(reference, "other", load("properties").preferences(bpy.context), 1)
    while not failed.failure:
        tick(load)
    bpy.context.view_layer.objects.active = the_cloud()
    bpy.ops.latent.train()
    assert load("live.session").running().request.run_path == load("live.paths").run_of(the_cloud())


def test_stop_says_how_many_edits_did_not_reach_the_disk(load: Load, cloud: Any) -> None:
    label(load, cloud, 9, "oak")
    trainer = load("live.session").running()
    os.kill(trainer.client.pid, signal.SIGSTOP)
    select_first(load, the_cloud(), 20)
    assert bpy.ops.latent.assign(name="elm") == {"FINISHED"}
    bpy.ops.latent.stop()
    assert "1 edits did not reach the disk" in bpy.context.window_manager.latent_status.sentence


def test_a_trainer_that_comes_back_to_another_run_in_its_folder_is_sent_none_of_the_labels_that_wait(
    load: Load, cloud: Any, tmp_path: Path
) -> None:
    label(load, cloud, 9, "oak")
    trainer, run = load("live.session").running(), load("live.paths").run_of(cloud)
    os.kill(trainer.client.pid, signal.SIGSTOP)
    select_first(load, the_cloud(), 20)
    assert bpy.ops.latent.assign(name="elm") == {"FINISHED"}
    ours = tmp_path / "ours"
    shutil.copytree(run, ours)
    shutil.rmtree(run)
    view = load("training.run_view").RunView(ours)
    tiles, meta = np.full(len(view.ids), -1, np.int32), {**view.meta, "run_id": "other"}
    load("training.store").RunStore.create(run, view.ids, view.ids, tiles, meta).close()
    view.close()
    os.kill(trainer.client.pid, signal.SIGKILL)
    ends = time.monotonic() + 60.0
    while trainer.code != "OTHER_RUN":
        assert time.monotonic() < ends
        tick(load)
    assert "holds another run now" in trainer.failure and len(stored(load, cloud)) == 0
    shutil.rmtree(run)
    shutil.copytree(ours, run)
    trainer.restart()
    load("live.blocking").wait_acknowledged(trainer, bpy.context, 60.0)
    assert [len(edit[2]) for edit in stored(load, cloud)] == [9, 20]
