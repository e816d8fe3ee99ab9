"""What becomes of a cloud and its labels in Save As, append, link, duplication, deletion, renaming, and in several scenes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load
from .test_live import acknowledge, category, select_first, stored


def the_cloud() -> Any:
    return next(ob for ob in bpy.data.objects if ob.latent.is_cloud)


def label(load: Load, cloud: Any, count: int, name: str) -> None:
    bpy.context.view_layer.objects.active = cloud
    select_first(load, cloud, count)
    assert bpy.ops.latent.assign(name=name) == {"FINISHED"}
    acknowledge(load)


def train(load: Load, cloud: Any) -> Any:
    """A trainer on the cloud's run, open."""
    bpy.context.view_layer.objects.active = cloud
    trainer = load("live.starting").start_existing(cloud, load("properties").preferences(bpy.context))
    load("live.blocking").wait_opened(trainer, bpy.context)
    return trainer


def tick(load: Load) -> None:
    load("live.pump").tick(load("live.session").running(), bpy.context)


def acknowledged(load: Load) -> int:
    return int(np.count_nonzero(load("live.session").running().book.acknowledged))


def saved(load: Load, cloud: Any, folder: Path) -> str:
    """The file of a cloud with nine labels, its run beside it, no trainer."""
    folder.mkdir()
    label(load, cloud, 9, "oak")
    blend = str(folder / "mine.blend")
    bpy.ops.wm.save_as_mainfile(filepath=blend)
    assert (folder / "mine.latent" / "run.sqlite").is_file()
    return blend


def test_save_as_into_another_folder_keeps_the_one_run_which_both_files_find(load: Load, cloud: Any, tmp_path: Path) -> None:
    first = saved(load, cloud, tmp_path / "a")
    (tmp_path / "b" / "deep").mkdir(parents=True)
    second = str(tmp_path / "b" / "deep" / "other.blend")
    bpy.ops.wm.save_as_mainfile(filepath=second)
    run = tmp_path / "a" / "mine.latent"
    assert load("live.paths").run_of(the_cloud()) == run, "the open file knows it at once"
    label(load, the_cloud(), 20, "elm")
    for blend in (second, first):
        bpy.ops.wm.open_mainfile(filepath=blend)
        assert load("live.paths").run_of(the_cloud()) == run, blend
        train(load, the_cloud())
        assert acknowledged(load) == 20 == np.count_nonzero(category(load, the_cloud()))
    assert not list((tmp_path / "b").rglob("run.sqlite")), "no copy was made"


def test_a_copy_of_file_and_run_in_another_folder_has_its_own_labels(load: Load, cloud: Any, tmp_path: Path) -> None:
    import shutil

    blend = saved(load, cloud, tmp_path / "a")
    bpy.ops.latent.stop()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "b" / "mine.blend"))
    assert load("live.paths").run_of(the_cloud()) == tmp_path / "b" / "mine.latent", "its own, though the first is still there"
    train(load, the_cloud())
    label(load, the_cloud(), 30, "elm")
    bpy.ops.wm.open_mainfile(filepath=blend)
    train(load, the_cloud())
    assert acknowledged(load) == 9


def test_an_appended_cloud_works_on_its_run_wherever_the_other_file_lies(load: Load, cloud: Any, tmp_path: Path) -> None:
    blend = saved(load, cloud, tmp_path / "a")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    (tmp_path / "b").mkdir()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "b" / "scene.blend"))
    bpy.ops.wm.append(directory=f"{blend}/Object/", filename="Digits")
    appended = the_cloud()
    assert appended.library is None and load("live.paths").run_of(appended) == tmp_path / "a" / "mine.latent"
    train(load, appended)
    assert acknowledged(load) == 9 == np.count_nonzero(category(load, appended))
    label(load, appended, 12, "elm")
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "b" / "scene.blend"))
    train(load, the_cloud())
    assert acknowledged(load) == 12
    bpy.ops.wm.open_mainfile(filepath=blend)  # the first file meets a run that is ahead of it
    train(load, the_cloud())
    assert "held 12 newer labels" in load("live.session").running().problem


def test_a_linked_cloud_is_shown_and_its_labels_are_left_to_its_own_file(load: Load, cloud: Any, tmp_path: Path) -> None:
    blend = saved(load, cloud, tmp_path / "a")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    bpy.ops.wm.link(directory=f"{blend}/Object/", filename="Digits")
    linked = the_cloud()
    assert linked.library is not None and load("live.paths").run_of(linked) == tmp_path / "a" / "mine.latent"
    bpy.context.view_layer.objects.active = linked
    said = load("core.errors")
    for refused, error in (
        (lambda: load("live.labels").assign(linked, np.arange(1797) < 3, 1), said.LabelError),
        (lambda: load("live.labels").new_category(linked, "elm"), said.LabelError),
        (lambda: load("live.starting").start_existing(linked, None), said.TrainerError),
    ):
        with pytest.raises(error, match=r"Digits is linked from .*mine\.blend; .* in that file, or append it to this one\."):
            refused()
    load("live.handlers").after_undo()  # with an empty file's undo steps there is nothing to go back to
    assert np.count_nonzero(load("scene.cloud").read_ints(the_cloud().data, "category")) == 9


