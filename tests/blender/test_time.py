"""The past on the timeline: markers, the scene's own frames, colours as of an epoch, trails, two epochs compared."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load


@pytest.fixture
def taught(load: Load, cloud: Any) -> Any:
    """A run with two label edits far apart, on the timeline."""
    bpy.ops.latent.advance(steps=8)
    for number, name in enumerate(("first", "second")):
        load("live.labels").set_selected(cloud, np.arange(1797) // 40 == number)
        bpy.ops.latent.assign(name=name)
        bpy.ops.latent.advance(steps=24)
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = 7, 77
    assert bpy.ops.latent.show_history() == {"FINISHED"}
    return cloud


def marks() -> list[str]:
    return [marker.name for marker in sorted(bpy.context.scene.timeline_markers, key=lambda marker: marker.frame)]


def test_markers_come_once_go_with_history_and_leave_a_users_own(load: Load, taught: Any) -> None:
    scene = bpy.context.scene
    own = scene.timeline_markers.new("+9 my own", frame=3)
    bpy.ops.latent.show_history()
    assert marks() == ["+9 my own", "◆ +40 first", "◆ +40 second"]
    bpy.ops.latent.show_live()
    assert marks() == [own.name]
    assert not bpy.ops.latent.show_live.poll(), "it says that the present is shown already"


def test_the_scene_gets_its_frames_back_also_when_a_label_ends_history(load: Load, taught: Any) -> None:
    scene = bpy.context.scene
    assert (scene.frame_start, scene.frame_end) != (7, 77)
    bpy.ops.latent.show_history()  # twice, so that history's own frames are not taken for the user's
    bpy.ops.latent.show_live()
    assert (scene.frame_start, scene.frame_end) == (7, 77)
    bpy.ops.latent.show_history()
    load("live.labels").set_selected(taught, np.arange(1797) == 1)
    bpy.ops.latent.assign(name="second")
    assert (scene.frame_start, scene.frame_end) == (7, 77) and not marks()


def test_what_is_drawn_in_solid_has_the_colours_of_the_epoch_on_the_timeline(load: Load, taught: Any) -> None:
    scene, colours, palette = bpy.context.scene, load("scene.colours"), load("core.palette")
    load("scene.nodes").set_input(taught, "Colour By", "Category")
    load("live.labels").set_selected(taught, np.zeros(1797, bool))
    grey = palette.linear(palette.UNLABELLED)
    seen = []
    for frame in (scene.frame_start, scene.frame_end):
        scene.frame_set(frame)
        shown = colours.of_points(taught)[:, :3]
        seen.append(int(np.count_nonzero(np.abs(shown - grey).max(axis=1) > 0.01)))
    assert seen == [0, 80]


def tubes(trails: Any) -> Any:
    """The mesh of the trails as a render evaluates it, by a second scene evaluation in render mode."""
    group = trails.modifiers[0].node_group
    switch = next(node for node in group.nodes if node.type == "OUTPUT" or node.bl_idname == "NodeGroupOutput")
    source = switch.inputs[0].links[0].from_node
    group.links.new(next(s for s in source.inputs if s.name == "False" and s.enabled).links[0].from_socket, switch.inputs[0])
    evaluated = trails.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = evaluated.to_mesh()
    flat = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", flat)
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    assert len(mesh.vertices) - len(np.unique(corners)) == 1, "the vertex that brings the active colour, and nothing else"
    group.links.new(source.outputs[0], switch.inputs[0])
    return flat.reshape(-1, 3)[np.unique(corners)]


def test_trails_go_where_the_points_were(load: Load, taught: Any) -> None:
    scene, settings = bpy.context.scene, taught.latent
    load("live.labels").set_selected(taught, np.isin(np.arange(1797), (3, 50, 1000)))
    settings.trail_epochs = 3
    assert bpy.ops.latent.show_trails() == {"FINISHED"}
    made = load("scene.trails").of_cloud(taught)
    assert len(made) == 1
    stored = load("scene.playback").samples(taught.modifiers["Latent History"], 1797)
    last = settings.records - 1
    for record in (last, last - 1.5):
        frame = settings.first_frame + record * settings.frames_per_record
        scene.frame_set(int(frame), subframe=frame - int(frame))
        places = load("scene.trails").places(made[0], record)
        around = tubes(made[0]).reshape(3, 4, 6, 3).mean(axis=2)  # rings of six around each place
        for line, vertex in enumerate((3, 50, 1000)):
            for age in range(4):
                at = max(record - age, 0.0)
                low, share = int(at), at - int(at)
                wanted = stored[low][vertex] * (1 - share) + stored[min(low + 1, last)][vertex] * share
                assert np.allclose(places[line, age], wanted, atol=1e-4)
                assert np.allclose(around[line, age], wanted, atol=0.02), f"line {line}, age {age}"
    load("live.labels").set_selected(taught, np.zeros(1797, bool))
    with pytest.raises(RuntimeError, match="No point is selected"):
        bpy.ops.latent.show_trails()


def test_an_epoch_stays_in_view_while_the_timeline_goes_on(load: Load, taught: Any) -> None:
    scene, comparing, trails = bpy.context.scene, load("scene.comparing"), load("scene.trails")
    load("live.labels").set_selected(taught, np.arange(1797) < 5)
    scene.frame_set(scene.frame_start)
    shown = load("scene.playback").positions_shown(taught, bpy.context.evaluated_depsgraph_get())
    assert bpy.ops.latent.compare_epoch() == {"FINISHED"}
    scene.frame_set(scene.frame_end)
    kept, lines = comparing.of_cloud(taught)[0], trails.of_cloud(taught)[0]
    assert np.allclose(load("scene.cloud").read_positions(kept), shown, atol=1e-6)
    assert not load("scene.cloud").read_ints(kept.data, "shown_category").any(), "no label was there yet"
    now = load("scene.playback").positions_shown(taught, bpy.context.evaluated_depsgraph_get())
    places = trails.places(lines, taught.latent.records - 1)
    assert np.allclose(places[:, 0], now[:5], atol=1e-2) and np.allclose(places[:, 1], shown[:5], atol=1e-4)
    assert not kept.latent.is_cloud
    faint = load("scene.colours").of_points(kept)[:, :3]
    assert faint.max() < load("scene.colours").of_points(taught)[:, :3].max()
    bpy.ops.latent.compare_epoch()
    assert len(comparing.of_cloud(taught)) == 1, "a second one takes the place of the first"
    assert bpy.ops.latent.remove_trails() == {"FINISHED"}
    assert not comparing.of_cloud(taught) and not trails.of_cloud(taught) and not bpy.ops.latent.remove_trails.poll()
    bpy.ops.latent.show_live()
    assert not bpy.ops.latent.compare_epoch.poll()


def test_trails_follow_when_the_timeline_is_stretched_and_are_capped(load: Load, taught: Any) -> None:
    trails = load("scene.trails")
    load("live.labels").set_selected(taught, np.ones(1797, bool))
    assert bpy.ops.latent.show_trails() == {"FINISHED"}
    made = trails.of_cloud(taught)[0]
    assert len(trails.lines_of(made).vertices) == trails.MOST_POINTS
    taught.latent.frames_per_record = 11.0
    bpy.ops.latent.show_history()
    scene = bpy.context.scene
    scene.frame_set(taught.latent.first_frame + 22)
    assert load("scene.compat").get_modifier_input(made.modifiers[0], "Record") == pytest.approx(2.0)
