"""What a file has seen of its run: only what somebody else did to the run is newer, and all of that is."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from .conftest import Load
from .test_file_life import acknowledged, label, saved, the_cloud, tick, train
from .test_live import acknowledge, category, select_first, stored


def assign(load: Load, count: int, name: str) -> None:
    """A label that is given, and neither waited for nor ticked for."""
    select_first(load, the_cloud(), count)
    assert bpy.ops.latent.assign(name=name) == {"FINISHED"}


def in_run(load: Load, count: int) -> None:
    """Wait until the run holds so many edits, without hearing of it."""
    ends = time.monotonic() + 600.0
    while len(stored(load, the_cloud())) != count:
        assert time.monotonic() < ends
        time.sleep(0.02)


def somebody_else(load: Load, run: Path, first: int, count: int) -> None:
    """Another Blender calls some points oak."""
    store = load("training.store").RunStore.open_run(run)
    samples = store.samples[first : first + count]
    edits, ones = load("core.edits"), np.ones(count, np.int32)
    edit = edits.LabelEdit(edits.new_id(), edits.new_id(), "other", "MOUSE", "ASSIGN", samples, 0 * ones, ones)
    store.apply_edits([edit])
    store.close()


def meets_somebody_elses(load: Load, blend: str, monkeypatch: Any) -> None:
    """Another Blender labels, and the file is opened and trained where somebody can be asked."""
    somebody_else(load, Path(blend).with_suffix(".latent"), 100, 5)
    monkeypatch.setattr(load("live.undecided"), "asks", lambda: True)
    bpy.ops.wm.open_mainfile(filepath=blend)
    train(load, the_cloud())
    tick(load)


def test_labels_given_and_saved_after_the_trainer_was_stopped_count_over_what_the_file_had_seen(
    load: Load, cloud: Any, tmp_path: Path
) -> None:
    blend = saved(load, cloud, tmp_path / "a")
    label(load, the_cloud(), 20, "elm")
    bpy.ops.latent.stop()
    assign(load, 30, "oak")
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=blend)
    train(load, the_cloud())
    tick(load)
    acknowledge(load)
    assert np.count_nonzero(category(load, the_cloud()) == 1) == 30 == acknowledged(load)


def test_labels_given_after_a_save_that_came_before_the_acknowledgement_count_too(load: Load, cloud: Any, tmp_path: Path) -> None:
    blend = saved(load, cloud, tmp_path / "a")
    assign(load, 20, "elm")
    bpy.ops.wm.save_mainfile()
    in_run(load, 2)
    bpy.ops.wm.open_mainfile(filepath=blend)
    assign(load, 30, "oak")
    train(load, the_cloud())
    tick(load)
    acknowledge(load)
    assert np.count_nonzero(category(load, the_cloud()) == 1) == 30 == acknowledged(load)


def test_a_label_that_was_sent_twice_counts_once_so_another_files_is_not_written_over(
    load: Load, cloud: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    blend = saved(load, cloud, tmp_path / "a")
    trainer = load("live.session").running()
    assign(load, 20, "elm")
    in_run(load, 2)
    os.kill(trainer.client.pid, signal.SIGKILL)  # it had no time to say so
    trainer.restart()
    load("live.blocking").wait_until(trainer, bpy.context, lambda: not trainer.reopening, "the trainer")
    acknowledge(load)
    bpy.ops.wm.save_mainfile()
    bpy.ops.latent.stop()
    meets_somebody_elses(load, blend, monkeypatch)
    acknowledge(load)
    assert load("live.session").running().undecided is not None and acknowledged(load) == 25


def test_labels_that_never_reached_the_disk_do_not_stand_for_another_files(
    load: Load, cloud: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    blend = saved(load, cloud, tmp_path / "a")
    trainer = load("live.session").running()
    os.kill(trainer.client.pid, signal.SIGSTOP)
    assign(load, 20, "elm")
    bpy.ops.wm.save_mainfile()
    os.kill(trainer.client.pid, signal.SIGKILL)
    bpy.ops.latent.stop()
    meets_somebody_elses(load, blend, monkeypatch)
    assert load("live.session").running().undecided is not None and acknowledged(load) == 14


def test_a_category_that_file_and_run_each_made_under_one_number_stays_two(
    load: Load, cloud: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    blend = saved(load, cloud, tmp_path / "a")
    assert bpy.ops.latent.category_rename(category=1, name="beech") == {"FINISHED"}
    label(load, the_cloud(), 20, "elm")
    monkeypatch.setattr(load("live.undecided"), "asks", lambda: True)
    bpy.ops.wm.open_mainfile(filepath=blend)
    assign(load, 5, "ash")  # number 2 as well, for this file knows of no elm
    train(load, the_cloud())
    tick(load)
    acknowledge(load)
    named = {item.name: item.category_id for item in the_cloud().latent.categories}
    assert named == {"beech": 1, "ash": 3, "elm": 2}, "what was renamed in the run is"
    lines = bpy.context.window_manager.latent_status.differing.splitlines()
    assert "5: elm in the run, ash in the file" in lines and "4: elm in the run, beech in the file" in lines
    assert bpy.ops.latent.settle_labels(keep="FILE") == {"FINISHED"}
    tick(load)
    acknowledge(load)
    assert np.bincount(load("live.session").running().book.acknowledged)[1:].tolist() == [4, 0, 5]


def renamed(load: Load, category: int, name: str) -> None:
    """Rename a category, and wait until that is on disk."""
    assert bpy.ops.latent.category_rename(category=category, name=name) == {"FINISHED"}
    before, trainer = the_cloud().latent.categories_known, load("live.session").running()
    tick(load)
    load("live.blocking").wait_until(trainer, bpy.context, lambda: the_cloud().latent.categories_known > before, "the name")


def names(load: Load) -> dict[int, str]:
    """What the file calls its categories, after the run was opened."""
    train(load, the_cloud())
    tick(load)
    return {item.category_id: item.name for item in the_cloud().latent.categories}


def test_a_new_name_of_a_category_outlives_a_blender_that_died_before_it_saved(load: Load, cloud: Any, tmp_path: Path) -> None:
    blend = saved(load, cloud, tmp_path / "a")
    renamed(load, 1, "beech")
    bpy.ops.wm.open_mainfile(filepath=blend)
    assert [item.name for item in the_cloud().latent.categories] == ["oak"]
    assert names(load) == {1: "beech"}
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=blend)
    assert names(load) == {1: "beech"}


def test_a_name_that_was_given_and_saved_without_a_trainer_counts_over_the_runs(load: Load, cloud: Any, tmp_path: Path) -> None:
    blend = saved(load, cloud, tmp_path / "a")
    bpy.ops.latent.stop()
    assert bpy.ops.latent.category_rename(category=1, name="ash") == {"FINISHED"}
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=blend)
    assert names(load) == {1: "ash"}
    assert load("live.session").running().categories_sent[0].name == "ash", "and the run is told"


def test_a_name_given_without_a_trainer_stays_with_its_category_where_another_file_labelled_meanwhile(
    load: Load, cloud: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    blend = saved(load, cloud, tmp_path / "a")
    bpy.ops.latent.stop()
    assert bpy.ops.latent.category_rename(category=1, name="ash") == {"FINISHED"}
    bpy.ops.wm.save_mainfile()
    meets_somebody_elses(load, blend, monkeypatch)
    assert {item.category_id: item.name for item in the_cloud().latent.categories} == {1: "ash"}
    assert load("live.session").running().undecided.differs.sum() == 5, "the other file's labels, and none of its own"


def test_a_category_that_the_file_deleted_is_there_again_where_another_file_gave_it_meanwhile(
    load: Load, cloud: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    blend = saved(load, cloud, tmp_path / "a")
    label(load, the_cloud(), 3, "elm")
    bpy.ops.latent.stop()
    assert bpy.ops.latent.category_delete(category=1) == {"FINISHED"}
    bpy.ops.wm.save_mainfile()
    meets_somebody_elses(load, blend, monkeypatch)
    assert {item.name for item in the_cloud().latent.categories} == {"oak", "elm"}
