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
