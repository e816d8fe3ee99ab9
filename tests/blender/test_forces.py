"""Forces and layers in Blender: measured on what is selected, written to the mesh for arrows, and the layer that is shown."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load

NAMES = ["force_attract", "force_guessed", "force_neighbours", "force_repel", "force_room", "force_sum", "motion"]


def vectors(load: Load, cloud: Any) -> dict[str, Any]:
    return {name: load("scene.cloud").read_vectors(cloud.data, name) for name in NAMES}


def select(load: Load, cloud: Any, rows: list[int]) -> None:
    mask = np.zeros(len(cloud.data.vertices), dtype=bool)
    mask[rows] = True
    load("live.labels").set_selected(cloud, mask)


def positions(load: Load, cloud: Any) -> Any:
    return load("scene.cloud").read_positions(cloud).copy()


def label_and_train(load: Load, cloud: Any) -> None:
    select(load, cloud, list(range(20)))
    bpy.ops.latent.assign(name="first")
    bpy.ops.latent.advance(steps=5)


def test_forces_on_selected_points_are_written_to_the_mesh_and_zero_elsewhere(load: Load, cloud: Any) -> None:
    label_and_train(load, cloud)
    rows = [3, 5, 900, 1796]
    select(load, cloud, rows)
    assert bpy.ops.latent.measure_forces() == {"FINISHED"}
    bpy.ops.latent.advance(steps=1)
    found = vectors(load, cloud)
    for name in ("force_sum", "force_room", "force_neighbours", "motion"):
        assert np.flatnonzero(found[name].any(axis=1)).tolist() == rows, name
    assert set(np.flatnonzero(found["force_attract"].any(axis=1))) >= {3, 5}
    parts = sum(found[f"force_{term}"] for term in ("attract", "repel", "neighbours", "room"))
    assert np.allclose(parts, found["force_sum"], atol=1e-6)
    attribute = cloud.data.attributes["force_sum"]
    assert (attribute.data_type, attribute.domain) == ("FLOAT_VECTOR", "POINT")
    text = bpy.context.window_manager.latent_status.forces
    assert "mean over 4 points" in text and "Attract" in text and "cosine" in text
    assert "Gradient of to_z.2" in text and "p_head pulls at no place" in text


def test_without_a_selection_a_seeded_sample_is_measured_and_asking_does_not_move_the_cloud(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=3)
    before = positions(load, cloud)
    bpy.ops.latent.select_none()
    seen = []
    for _ in range(2):
        assert bpy.ops.latent.measure_forces() == {"FINISHED"}
        load("live.pump").tick(load("live.session").running(), bpy.context)
        seen.append(vectors(load, cloud)["force_sum"])
    assert np.count_nonzero(seen[0].any(axis=1)) == 300 and np.array_equal(seen[0], seen[1])
    assert np.array_equal(positions(load, cloud), before)


def test_forces_come_back_after_an_undo_and_follow_points_that_were_deleted(load: Load, cloud: Any) -> None:
    import bmesh

    bpy.ops.latent.advance(steps=2)
    bpy.ops.ed.undo_push(message="before")
    select(load, cloud, [1000])
    bpy.ops.ed.undo_push(message="selected")
    assert bpy.ops.latent.measure_forces() == {"FINISHED"}
    trainer, name = load("live.session").running(), cloud.name
    bpy.ops.ed.undo()
    cloud = bpy.data.objects[name]
    load("live.pump").tick(trainer, bpy.context)
    assert np.flatnonzero(vectors(load, cloud)["motion"].any(axis=1)).tolist() == [1000]
    mesh = bmesh.new()
    mesh.from_mesh(cloud.data)
    mesh.verts.ensure_lookup_table()
    bmesh.ops.delete(mesh, geom=mesh.verts[:100], context="VERTS")
    mesh.to_mesh(cloud.data)
    mesh.free()
    trainer.reconcile_needed = True
    select(load, cloud, [900])
    assert bpy.ops.latent.measure_forces() == {"FINISHED"}
    load("live.pump").tick(trainer, bpy.context)
    assert trainer.measured.samples.tolist() == [1000]
    assert np.flatnonzero(vectors(load, cloud)["motion"].any(axis=1)).tolist() == [900]


def test_without_a_trainer_nothing_is_measured(load: Load, cloud: Any) -> None:
    bpy.ops.latent.stop()
    with pytest.raises(RuntimeError, match="No trainer is running"):
        bpy.ops.latent.measure_forces()


def test_the_cloud_shows_another_layer_says_so_and_records_the_room(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=8)
    room = positions(load, cloud)
    trainer, blocking = load("live.session").running(), load("live.blocking")
    cloud.latent.layer = "p"
    blocking.wait_until(trainer, bpy.context, lambda: trainer.layer == "p", "the layer", 600.0)
    blocking.show_now(trainer)
    shown = positions(load, cloud)
    assert np.abs(shown - room).max() > 0.5 and np.abs(shown).max() <= 10.0 + 1e-4
    load("live.pump").tick(trainer, bpy.context)
    assert "shows p" in bpy.context.window_manager.latent_status.sentence
    bpy.ops.latent.save_checkpoint()
    history = load("training.history").RunHistory(load("live.paths").resolved(cloud.latent.run_path))
    last = load("training.segments").read_sample(history.positions_path, history.records[-1].row)
    assert history.records[-1].step == 8 and np.allclose(last, room, atol=1e-5)
    cloud.latent.layer = "z"
    blocking.wait_until(trainer, bpy.context, lambda: trainer.layer == "z", "the room", 600.0)
    blocking.show_now(trainer)
    assert np.allclose(positions(load, cloud), room, atol=1e-5)


def test_a_loop_takes_what_is_shown_and_undo_writes_the_shown_layer_back(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=4)
    trainer, blocking, name = load("live.session").running(), load("live.blocking"), cloud.name
    bpy.ops.ed.undo_push(message="before")
    cloud.latent.layer = "h"
    bpy.ops.ed.undo_push(message="h")
    blocking.wait_until(trainer, bpy.context, lambda: trainer.layer == "h", "the layer", 600.0)
    blocking.show_now(trainer)
    shown = positions(load, cloud)
    assert np.array_equal(load("live.seen").positions(cloud, bpy.context), shown)
    select(load, cloud, [1])
    bpy.ops.ed.undo_push(message="selected")
    bpy.ops.ed.undo()
    cloud = bpy.data.objects[name]
    assert cloud.latent.layer == "h" and np.array_equal(positions(load, cloud), shown)


def test_a_trainer_that_was_restarted_shows_the_layer_again(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=2)
    cloud.latent.layer = "p"
    bpy.ops.latent.stop()
    assert bpy.ops.latent.advance(steps=2) == {"FINISHED"}
    trainer = load("live.session").running()
    load("live.blocking").wait_until(trainer, bpy.context, lambda: trainer.layer == "p", "the layer", 600.0)
