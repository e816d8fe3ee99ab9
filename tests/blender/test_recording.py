"""A recorded headset session: its lines, its gestures played again, the head's way as a camera's; without a session."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load


def draw(load: Load, cloud: Any, middle: np.ndarray, **how: Any) -> Any:
    """A sweep through one place, as the hand makes it."""
    air = load("live.air")
    stroke = air.Stroke(cloud, air.Tool("BRUSH"), **how)
    for aside in (-0.5, 0.0, 0.5):
        stroke.add(middle + np.array((aside, 0.0, 0.0)), (0.0, -20.0, 1.0), 2.0)
    return stroke


def begun(cloud: Any) -> Path:
    """Press Record Session."""
    assert bpy.ops.latent.xr_record() == {"FINISHED"}
    return Path(bpy.context.window_manager.latent_xr.recording)


def test_gestures_and_labels_are_recorded_and_the_gestures_select_the_same_points_again(load: Load, cloud: Any) -> None:
    air, labels, recorded = load("live.air"), load("live.labels"), load("live.recorded")
    held = bpy.context.window_manager.latent_xr
    assert held.recording == "", "off by default"
    points = load("scene.cloud").read_positions(cloud).astype(float)
    air.select(cloud, bpy.context, draw(load, cloud, points[7]), 1.0, None)
    path = begun(cloud)
    assert path.parent == Path(load("live.paths").resolved(cloud.latent.run_path))
    labels.set_selected(cloud, np.zeros(len(points), dtype=bool))
    seen = []
    for row in (10, 200):
        air.select(cloud, bpy.context, draw(load, cloud, points[row]), 1.0, None)
        seen.append(labels.selected(cloud).copy())
    closed = draw(load, cloud, points[10])
    closed.subtract = True
    air.select(cloud, bpy.context, closed, 1.0, None)
    seen.append(labels.selected(cloud).copy())
    bpy.ops.latent.assign(name="swept")
    bpy.ops.latent.xr_record()
    air.select(cloud, bpy.context, draw(load, cloud, points[300]), 1.0, None)
    lines = recorded.read(path)
    assert [line["kind"] for line in lines] == ["begin", "gesture", "gesture", "gesture", "label"], "and nothing after its end"
    assert (lines[-1]["name"], lines[-1]["count"]) == ("swept", int(seen[-1].sum()))
    labels.set_selected(cloud, np.zeros(len(points), dtype=bool))
    for line, mask in zip(lines[1:4], seen, strict=True):
        taken, total = air.select(cloud, bpy.context, recorded.stroke(cloud, line), 1.0, None)
        assert (labels.selected(cloud) == mask).all() and mask.any()
        assert (taken, total) == (line["taken"], line["selected"])


def test_the_head_s_way_is_the_camera_of_a_video(load: Load, cloud: Any) -> None:
    filming = load("live.filming")
    shot = filming.Shot(path="", seconds=2, width=320, height=180, camera="HEADSET", engine="WORKBENCH")
    with pytest.raises(load("core.errors").StoreError, match="was recorded"):
        filming.prepare(cloud, bpy.context, shot)
    path = begun(cloud)
    bpy.ops.latent.advance(steps=60)
    bpy.ops.latent.xr_record()
    with path.open("a") as file:
        for number in range(5):
            head = [float(number), -20.0, 1.0, 0.7071, 0.7071, 0.0, 0.0]
            file.write(json.dumps({"t": number, "kind": "pose", "step": number * 15, "head": head}) + "\n")
        file.write('{"t": 9, "kind": "po')  # Blender ended in the middle of a line
    filming.prepare(cloud, bpy.context, shot)
    scene = bpy.context.scene
    assert scene.camera.name == "Latent Head"
    scene.frame_set(scene.frame_start)
    first = tuple(scene.camera.matrix_world.translation)
    scene.frame_set(scene.frame_end)
    last = tuple(scene.camera.matrix_world.translation)
    assert first == pytest.approx((0.0, -20.0, 1.0), abs=0.1) and last == pytest.approx((4.0, -20.0, 1.0), abs=0.1)


def test_a_recording_that_can_be_written_no_more_ends_and_says_so(load: Load, cloud: Any) -> None:
    held = bpy.context.window_manager.latent_xr
    begun(cloud)
    held.recording = str(Path(held.recording).parent / "gone" / "headset.jsonl")
    load("live.recording").note("undo", count=3)
    assert held.recording == "" and "can be written no more" in held.problem
