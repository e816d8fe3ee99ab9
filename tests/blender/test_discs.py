"""While discs are drawn in the headset the nodes show nothing in viewports: no more than that may change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import MODULE, Load
from .test_arrows import drawn as arrows
from .test_arrows import measure
from .test_forces import label_and_train, select
from .test_hiding import drawn
from .test_operators import camera


def shown_points(cloud: Any) -> Any:
    """(K, 4): places and sizes of the points that the nodes show in viewports."""
    geometry = cloud.evaluated_get(bpy.context.evaluated_depsgraph_get()).evaluated_geometry()
    points = geometry.pointcloud.points
    found = np.empty((len(points), 4), dtype=np.float32)
    flat = np.empty(len(points) * 3, dtype=np.float32)
    geometry.pointcloud.attributes["position"].data.foreach_get("vector", flat)
    radius = np.empty(len(points), dtype=np.float32)
    geometry.pointcloud.attributes["radius"].data.foreach_get("value", radius)
    found[:, :3], found[:, 3] = flat.reshape(-1, 3), radius
    return found


def test_the_nodes_leave_viewports_to_the_discs_with_their_box_and_their_arrows(load: Load, cloud: Any) -> None:
    nodes, data, discs = load("scene.nodes"), load("scene.cloud"), load("scene.discs")
    label_and_train(load, cloud)
    select(load, cloud, [3, 5, 900, 1796])
    measure(load, cloud)
    before = arrows(cloud, "Room")
    assert drawn(cloud) == 1797 and len(before) == 4
    assert discs.leave(True) == 1
    left, places = shown_points(cloud), data.read_positions(cloud)
    assert len(left) == 4 + 8 and not left[:, 3].any(), "what carries arrows and the box around all, without size"
    assert np.allclose(left[:, :3].min(0), places.min(0), atol=1e-5) and np.allclose(left[:, :3].max(0), places.max(0), atol=1e-5)
    assert np.allclose(arrows(cloud, "Room"), before), "arrows find their points"
    for shape in ("Points", "Pictures", "Cards", "Spheres"):
        nodes.set_input(cloud, "Shape", shape)
        assert drawn(cloud) == 12, shape
    assert discs.leave(True) == 0, "nothing is written twice"
    assert discs.leave(False) == 1 and drawn(cloud) == 1797


def test_no_file_holds_it_and_undo_does_not_bring_it_back(load: Load, cloud: Any, tmp_path: Path) -> None:
    discs, name = load("scene.discs"), cloud.name
    bpy.ops.ed.undo_push(message="before")
    discs.leave(True)
    bpy.ops.ed.undo_push(message="while discs are drawn")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"), copy=True)
    assert drawn(cloud) == 1797, "a file is saved as it is without a headset"
    bpy.ops.ed.undo_push(message="after")
    bpy.ops.ed.undo()
    assert drawn(bpy.data.objects[name]) == 1797, "no session runs: undo to a moment with one shows all"
    discs.leave(True)
    assert drawn(bpy.data.objects[name]) == 8
    bpy.ops.preferences.addon_disable(module=MODULE)
    assert drawn(bpy.data.objects[name]) == 1797


def test_a_render_shows_every_point_whatever_viewports_show(load: Load, cloud: Any, tmp_path: Path) -> None:
    scene = bpy.context.scene
    camera(load)
    scene.render.engine, scene.render.resolution_x, scene.render.resolution_y = "BLENDER_WORKBENCH", 160, 120
    scene.display.render_aa, scene.render.filepath = "OFF", str(tmp_path / "seen.png")
    pictures = []
    for alone in (False, True):
        load("scene.discs").leave(alone)
        bpy.ops.render.render(write_still=True)
        image = bpy.data.images.load(scene.render.filepath)
        pictures.append(np.array(image.pixels[:]))
        bpy.data.images.remove(image)
    assert pictures[0].std() > 0.02, "the cloud is in the picture"
    assert np.array_equal(*pictures)


@pytest.fixture
def worn(load: Load, cloud: Any) -> Iterator[Any]:
    """What a session has, without one: the cloud's points may be shown ahead of its mesh."""
    viewport, discs = load("scene.viewport"), load("scene.discs")
    viewport.wear(True)
    discs.leave(True)
    yield viewport.eyes()
    viewport.wear(False)
    discs.leave(False)


def test_what_is_shown_ahead_of_a_mesh_that_may_not_be_written_waits_for_its_turn(load: Load, cloud: Any, worn: Any) -> None:
    ahead, data = load("scene.ahead"), load("scene.cloud")
    there = data.read_positions(cloud)
    assert ahead.show(cloud, (there + 1.0).ravel())
    assert np.allclose(ahead.place(cloud, 7), there[7] + 1.0, atol=1e-5), "one point, without the others"
    bpy.ops.object.mode_set(mode="EDIT")
    ahead.settle(at_once=True)
    bpy.ops.object.mode_set(mode="OBJECT")
    assert np.array_equal(data.read_positions(cloud), there), "Edit Mode has the mesh to itself"
    ahead.settle(at_once=True)
    assert np.allclose(data.read_positions(cloud), there + 1.0, atol=1e-5) and not worn.live
    assert np.allclose(ahead.place(cloud, 7), there[7] + 1.0, atol=1e-5)


def test_a_desk_that_draws_with_every_frame_still_gets_its_turn(load: Load, cloud: Any, worn: Any) -> None:
    always = load("scene.eyes").ALWAYS
    for frame in range(2 * always):
        now = 0.02 * (frame + 1)
        worn.drawn(now, in_headset=False)
        worn.drawn(now, in_headset=True)
        worn.drawn(now + 0.001, in_headset=True)
    assert worn.may_show_desk(10.0) and not worn.may_show_desk(10.01)
