"""The run folder as Blender sees it: taking back beyond a restart, a limit for recorded epochs, playback after thinning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load
from .test_live import acknowledge, category, select_first, stored


def label(load: Load, cloud: Any, count: int, name: str) -> None:
    select_first(load, cloud, count)
    assert bpy.ops.latent.assign(name=name) == {"FINISHED"}
    acknowledge(load)


def restart(load: Load, cloud: Any) -> None:
    """Another session on the same run: a new trainer, which remembers nothing but the run."""
    bpy.ops.latent.stop()
    prefs = bpy.context.preferences.addons[load("properties").__name__.rpartition(".")[0]].preferences
    trainer = load("live.starting").start_existing(cloud, prefs)
    load("live.blocking").wait_opened(trainer, bpy.context)


def test_the_undo_history_survives_a_restart_and_taking_back_is_an_edit(load: Load, cloud: Any) -> None:
    label(load, cloud, 30, "first")
    label(load, cloud, 10, "second")
    restart(load, cloud)
    assert not load("live.session").running().book.history
    for count, left in ((10, [0, 30, 0]), (30, [30, 0, 0])):
        assert bpy.ops.latent.label_undo() == {"FINISHED"}
        acknowledge(load)
        assert np.bincount(category(load, cloud)[:30], minlength=3).tolist() == left
        assert [len(stored(load, cloud)[-1][2]), *stored(load, cloud)[-1][:2]] == [count, "UNDO", "UNDO"]
        restart(load, cloud)
    assert len(stored(load, cloud)) == 4, "history was not rewritten"
    try:
        bpy.ops.latent.label_undo()
    except RuntimeError as error:
        assert "no label edit to take back" in str(error)
    else:
        raise AssertionError("nothing was left to take back")


def test_acts_of_this_session_are_taken_back_before_those_of_earlier_ones(load: Load, cloud: Any) -> None:
    label(load, cloud, 30, "first")
    restart(load, cloud)
    label(load, cloud, 5, "second")
    bpy.ops.latent.label_undo()
    assert np.bincount(category(load, cloud)[:30], minlength=2).tolist() == [0, 30]
    bpy.ops.latent.label_undo()
    assert not category(load, cloud).any()


def counts(load: Load, cloud: Any) -> list[int]:
    """How many of the first 40 points carry each category."""
    return np.bincount(category(load, cloud)[:40], minlength=3).tolist()


def test_taking_back_leaves_a_locked_categorys_labels_alone_and_says_so(load: Load, cloud: Any, tmp_path: Path, capfd: Any) -> None:
    label(load, cloud, 30, "first")
    file = tmp_path / "labels.csv"  # one edit of two categories
    rows = [f"digit-{row:04d},{'first' if row < 35 else 'second'}" for row in range(20, 40)]
    file.write_text("\n".join(["id,category", *rows]) + "\n", encoding="utf-8")
    assert bpy.ops.latent.import_labels(filepath=str(file)) == {"FINISHED"}
    acknowledge(load)
    assert counts(load, cloud) == [0, 35, 5]
    first = cloud.latent.categories["first"].category_id
    bpy.ops.latent.category_lock(category=first)
    assert bpy.ops.latent.label_undo() == {"FINISHED"}
    assert "Took back 5 labels; 5 of a locked category keep their label" in capfd.readouterr().out
    assert counts(load, cloud) == [5, 35, 0]
    edits = len(load("live.session").running().book.history)
    with pytest.raises(RuntimeError, match="All 30 labels of the last edit are of a locked category; unlock it first"):
        bpy.ops.latent.label_undo()
    assert counts(load, cloud) == [5, 35, 0] and len(load("live.session").running().book.history) == edits
    bpy.ops.latent.category_lock(category=first, lock=False)
    assert bpy.ops.latent.label_undo() == {"FINISHED"}
    assert counts(load, cloud) == [35, 5, 0], "what the later act gave stays when the earlier one is taken back"
    acknowledge(load)
    assert [edit[1] for edit in stored(load, cloud)] == ["ASSIGN", "IMPORT", "UNDO", "UNDO"]
    with pytest.raises(RuntimeError, match="no label edit to take back"):
        bpy.ops.latent.label_undo()


def test_what_was_named_anew_after_a_lock_is_passed_over(load: Load, cloud: Any, tmp_path: Path) -> None:
    label(load, cloud, 10, "first")
    file = tmp_path / "labels.csv"
    rows = [f"digit-{row:04d},{'second' if row < 10 else 'third'}" for row in range(12)]
    file.write_text("\n".join(["id,category", *rows]) + "\n", encoding="utf-8")
    bpy.ops.latent.import_labels(filepath=str(file))
    second = cloud.latent.categories["second"].category_id
    bpy.ops.latent.category_lock(category=second)
    bpy.ops.latent.label_undo()  # the third's two labels; of the first's nothing shows any more
    bpy.ops.latent.category_lock(category=second, lock=False)
    before = category(load, cloud).copy()
    with pytest.raises(RuntimeError, match="no label edit to take back"):
        bpy.ops.latent.label_undo()
    assert np.array_equal(category(load, cloud), before) and (before[:10] == second).all()


def test_taking_back_while_the_past_is_shown_returns_to_the_present_and_acts_there(load: Load, cloud: Any) -> None:
    scene, playback = bpy.context.scene, load("scene.playback")
    bpy.ops.latent.advance(steps=8)
    label(load, cloud, 30, "first")
    bpy.ops.latent.advance(steps=8)
    label(load, cloud, 10, "second")
    own = scene.frame_start, scene.frame_end
    bpy.ops.latent.show_history()
    scene.frame_set(scene.frame_start)  # an epoch before any label
    assert bpy.ops.latent.label_undo() == {"FINISHED"}
    assert not playback.is_history(cloud) and (scene.frame_start, scene.frame_end) == own
    assert counts(load, cloud) == [10, 30, 0], "the newest label went, whatever epoch was shown"
    bpy.ops.latent.label_undo()
    bpy.ops.latent.show_history()
    with pytest.raises(RuntimeError, match="no label edit to take back"):
        bpy.ops.latent.label_undo()
    assert playback.is_history(cloud), "where nothing is taken back, the past stays in view"


def test_the_past_plays_on_where_it_lies_after_it_was_thinned_out_to_the_limit(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=80)
    label(load, cloud, 30, "first")
    bpy.ops.latent.advance(steps=80)
    assert bpy.ops.latent.show_history() == {"FINISHED"}
    playback = load("scene.playback")
    before, last = cloud.modifiers[playback.CACHE].filepath, bpy.context.scene.frame_end
    assert "segment-0001" in before
    assert bpy.ops.latent.disk_limit(gigabytes=0.001) == {"FINISHED"}
    trainer = load("live.session").running()
    most = load("training.thinning").most_records(trainer.points, 0.001)
    bpy.ops.latent.advance(steps=60)
    assert trainer.records <= most == 23 and trainer.disk_limit == 0.001
    history = load("training.history").RunHistory(load("live.paths").resolved(cloud.latent.run_path))
    assert "segment-0002" in cloud.modifiers[playback.CACHE].filepath and playback.is_history(cloud)
    assert bpy.context.scene.frame_end == last, "over the same frames"
    read = load("training.segments").read_sample
    on_the_timeline = history.records[: cloud.latent.records]  # what came since is put there by Show History
    assert 8 < len(on_the_timeline) < 23
    for record in on_the_timeline[::3]:
        frame = cloud.latent.first_frame + record.index * cloud.latent.frames_per_record
        bpy.context.scene.frame_set(int(frame), subframe=frame - int(frame))
        shown = playback.positions_shown(cloud, bpy.context.evaluated_depsgraph_get())
        assert np.allclose(shown, read(history.positions_path, record.row), atol=1e-4)
    history.close()


def test_a_file_whose_run_was_thinned_out_elsewhere_plays_on_when_it_is_opened(load: Load, cloud: Any, tmp_path: Any) -> None:
    bpy.ops.latent.advance(steps=40)
    bpy.ops.latent.show_history()
    bpy.ops.latent.stop()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "cloud.blend"))
    run = load("live.paths").resolved(bpy.data.objects[cloud.name].latent.run_path)
    store = load("training.store").RunStore.open_run(run)
    store.thin([0, 2, store.records - 1])
    store.close()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "cloud.blend"))
    playback = load("scene.playback")
    again = next(ob for ob in bpy.data.objects if ob.latent.is_cloud)
    assert "segment-0002" in again.modifiers[playback.CACHE].filepath and again.latent.records == 3
    assert len(playback.samples(again.modifiers[playback.CACHE], 1797)) == 3


def test_the_log_lies_in_the_run_folder_and_goes_on_there_after_a_restart(load: Load, cloud: Any) -> None:
    run = load("live.paths").resolved(cloud.latent.run_path)
    log = run / "trainer.log"
    assert load("live.session").running().log_path == log and log.is_file()
    assert not list(run.parent.glob("*.log"))
    log.write_bytes(b"x" * 1_000_001)
    restart(load, cloud)
    assert load("live.session").running().log_path == log
    assert (run / "trainer.log.1").stat().st_size >= 1_000_001 and log.stat().st_size < 1_000_000
    assert bpy.ops.latent.open_log() == {"FINISHED"}
