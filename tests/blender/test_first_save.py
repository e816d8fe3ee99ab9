"""The first save moves a run beside its file, but not while a trainer opens: it would go on writing into a folder that is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np

from .conftest import Load
from .test_file_life import label, the_cloud, tick
from .test_live import category, stored


def save_twice(load: Load, opens: Any, folder: Path) -> None:
    """Save while a trainer opens, let `opens` see that through, label, save again: the run has moved with every label."""
    before = load("live.paths").run_of(the_cloud())
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "mine.blend"))
    assert load("live.paths").run_of(the_cloud()) == before and (before / "run.sqlite").is_file()
    assert "save again" in bpy.context.window_manager.latent_status.problem
    opens()
    label(load, the_cloud(), 20, "elm")
    bpy.ops.wm.save_mainfile()
    assert load("live.paths").run_of(the_cloud()) == folder / "mine.latent" and not before.exists()
    label(load, the_cloud(), 30, "elm")
    assert np.count_nonzero(category(load, the_cloud())) == 30
    assert [len(edit[2]) for edit in stored(load, the_cloud())] == [9, 20, 10]


def test_a_run_that_is_being_opened_moves_with_the_next_save(load: Load, cloud: Any, tmp_path: Path) -> None:
    label(load, cloud, 9, "oak")
    bpy.ops.latent.stop()
    trainer = load("live.starting").start_existing(cloud, load("properties").preferences(bpy.context))
    save_twice(load, lambda: load("live.blocking").wait_opened(trainer, bpy.context, 60.0), tmp_path)


def test_a_run_whose_trainer_waits_while_other_data_opens_moves_with_the_next_save(load: Load, cloud: Any, tmp_path: Path) -> None:
    label(load, cloud, 9, "oak")
    before = load("live.session").running()
    reference = load("training.datasets.reference").DatasetRef("auto", str(tmp_path / "gone.npy"))
    load("live.starting").start_new(reference, "other", load("properties").preferences(bpy.context), 1)

    def until_it_is_given_up() -> None:  # there is no such data, so that all is as it was before
        while load("live.session").running() is not before:
            tick(load)

    save_twice(load, until_it_is_given_up, tmp_path)
