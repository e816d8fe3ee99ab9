"""Box, brush and lasso as scripts call them, adjusted after the view has turned, and what the run keeps of them."""

from __future__ import annotations

import sqlite3
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import MODULE, Load
from .test_operators import BOX, camera, loop, selected

TOOLS = ["latent.lasso_tool", "latent.box_tool", "latent.brush_tool"]


def path(corners: Any) -> list[dict[str, Any]]:
    return [{"name": "", "loc": corner, "time": 0.0} for corner in corners]


def view_and_points(load: Load, cloud: Any) -> tuple[Any, Any, Any]:
    view = load("live.seen").camera_view(cloud, bpy.context)
    positions = load("scene.cloud").read_positions(cloud)
    return view, positions, load("core.projection").project(positions, view)


def test_a_box_selects_what_a_loop_through_its_corners_does_and_adds_and_takes_away(load: Load, cloud: Any) -> None:
    camera(load)
    loop(BOX)
    whole = selected(load, cloud).copy()
    assert bpy.ops.latent.box_select(path=path(BOX), view="CAMERA") == {"FINISHED"}
    assert 0 < whole.sum() < len(whole) and np.array_equal(selected(load, cloud), whole)
    half = ((300, 200), (500, 200), (500, 500), (300, 500))
    bpy.ops.latent.box_select(path=path(half), view="CAMERA", mode="SUBTRACT")
    assert 0 < selected(load, cloud).sum() < whole.sum()
    bpy.ops.latent.box_select(path=path(half), view="CAMERA", mode="ADD")
    assert np.array_equal(selected(load, cloud), whole)


def test_a_touch_of_the_brush_takes_a_sphere_around_the_nearest_point_under_it(load: Load, cloud: Any) -> None:
    camera(load)
    view, positions, seen = view_and_points(load, cloud)
    nearest = int(np.argmin(seen.depth))
    corner = tuple(seen.screen_xy[nearest].tolist())
    assert bpy.ops.latent.brush_select(path=path([corner]), view="CAMERA", radius=60.0) == {"FINISHED"}
    radius = 60.0 * seen.depth[nearest] / load("core.projection").pixels_per_unit(view.matrix, view.width)
    away = np.linalg.norm(positions - positions[nearest], axis=1)
    sure = np.abs(away - radius) > 1e-3
    assert 1 < selected(load, cloud).sum() < 1797
    assert np.array_equal(selected(load, cloud)[sure], (away <= radius)[sure])
    under = np.hypot(*(seen.screen_xy - corner).T) < 60
    assert selected(load, cloud).sum() < under.sum(), "what lies far behind is left alone"


def test_a_gesture_adjusted_after_the_view_turned_means_what_it_was_drawn_around(load: Load, cloud: Any) -> None:
    camera(load)
    loop(BOX)
    drawn = selected(load, cloud).copy()
    view, _positions, _seen = view_and_points(load, cloud)
    kept = {"drawn_matrix": view.matrix.ravel().tolist(), "drawn_size": (view.width, view.height)}
    bpy.context.scene.camera.location.x += 9.0
    bpy.context.scene.camera.rotation_euler.z += 1.0
    bpy.context.view_layer.update()
    loop(BOX)
    assert not np.array_equal(selected(load, cloud), drawn), "the view has turned"
    loop(BOX, **kept)
    assert np.array_equal(selected(load, cloud), drawn)
    loop(BOX, **kept, depth="SEEN")
    assert 0 < selected(load, cloud).sum() <= drawn.sum() and not (selected(load, cloud) & ~drawn).any()


def test_a_gesture_adjusted_while_the_cloud_moved_on_means_the_points_it_was_drawn_around(load: Load, cloud: Any) -> None:
    camera(load)
    loop(BOX)
    drawn = selected(load, cloud).copy()
    trainer = load("live.session").running()
    gesture = trainer.drawn.gesture_id
    data = load("scene.cloud")
    data.write_positions(cloud.data, -data.read_positions(cloud).ravel())
    loop(BOX, drawn_id=gesture)
    assert np.array_equal(selected(load, cloud), drawn)
    loop(BOX)
    assert not np.array_equal(selected(load, cloud), drawn), "a new loop means what is there now"