def test_a_duplicate_is_a_copy_whatever_it_is_called_and_its_labels_reach_nobody(load: Load, cloud: Any, tmp_path: Path) -> None:
    label(load, cloud, 9, "oak")
    bpy.ops.object.select_all(action="DESELECT")
    cloud.select_set(True)
    bpy.ops.object.duplicate()
    copy = bpy.context.active_object
    assert copy != cloud and copy.latent.run_id == cloud.latent.run_id
    label(load, cloud, 40, "oak")
    copy.name = "AAA, the first by name"
    assert load("live.clouds").find(cloud.latent.run_id) == cloud
    bpy.ops.latent.advance(steps=2)
    assert acknowledged(load) == 40, "the copy's old labels took nothing back"
    with pytest.raises(load("core.errors").LabelError, match="is a copy of Digits, whose labels the run keeps; label Digits"):
        load("live.labels").assign(copy, np.arange(1797) < 3, 0)
    # what another tool writes into the copy reaches nobody either
    load("scene.cloud").write_ints(copy.data, "category", np.zeros(1797, np.int32))
    with pytest.raises(load("core.errors").LabelError, match="is a copy of Digits"):
        load("live.difference").undo_last(load("live.session").running(), copy)
    tick(load)
    acknowledge(load)
    assert acknowledged(load) == 40
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "two.blend"))
    paths = load("live.paths")
    assert len({paths.run_of(ob) for ob in load("live.clouds").own()}) == 1, "a run that moves beside its file takes all with it"
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "two.blend"))
    assert load("live.clouds").find(the_cloud().latent.run_id).name == "Digits", "also in another session"


def test_a_copy_takes_the_place_of_a_deleted_cloud_and_its_labels_are_what_the_file_says(load: Load, cloud: Any) -> None:
    label(load, cloud, 9, "oak")
    bpy.ops.object.select_all(action="DESELECT")
    cloud.select_set(True)
    bpy.ops.object.duplicate()
    copy = bpy.context.active_object
    bpy.data.objects.remove(cloud)
    tick(load)
    label(load, copy, 15, "oak")
    assert acknowledged(load) == 15


def test_a_cloud_deleted_while_it_trains_stays_deleted_is_said_and_comes_back_by_undo_with_every_label(
    load: Load, cloud: Any
) -> None:
    trainer, status = load("live.session").running(), bpy.context.window_manager.latent_status
    label(load, cloud, 9, "oak")
    trainer.paused = False
    bpy.ops.ed.undo_push(message="before")
    bpy.data.objects.remove(cloud)
    bpy.ops.ed.undo_push(message="Delete")
    tick(load)
    assert "Ctrl-Z brings it back" in status.line and str(trainer.request.run_path) in status.line
    trainer.restart()  # as after a death
    load("live.blocking").wait_until(trainer, bpy.context, lambda: trainer.life.began is not None, "the restart")
    assert not any(ob.latent.is_cloud for ob in bpy.data.objects), "nothing makes a cloud that was deleted"
    assert acknowledged(load) == 9
    assert bpy.ops.ed.undo() == {"FINISHED"}
    tick(load)
    back = the_cloud()
    assert np.count_nonzero(category(load, back)) == 9 and "deleted" not in status.line
    label(load, back, 20, "oak")
    assert acknowledged(load) == 20
    assert bpy.ops.latent.advance(steps=1) == {"FINISHED"}


def test_a_renamed_cloud_mesh_and_scene_go_on_training_and_taking_labels(load: Load, cloud: Any) -> None:
    label(load, cloud, 9, "oak")
    cloud.name, cloud.data.name, bpy.context.scene.name = "Étoiles ../x", "mesh", "Another"
    assert bpy.ops.latent.advance(steps=2) == {"FINISHED"}
    label(load, cloud, 20, "oak")
    assert acknowledged(load) == 20 and bpy.context.window_manager.latent_status.labelled == 20
    assert len(stored(load, cloud)) == 2


def test_in_two_scenes_a_label_from_either_reaches_the_run_and_a_full_copy_is_a_copy(load: Load, cloud: Any) -> None:
    first = bpy.context.scene
    other = bpy.data.scenes.new("Other")
    other.collection.objects.link(cloud)
    bpy.context.window.scene = other
    label(load, cloud, 9, "oak")
    assert bpy.ops.latent.advance(steps=2) == {"FINISHED"}
    bpy.context.window.scene = first
    label(load, cloud, 20, "oak")
    assert acknowledged(load) == 20
    assert bpy.ops.scene.new(type="FULL_COPY") == {"FINISHED"}
    full = next(ob for ob in bpy.context.scene.objects if ob.latent.is_cloud)
    assert full != cloud and load("live.clouds").original(full) == cloud
    tick(load)
    assert acknowledged(load) == 20
    bpy.data.scenes.remove(other)
    bpy.data.scenes.remove(first)  # the cloud's own scenes are gone: the copy is what is left
    tick(load)
    label(load, full, 30, "oak")
    assert acknowledged(load) == 30


def test_a_run_of_another_cloud_in_its_place_is_refused_in_a_sentence(load: Load, cloud: Any, tmp_path: Path) -> None:
    saved(load, cloud, tmp_path / "a")
    bpy.ops.latent.stop()
    the_cloud().latent.run_id = "0" * 32
    the_cloud().latent.run_place = ""
    with pytest.raises(load("core.errors").TrainerError, match=r"mine\.latent keeps the run of another cloud; find that of Digits"):
        load("live.starting").start_existing(the_cloud(), load("properties").preferences(bpy.context))
