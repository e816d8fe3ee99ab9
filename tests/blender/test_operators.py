"""The operators as scripts and buttons call them: what they do, and the sentence a mistake gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import MODULE, Load

BOX = ((300, 200), (700, 200), (700, 500), (300, 500))


def camera(load: Load) -> None:
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = 1280, 720
    load("scene.camera").ensure_camera(scene, 10.0, False, 1, 2)
    bpy.context.view_layer.update()


def loop(corners: tuple[tuple[float, float], ...], **settings: Any) -> set[str]:
    path = [{"name": "", "loc": corner, "time": 0.0} for corner in corners]
    return bpy.ops.latent.lasso_select(path=path, view="CAMERA", **settings)


def selected(load: Load, cloud: Any) -> Any:
    return load("scene.cloud").read_bools(cloud.data, "selected")


def pixel_of(cloud: Any, row: int) -> tuple[float, float]:
    """Where Blender itself sees a point through the camera."""
    from bpy_extras.object_utils import world_to_camera_view

    scene = bpy.context.scene
    seen = world_to_camera_view(scene, scene.camera, cloud.matrix_world @ cloud.data.vertices[row].co)
    return seen.x * scene.render.resolution_x, seen.y * scene.render.resolution_y


def test_a_loop_through_the_camera_selects_what_blender_sees_in_it(load: Load, cloud: Any) -> None:
    camera(load)
    cloud.location, cloud.rotation_euler, cloud.scale = (1.0, 2.0, -1.0), (0.3, 0.2, 1.0), (1.5, 1.5, 1.5)
    bpy.context.scene.camera.data.shift_x = 0.12
    bpy.context.view_layer.update()
    assert loop(BOX) == {"FINISHED"}
    expected = np.array([
        300 < x < 700 and 200 < y < 500 for x, y in (pixel_of(cloud, row) for row in range(1797))
    ])
    assert expected.any() and not expected.all()
    assert np.count_nonzero(selected(load, cloud) != expected) == 0


def test_modes_add_and_take_away(load: Load, cloud: Any) -> None:
    camera(load)
    loop(BOX)
    whole = selected(load, cloud).copy()
    left = ((300, 200), (500, 200), (500, 500), (300, 500))
    loop(left, mode="SUBTRACT")
    right_only = selected(load, cloud).copy()
    assert 0 < right_only.sum() < whole.sum()
    loop(left, mode="ADD")
    assert np.array_equal(selected(load, cloud), whole)


def test_only_what_is_seen_from_here_is_less_than_all(load: Load, cloud: Any) -> None:
    camera(load)
    load("scene.nodes").set_input(cloud, "Point Size", 0.8)
    loop(BOX)
    everything = selected(load, cloud).sum()
    loop(BOX, depth="SEEN")
    assert 0 < selected(load, cloud).sum() < everything


def test_categories_are_made_renamed_merged_and_deleted_with_their_points_told(load: Load, cloud: Any) -> None:
    load("live.labels").set_selected(cloud, np.arange(1797) < 10)
    bpy.ops.latent.assign(name="a")
    load("live.labels").set_selected(cloud, (np.arange(1797) >= 10) & (np.arange(1797) < 30))
    bpy.ops.latent.assign(name="b")
    a, b = (item.category_id for item in cloud.latent.categories)
    assert [item.count for item in cloud.latent.categories] == [10, 20]
    bpy.ops.latent.category_rename(category=a, name="c")
    assert [(item.name, item.category_id) for item in cloud.latent.categories] == [("c", a), ("b", b)]
    bpy.ops.latent.category_merge(category=b, into=a)
    assert [(item.name, item.count) for item in cloud.latent.categories] == [("c", 30)]
    bpy.ops.latent.category_delete(category=a)
    assert not load("scene.cloud").read_ints(cloud.data, "category").any()
    bpy.ops.latent.category_new(name="new")
    assert cloud.latent.categories[0].category_id > b, "numbers are never reused"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: bpy.ops.latent.assign(name="x"), "No point is selected"),
        (lambda: bpy.ops.latent.category_new(name="  "), "Give the category a name"),
        (lambda: bpy.ops.latent.category_merge(category=1, into=1), "two categories to merge"),
        (lambda: loop(((1, 1), (2, 2))), "encloses nothing"),
        (lambda: loop(BOX, depth="RANGE", near=5.0, far=1.0), "swap them"),
        (lambda: bpy.ops.latent.open_dataset(filepath="/nowhere/at.npz", wait=True), "nothing at /nowhere"),
        (lambda: bpy.ops.latent.show_history(), "no recorded epoch|train"),
    ],
)
def test_a_mistake_gets_one_sentence(load: Load, cloud: Any, call: Any, words: str) -> None:
    camera(load)
    with pytest.raises(RuntimeError, match=words):
        call()


def test_a_failed_opening_leaves_the_scene_as_it_was(load: Load, tmp_path: Path) -> None:
    bad = tmp_path / "bad.npz"
    np.savez(bad, x=np.array([[1.0, np.nan], [1.0, 2.0]]))
    objects, groups = set(bpy.data.objects), set(bpy.data.node_groups)
    with pytest.raises(RuntimeError, match=r"bad\.npz: x holds nan in row 0, column 1"):
        bpy.ops.latent.open_dataset(filepath=str(bad), wait=True)
    assert set(bpy.data.objects) == objects and set(bpy.data.node_groups) == groups
    assert not list((tmp_path / "runs").glob("**/run.sqlite"))


def test_bad_data_leaves_the_trainer_and_its_cloud_going_on(load: Load, cloud: Any, tmp_path: Path) -> None:
    trainer = load("live.session").running()
    bpy.ops.latent.advance(steps=2)
    with pytest.raises(RuntimeError, match="nothing at"):
        bpy.ops.latent.open_dataset(filepath=str(tmp_path / "gone.npz"), wait=True)
    assert load("live.session").running() is trainer and trainer.client.alive
    assert "nothing at" in trainer.problem
    labels = load("live.labels")
    labels.set_selected(cloud, np.arange(1797) < 5)
    bpy.ops.latent.assign(name="still here")
    bpy.ops.latent.advance(steps=2)
    assert trainer.step == 4 and trainer.book.acknowledged_count == 5


def test_good_data_takes_the_place_of_the_trainer_before(load: Load, cloud: Any, tmp_path: Path) -> None:
    before = load("live.session").running()
    np.savez(tmp_path / "good.npz", x=np.random.default_rng(0).normal(size=(40, 4)))
    assert bpy.ops.latent.open_dataset(filepath=str(tmp_path / "good.npz"), wait=True) == {"FINISHED"}
    now = load("live.session").running()
    assert now is not before and now.points == 40 and not before.client.alive
    assert bpy.context.active_object is not cloud and len(bpy.context.active_object.data.vertices) == 40
    # the first cloud is still there, with its run: it trains again when it is asked to
    bpy.context.view_layer.objects.active = cloud
    assert (load("live.paths").resolved(cloud.latent.run_path) / "run.sqlite").is_file()


def test_labels_that_come_with_the_data_become_categories(load: Load, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "mine.npz"
    np.savez(path, x=rng.normal(size=(60, 5)), y=np.array(["cat", "", "dog"] * 20))
    assert bpy.ops.latent.open_dataset(filepath=str(path), wait=True) == {"FINISHED"}
    cloud = bpy.context.active_object
    assert [(c.name, c.count) for c in cloud.latent.categories] == [("cat", 20), ("dog", 20)]


def test_a_python_that_is_not_there_is_named(load: Load) -> None:
    module = "bl_ext.user_default.latent_lasso"
    bpy.context.preferences.addons[module].preferences.trainer_python = "/nowhere/python"
    with pytest.raises(RuntimeError, match="no Python at /nowhere/python"):
        bpy.ops.latent.open_dataset(kind="digits", wait=True)


def test_numbers_and_names_assign_what_a_loop_selected(load: Load, cloud: Any) -> None:
    labels = load("live.labels")
    mask = np.zeros(len(cloud.data.vertices), dtype=bool)
    mask[:30] = True
    labels.set_selected(cloud, mask)
    with pytest.raises(RuntimeError, match="no category 1, it ends at 0"):
        bpy.ops.latent.assign_number(number=1)
    with pytest.raises(RuntimeError, match="Type a name"):
        bpy.ops.latent.name_selection(name="  ")
    assert bpy.ops.latent.name_selection(name="round") == {"FINISHED"}
    mask[:10] = False
    labels.set_selected(cloud, mask)
    assert bpy.ops.latent.name_selection(name="narrow") == {"FINISHED"}
    assert bpy.ops.latent.assign_number(number=1) == {"FINISHED"}
    found = labels.read(cloud)
    first = cloud.latent.categories[0]
    assert first.name == "round" and (found[:30] == first.category_id).all() and not found[30:].any()


def test_the_lasso_tool_comes_and_goes_with_the_extension(load: Load) -> None:
    from bl_ui.space_toolsystem_common import ToolSelectPanelHelper

    def there() -> bool:
        helper = ToolSelectPanelHelper._tool_class_from_space_type("VIEW_3D")
        tools = helper._tools_flatten(helper._tools["OBJECT"])
        return any(tool is not None and tool.idname == "latent.lasso_tool" for tool in tools)

    assert there()
    bpy.ops.preferences.addon_disable(module=MODULE)
    assert not there()
    bpy.ops.preferences.addon_enable(module=MODULE)
    assert there()


def test_a_name_that_is_typed_is_assigned_at_once_as_one_step_of_undo(load: Load, cloud: Any) -> None:
    status, name = bpy.context.window_manager.latent_status, cloud.name
    load("live.labels").set_selected(cloud, np.arange(1797) < 9)
    bpy.ops.ed.undo_push(message="before")
    status.naming = "  round "
    assert status.naming == "" and [(c.name, c.count) for c in cloud.latent.categories] == [("round", 9)]
    bpy.ops.ed.undo()
    assert not len(bpy.data.objects[name].latent.categories)
    bpy.ops.ed.redo()
    assert [(c.name, c.count) for c in bpy.data.objects[name].latent.categories] == [("round", 9)]
    status.naming = "   "
    load("live.labels").set_selected(bpy.data.objects[name], np.zeros(1797, dtype=bool))
    status.naming = "narrow"  # nothing is selected: refused, and nothing is made
    assert [c.name for c in bpy.data.objects[name].latent.categories] == ["round"]