def test_the_run_keeps_the_box_and_the_brush_that_a_label_came_from(load: Load, cloud: Any) -> None:
    camera(load)
    view, _positions, seen = view_and_points(load, cloud)
    bpy.ops.latent.box_select(path=path(BOX), view="CAMERA")
    bpy.ops.latent.assign(name="box")
    corners = [tuple(seen.screen_xy[int(row)].tolist()) for row in np.argsort(seen.depth)[:3]]
    bpy.ops.latent.brush_select(path=path(corners), view="CAMERA", radius=30.0)
    bpy.ops.latent.assign(name="brush")
    bpy.ops.latent.advance(steps=1)
    with sqlite3.connect(load("live.paths").resolved(cloud.latent.run_path) / "run.sqlite") as run:
        rows = run.execute("SELECT source, polygon, view, viewport_width FROM edits ORDER BY number").fetchall()
    (box_source, box, box_view, box_width), (_, brush, brush_view, brush_width) = rows
    assert box_source == "SCRIPT" and np.array_equal(np.frombuffer(box, "<f4").reshape(-1, 2), BOX)
    assert np.allclose(np.frombuffer(box_view, "<f8").reshape(4, 4), view.matrix) and box_width == 1280
    spheres = np.frombuffer(brush, "<f4").reshape(-1, 4)
    assert len(spheres) == 3 and (spheres[:, 3] > 0).all() and brush_view is None and brush_width is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"path": []}, "a path of one corner or more"),
        ({"path": [{"name": "", "loc": (float("inf"), 1.0), "time": 0.0}]}, "nowhere near the view"),
    ],
)
def test_a_stroke_that_cannot_be_gets_one_sentence(load: Load, cloud: Any, settings: Any, words: str) -> None:
    camera(load)
    with pytest.raises(RuntimeError, match=words):
        bpy.ops.latent.brush_select(view="CAMERA", **settings)


def test_the_three_tools_are_one_group_that_comes_and_goes_with_the_extension(load: Load) -> None:
    from bl_ui.space_toolsystem_common import ToolSelectPanelHelper

    def groups() -> list[list[str]]:
        tools = ToolSelectPanelHelper._tool_class_from_space_type("VIEW_3D")._tools["OBJECT"]
        names = [[getattr(tool, "idname", "") for tool in item] for item in tools if isinstance(item, tuple)]
        return [group for group in names if any(name.startswith("latent.") for name in group)]

    assert groups() == [TOOLS]
    bpy.ops.preferences.addon_disable(module=MODULE)
    assert groups() == []
    bpy.ops.preferences.addon_enable(module=MODULE)
    assert groups() == [TOOLS]


def test_what_is_not_selected_turns_grey_in_material_preview_as_well(load: Load) -> None:
    data, nodes, materials = load("scene.cloud"), load("scene.nodes"), load("scene.materials")
    numbers = np.arange(3, dtype=np.int32)
    places = np.eye(3, dtype=np.float32)
    cloud = data.create_cloud("grey", numbers, places, numbers * 0 - 1, bpy.context.scene.collection)
    materials.dress(cloud, None)
    known = [load("core.categories").Category(1, "red", (0.8, 0.1, 0.1))]
    materials.write_palette(cloud, load("core.palette").table(known))
    data.write_ints(cloud.data, "shown_category", numbers * 0 + 1)
    data.write_ints(cloud.data, "category", numbers * 0 + 1)
    nodes.set_input(cloud, "Shape", "Points")

    def colours() -> Any:
        cloud.update_tag()
        for instance in bpy.context.evaluated_depsgraph_get().object_instances:
            if isinstance(instance.object.data, bpy.types.PointCloud):
                found = np.empty(12, np.float32)
                instance.object.data.attributes["colour"].data.foreach_get("color", found)
                return found.reshape(3, 4)[:, :3]
        raise AssertionError("no points are drawn")

    plain = colours().copy()
    data.write_bools(cloud.data, "selected", numbers == 1)
    after = colours()
    assert np.allclose(after[1], plain[1] + (1 - plain[1]) * nodes.SELECTED_LIGHT, atol=1e-4)
    for row in (0, 2):
        assert np.allclose(after[row], plain[row] + (nodes.GREY - plain[row]) * nodes.GREYED, atol=1e-4)
        assert after[row][0] > 2 * after[row][1], "its colour can still be told"
    data.write_bools(cloud.data, "selected", numbers < 0)
    assert np.allclose(colours(), plain, atol=1e-6), "nothing is selected: nothing is grey"
