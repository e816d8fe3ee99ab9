"""Hidden points: not drawn by the nodes nor with `gpu`, not taken by a loop, not selected, whatever hides them."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from .conftest import Load
from .test_operators import BOX, camera, loop, selected


def drawn(cloud: Any) -> int:
    """How many points the nodes show."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    geometry = cloud.evaluated_get(depsgraph).evaluated_geometry()
    if geometry.pointcloud:
        return len(geometry.pointcloud.points)
    return sum(i.is_instance and i.parent.original == cloud for i in depsgraph.object_instances)


def named(load: Load, cloud: Any) -> Any:
    """(N,) int32: the first 300 points are "a", the next 200 "b"."""
    labels = load("live.labels")
    given = np.zeros(len(cloud.data.vertices), dtype=np.int32)
    given[:300], given[300:500] = labels.new_category(cloud, "a"), labels.new_category(cloud, "b")
    labels.write(cloud, given)
    return given


def test_what_a_category_or_a_filter_hides_is_neither_drawn_nor_taken(load: Load, cloud: Any) -> None:
    camera(load)
    hiding, colours, scene_cloud = load("live.hiding"), load("scene.colours"), load("scene.cloud")
    named(load, cloud)
    loop(BOX)
    whole = selected(load, cloud)
    assert 0 < whole[:300].sum() < whole.sum()
    assert hiding.refresh(cloud) == 0 and "hidden" not in cloud.data.attributes
    cloud.latent.categories[0].hidden = True
    assert hiding.refresh(cloud) == 300
    assert np.array_equal(selected(load, cloud), whole & (np.arange(1797) >= 300)), "what is hidden is let go of"
    filtered = np.arange(1797) >= 1000
    scene_cloud.write_bools(cloud.data, "filtered", filtered)
    assert hiding.refresh(cloud) == 300 + 797
    seen = (np.arange(1797) >= 300) & ~filtered
    loop(BOX)
    assert np.array_equal(selected(load, cloud), whole & seen)
    bpy.ops.latent.select_none(action="INVERT")
    assert np.array_equal(selected(load, cloud), ~whole & seen)
    assert np.array_equal(colours.of_points(cloud)[:, 3] > 0, seen)
    for shape in ("Spheres", "Points"):
        load("scene.nodes").set_input(cloud, "Shape", shape)
        assert drawn(cloud) == 700
    cloud.data.attributes.remove(cloud.data.attributes["filtered"])
    cloud.latent.categories[0].hidden = False
    assert hiding.refresh(cloud) == 0 and drawn(cloud) == 1797


def test_solo_shows_a_category_alone_also_after_more_is_labelled(load: Load, cloud: Any) -> None:
    hiding, labels = load("live.hiding"), load("live.labels")
    given = named(load, cloud)
    cloud.latent.categories[1].solo = True
    assert hiding.refresh(cloud) == 1797 - 200 and not hiding.mask(cloud)[300:500].any()
    given[500:600] = cloud.latent.categories[1].category_id
    labels.write(cloud, given)
    assert not hiding.mask(cloud)[300:600].any()
    cloud.latent.categories[1].solo, cloud.latent.unlabelled_hidden = False, True
    assert hiding.refresh(cloud) == 1797 - 600


def test_hidden_points_cover_nothing_that_lies_behind_them(load: Load, cloud: Any) -> None:
    camera(load)
    load("scene.nodes").set_input(cloud, "Point Size", 0.8)
    loop(BOX, depth="SEEN")
    before = selected(load, cloud)
    load("scene.cloud").write_bools(cloud.data, "filtered", before)
    load("live.hiding").refresh(cloud)
    loop(BOX, depth="SEEN")
    behind = selected(load, cloud)
    assert behind.any() and not (behind & before).any()


def test_while_the_past_plays_what_is_hidden_now_stays_hidden_at_every_epoch(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=8)
    named(load, cloud)
    bpy.ops.latent.advance(steps=8)
    a = cloud.latent.categories[0].category_id
    scene, nodes, colours = bpy.context.scene, load("scene.nodes"), load("scene.colours")
    nodes.set_input(cloud, "Shape", "Points")
    bpy.ops.latent.category_hide(category=a)
    bpy.ops.latent.show_history()
    rest = np.arange(1797) >= 300
    for frame in (scene.frame_start, scene.frame_end):
        scene.frame_set(frame)
        assert drawn(cloud) == 1497, "before its points were named as after"
        assert np.array_equal(colours.of_points(cloud)[:, 3] > 0, rest)
    bpy.ops.latent.category_hide(category=a, hide=False)
    assert drawn(cloud) == 1797
    bpy.ops.latent.category_solo(category=a)
    for frame in (scene.frame_start, scene.frame_end):
        scene.frame_set(frame)
        assert drawn(cloud) == 300 and np.array_equal(colours.of_points(cloud)[:, 3] > 0, ~rest)
    assert load("scene.playback").is_history(cloud), "hiding changes no label, so the past goes on"
    load("live.labels").set_selected(cloud, np.ones(1797, bool))
    assert load("live.labels").selected(cloud).sum() == 300, "what is hidden is not taken"
    bpy.ops.latent.show_live()
    assert drawn(cloud) == 300
