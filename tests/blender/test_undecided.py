"""A file meets a run that was labelled since: both are kept and listed until somebody chooses; without a window the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load
from .test_file_life import acknowledged, label, saved, the_cloud, tick, train
from .test_live import acknowledge, category, stored


def status() -> Any:
    return bpy.context.window_manager.latent_status


@pytest.fixture
def behind(load: Load, cloud: Any, tmp_path: Path, monkeypatch: Any) -> str:
    """A file whose first nine points are oak, while its run calls 0 to 19 elm; somebody is there to be asked."""
    blend = saved(load, cloud, tmp_path / "a")
    label(load, the_cloud(), 20, "elm")
    bpy.ops.latent.stop()
    monkeypatch.setattr(load("live.undecided"), "asks", lambda: True)
    return blend


def test_labels_newer_in_the_run_are_listed_and_recovered_when_somebody_says_so(load: Load, behind: str) -> None:
    bpy.ops.wm.open_mainfile(filepath=behind)
    cloud = the_cloud()
    train(load, cloud)
    tick(load)
    acknowledge(load)
    assert np.count_nonzero(category(load, cloud)) == 9 and acknowledged(load) == 20, "neither was written over"
    assert "choose which are to count" in status().problem and "20 points" in status().problem
    assert status().differing.splitlines() == ["11: elm in the run, no label in the file", "9: elm in the run, oak in the file"]
    assert bpy.ops.latent.advance(steps=1) == {"FINISHED"}, "it trains meanwhile"
    load("live.session").running().restart()  # a death before anybody chose
    load("live.blocking").wait_until(
        load("live.session").running(), bpy.context, lambda: load("live.session").running().life.began is not None, "the restart"
    )
    tick(load)
    assert acknowledged(load) == 20 and np.count_nonzero(category(load, cloud)) == 9
    assert bpy.ops.latent.settle_labels(keep="RUN") == {"FINISHED"}
    tick(load)
    assert np.count_nonzero(category(load, cloud)) == 20 and not status().differing and not status().problem
    assert len(stored(load, cloud)) == 2, "nothing had to be sent"


def test_labels_of_the_file_are_kept_when_somebody_says_so_and_the_runs_stay_in_its_history(load: Load, behind: str) -> None:
    bpy.ops.wm.open_mainfile(filepath=behind)
    train(load, the_cloud())
    load("live.labels").assign(the_cloud(), np.arange(1797) == 15, 1)  # given meanwhile: a decision for its point
    tick(load)
    acknowledge(load)
    assert acknowledged(load) == 20 and load("live.session").running().book.acknowledged[15] == 1
    assert bpy.ops.latent.settle_labels(keep="FILE") == {"FINISHED"}
    tick(load)
    acknowledge(load)
    assert acknowledged(load) == 10 == np.count_nonzero(category(load, the_cloud()))
    assert [len(edit[2]) for edit in stored(load, the_cloud())] == [9, 20, 1, 19], "history was not rewritten"
    with pytest.raises(RuntimeError):
        bpy.ops.latent.settle_labels(keep="RUN")


def test_a_file_that_was_saved_before_anybody_chose_asks_again(load: Load, behind: str) -> None:
    for _ in range(2):
        bpy.ops.wm.open_mainfile(filepath=behind)
        train(load, the_cloud())
        tick(load)
        assert load("live.session").running().undecided is not None
        bpy.ops.wm.save_mainfile()
    bpy.ops.latent.stop()
    train(load, the_cloud())
    assert load("live.session").running().undecided is not None, "also after Stop in the same session"


def test_a_reverted_file_and_a_recovered_autosave_meet_the_run_the_same_way(load: Load, cloud: Any, tmp_path: Path) -> None:
    saved(load, cloud, tmp_path / "a")
    recovered = str(tmp_path / "quit.blend")
    bpy.ops.wm.save_as_mainfile(filepath=recovered, copy=True)  # what Blender writes into its folder for temporary files
    label(load, the_cloud(), 20, "elm")
    run = tmp_path / "a" / "mine.latent"
    for back in (lambda: bpy.ops.wm.revert_mainfile(), lambda: bpy.ops.wm.recover_auto_save(filepath=recovered)):
        assert back() == {"FINISHED"}
        assert load("live.session").running() is None, "the trainer had ended in good order"
        assert np.count_nonzero(category(load, the_cloud())) == 9 and load("live.paths").run_of(the_cloud()) == run
        train(load, the_cloud())
        assert acknowledged(load) == 20 == np.count_nonzero(category(load, the_cloud())), "without a window the run's count"
        assert "held 20 newer labels" in load("live.session").running().problem


def test_taking_back_a_label_of_an_undecided_point_opens_it_again_and_the_run_keeps_its_own(load: Load, behind: str) -> None:
    bpy.ops.wm.open_mainfile(filepath=behind)
    cloud = the_cloud()
    train(load, cloud)
    trainer = load("live.session").running()
    at = np.arange(1797) == 15  # the run calls it elm, the file nothing
    load("live.labels").assign(cloud, at, 1)
    tick(load)
    acknowledge(load)
    assert trainer.book.acknowledged[15] == 1
    assert load("live.difference").undo_last(trainer, cloud) == (1, 0)
    acknowledge(load)
    assert category(load, cloud)[15] == 0 and trainer.book.acknowledged[15] == 2, "each has what it had"
    load("live.labels").assign(cloud, at, 1)
    tick(load)
    load("scene.cloud").write_ints(cloud.data, "category", np.where(at, 0, category(load, cloud)))  # as Ctrl-Z does
    tick(load)
    acknowledge(load)
    assert trainer.book.acknowledged[15] == 2, "it is open again, so the run has its own again"
    assert bpy.ops.latent.settle_labels(keep="RUN") == {"FINISHED"}
    assert np.count_nonzero(category(load, cloud)) == 20
