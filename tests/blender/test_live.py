"""A real trainer behind a real cloud: labels travel by difference, nothing acknowledged is lost, history plays."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load


def category(load: Load, cloud: Any) -> Any:
    return load("scene.cloud").read_ints(cloud.data, "category")


def select_first(load: Load, cloud: Any, count: int) -> None:
    mask = np.arange(len(cloud.data.vertices)) < count
    load("live.labels").set_selected(cloud, mask)


def stored(load: Load, cloud: Any) -> list[tuple[str, str, Any, Any]]:
    path = Path(load("live.paths").resolved(cloud.latent.run_path)) / "run.sqlite"
    with sqlite3.connect(path) as run:
        rows = run.execute("SELECT source, mode, samples, new FROM edits ORDER BY number").fetchall()
    return [(s, m, np.frombuffer(a, "<i4"), np.frombuffer(b, "<i4")) for s, m, a, b in rows]


def acknowledge(load: Load) -> None:
    load("live.blocking").wait_acknowledged(load("live.session").running(), bpy.context)


def test_the_digits_open_as_a_cloud_with_pictures_inside_the_room(load: Load, cloud: Any) -> None:
    positions = load("scene.cloud").read_positions(cloud)
    assert positions.shape == (1797, 3)
    assert np.abs(positions).max() <= 10.0
    assert not category(load, cloud).any(), "the digits come without labels"
    assert load("scene.nodes").get_input(cloud, "Shape") == "Pictures"


def test_a_label_reaches_the_disk_and_the_cloud_moves(load: Load, cloud: Any) -> None:
    select_first(load, cloud, 30)
    before = load("scene.cloud").read_positions(cloud).copy()
    assert bpy.ops.latent.assign(name="first") == {"FINISHED"}
    assert bpy.ops.latent.advance(steps=12) == {"FINISHED"}
    book = load("live.session").running().book
    assert (book.sent_count, book.acknowledged_count) == (30, 30)
    edits = stored(load, cloud)
    assert len(edits) == 1 and edits[0][2].tolist() == list(range(30))
    after = load("scene.cloud").read_positions(cloud)
    assert np.median(np.linalg.norm(after - before, axis=1)) > 0.05


def test_undo_in_blender_becomes_an_edit_of_the_run(load: Load, cloud: Any) -> None:
    bpy.ops.ed.undo_push(message="before")
    select_first(load, cloud, 9)
    bpy.ops.latent.assign(name="first")
    bpy.ops.ed.undo_push(message="after")
    acknowledge(load)
    name = cloud.name
    bpy.ops.ed.undo()
    cloud = bpy.data.objects[name]
    assert not category(load, cloud).any()
    trainer = load("live.session").running()
    load("live.pump").tick(trainer, bpy.context)
    acknowledge(load)
    assert not trainer.book.acknowledged.any()
    assert len(stored(load, cloud)) == 2


def test_a_label_given_right_after_an_undo_is_an_edit_of_its_own_and_taking_it_back_leaves_the_undo(load: Load, cloud: Any) -> None:
    bpy.ops.ed.undo_push(message="before")
    select_first(load, cloud, 9)
    bpy.ops.latent.assign(name="first")
    bpy.ops.ed.undo_push(message="after")
    name = cloud.name
    bpy.ops.ed.undo()
    cloud = bpy.data.objects[name]
    select_first(load, cloud, 5)
    bpy.ops.latent.assign(name="second")  # no tick came between
    assert [len(edit.samples) for edit in load("live.session").running().book.history] == [9, 9, 5]
    assert bpy.ops.latent.label_undo() == {"FINISHED"}
    assert not category(load, cloud).any()


def test_taking_back_a_label_appends_its_inverse(load: Load, cloud: Any) -> None:
    select_first(load, cloud, 5)
    bpy.ops.latent.assign(name="first")
    assert bpy.ops.latent.label_undo() == {"FINISHED"}
    acknowledge(load)
    edits = stored(load, cloud)
    assert [edit[1] for edit in edits] == ["ASSIGN", "UNDO"]
    assert not edits[1][3].any()
    with pytest.raises(RuntimeError, match="no label edit"):
        bpy.ops.latent.label_undo()


def test_a_scrub_through_the_whole_run_makes_no_edit_and_shows_what_was_recorded(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=16)
    select_first(load, cloud, 40)
    bpy.ops.latent.assign(name="first")
    bpy.ops.latent.advance(steps=24)
    assert bpy.ops.latent.show_history() == {"FINISHED"}
    trainer, scene = load("live.session").running(), bpy.context.scene
    edits, labels = trainer.book.sent_count, category(load, cloud).copy()
    history = load("training.history").RunHistory(load("live.paths").resolved(cloud.latent.run_path))
    read = load("training.segments").read_sample
    for record in history.records:
        scene.frame_set(**frame_of(cloud, record.index))
        shown = load("scene.playback").positions_shown(cloud, bpy.context.evaluated_depsgraph_get())
        assert np.allclose(shown, read(history.positions_path, record.row), atol=1e-5)
        load("live.pump").tick(trainer, bpy.context)
    assert trainer.book.sent_count == edits
    assert np.array_equal(category(load, cloud), labels)
    assert [marker.name for marker in scene.timeline_markers] == ["◆ +40 first"]


def frame_of(cloud: Any, record: int) -> dict[str, Any]:
    frame = cloud.latent.first_frame + record * cloud.latent.frames_per_record
    return {"frame": int(frame), "subframe": frame - int(frame)}


def test_the_modifiers_play_positions_and_colours_without_any_handler(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=8)
    select_first(load, cloud, 1797)
    bpy.ops.latent.assign(name="all")
    bpy.ops.latent.advance(steps=16)
    bpy.ops.latent.stop()
    bpy.ops.latent.show_history()
    load("scene.nodes").set_input(cloud, "Shape", "Points")
    for handlers in (bpy.app.handlers.frame_change_pre, bpy.app.handlers.frame_change_post):
        assert not [h for h in handlers if "latent" in getattr(h, "__module__", "")], "nothing may help"
    history = load("training.history").RunHistory(load("live.paths").resolved(cloud.latent.run_path))
    seen = []
    for record in (history.records[0], history.records[-1]):
        bpy.context.scene.frame_set(**frame_of(cloud, record.index))
        points = evaluated_points(cloud)
        expected = load("training.segments").read_sample(history.positions_path, record.row)
        assert np.allclose(points["position"], expected, atol=1e-4)
        seen.append(points["shown_category"])
    assert not seen[0].any() and np.all(seen[1] == 1)


def evaluated_points(cloud: Any) -> dict[str, Any]:
    """Positions and shown categories of the evaluated points, as a render takes them."""
    for instance in bpy.context.evaluated_depsgraph_get().object_instances:
        data = instance.object.data
        if instance.object.original == cloud and isinstance(data, bpy.types.PointCloud):
            count = len(data.points)
            positions, categories = np.empty(count * 3, np.float32), np.empty(count, np.int32)
            data.attributes["position"].data.foreach_get("vector", positions)
            data.attributes["shown_category"].data.foreach_get("value", categories)
            return {"position": positions.reshape(-1, 3), "shown_category": categories}
    raise AssertionError("the cloud evaluates to no points")


def test_the_first_save_moves_the_run_beside_the_blend_with_every_label(load: Load, cloud: Any, tmp_path: Path) -> None:
    select_first(load, cloud, 11)
    bpy.ops.latent.assign(name="first")
    old = load("live.paths").resolved(cloud.latent.run_path)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "mine.blend"))
    new = load("live.paths").resolved(bpy.context.active_object.latent.run_path)
    assert new == tmp_path / "mine.latent" and (new / "run.sqlite").is_file()
    assert not old.exists()
    assert np.count_nonzero(load("live.session").running().book.acknowledged) == 11
    assert bpy.ops.latent.advance(steps=2) == {"FINISHED"}


def test_an_older_file_meets_a_newer_run_and_no_label_is_lost(load: Load, cloud: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "mine.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    cloud = bpy.context.active_object
    select_first(load, cloud, 13)
    bpy.ops.latent.assign(name="later")
    acknowledge(load)
    bpy.ops.wm.open_mainfile(filepath=path)  # not saved: the file knows nothing of it
    cloud = next(ob for ob in bpy.data.objects if ob.latent.is_cloud)
    bpy.context.view_layer.objects.active = cloud
    assert not category(load, cloud).any()
    assert bpy.ops.latent.advance(steps=1) == {"FINISHED"}
    assert np.count_nonzero(category(load, cloud)) == 13
    assert [c.name for c in cloud.latent.categories] == ["later"]


def test_points_deleted_in_edit_mode_do_not_shift_labels(load: Load, cloud: Any) -> None:
    import bmesh

    mesh = bmesh.new()
    mesh.from_mesh(cloud.data)
    mesh.verts.ensure_lookup_table()
    bmesh.ops.delete(mesh, geom=mesh.verts[:100], context="VERTS")
    mesh.to_mesh(cloud.data)
    mesh.free()
    load("live.session").running().reconcile_needed = True
    mask = np.zeros(1697, dtype=bool)
    mask[:4] = True
    load("live.labels").set_selected(cloud, mask)
    bpy.ops.latent.assign(name="kept")
    assert bpy.ops.latent.advance(steps=4) == {"FINISHED"}
    assert stored(load, cloud)[-1][2].tolist() == [100, 101, 102, 103]
