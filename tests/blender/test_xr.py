"""What the hands do in VR, without a session: the action map, strokes against the mesh, placing, registering; on any Blender."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load


def stroke_through(load: Load, cloud: Any, kind: str = "BRUSH", **how: Any) -> Any:
    air = load("live.air")
    return air.Stroke(cloud, air.Tool(kind), **how)


def world(load: Load, cloud: Any) -> np.ndarray:
    matrix = np.array(cloud.matrix_world)
    return load("scene.cloud").read_positions(cloud) @ matrix[:3, :3].T + matrix[:3, 3]


def test_every_operator_of_the_table_is_there_and_has_the_properties_that_are_set(load: Load) -> None:
    actions = load("xr.actions")
    for row in actions.table():
        if row.operator:
            folder, name = row.operator.split(".")
            known = getattr(getattr(bpy.ops, folder), name).get_rna_type().properties
            assert set(row.properties) <= set(known.keys()), row.name


def test_a_brush_takes_its_capsule_adds_to_the_selection_and_begins_anew_after_a_name(load: Load, cloud: Any) -> None:
    air, labels = load("live.air"), load("live.labels")
    cloud.location, cloud.scale = (1.0, 2.0, 3.0), (0.5, 0.5, 0.5)
    bpy.context.view_layer.update()
    points, held = world(load, cloud), bpy.context.window_manager.latent_xr
    for begin, end in ((points[3], points[40]), (points[100], points[200])):
        stroke = stroke_through(load, cloud, begins_anew=held.named)
        before = labels.selected(cloud)
        for place in (begin, end):
            stroke.add(place, (0.0, 0.0, 0.0), 0.4)
        taken, total = air.select(cloud, bpy.context, stroke, 1.0, None)
        share = np.clip((points - begin) @ (end - begin) / ((end - begin) @ (end - begin)), 0, 1)
        apart = np.linalg.norm(points - begin - share[:, None] * (end - begin), axis=1)
        sure = np.abs(apart - 0.4) > 1e-4
        expected = before | (apart <= 0.4)
        assert (labels.selected(cloud) == expected)[sure].all() and taken >= 2
        assert total == np.count_nonzero(labels.selected(cloud))
    bpy.ops.latent.assign(name="swept")
    assert held.named and held.last_category == cloud.latent.categories["swept"].category_id
    stroke = stroke_through(load, cloud, begins_anew=held.named)
    stroke.add(points[500], (0.0, 0.0, 0.0), 0.1)
    taken, total = air.select(cloud, bpy.context, stroke, 1.0, None)
    assert taken == total > 0 and not held.named


def test_a_closed_hand_takes_away_what_the_sweep_passes(load: Load, cloud: Any) -> None:
    air, labels = load("live.air"), load("live.labels")
    points = world(load, cloud)
    labels.set_selected(cloud, np.ones(len(points), dtype=bool))
    stroke = stroke_through(load, cloud)
    stroke.add(points[10], (0.0, 0.0, 0.0), 2.0)
    stroke.subtract = True
    taken, total = air.select(cloud, bpy.context, stroke, 1.0, None)
    assert 0 < taken == len(points) - total


@pytest.mark.parametrize("depth", ["ALL", "SEEN", "RANGE"])
def test_a_loop_in_the_air_reaches_as_deep_as_it_should(load: Load, cloud: Any, depth: str) -> None:
    air = load("live.air")
    points = world(load, cloud)
    eye = points.mean(axis=0) - (0.0, 40.0, 0.0)
    reach = float(np.median(points[:, 1]) - eye[1])
    stroke = air.Stroke(cloud, air.Tool("LOOP", depth, reach if depth == "RANGE" else np.inf))
    for turn in np.linspace(0, 2 * np.pi, 60):
        around = np.array((3.0 * np.cos(turn), 20.0, 3.0 * np.sin(turn)))
        stroke.add(eye + around, eye)
    air.select(cloud, bpy.context, stroke, 1.0, None)
    chosen = load("live.labels").selected(cloud)
    rays = points - eye
    aside = np.hypot(rays[:, 0], rays[:, 2]) / rays[:, 1] * 20.0
    inside = aside <= 3.0
    if depth == "RANGE":
        inside &= rays[:, 1] <= reach
    sure = np.abs(aside - 3.0) > 0.03
    if depth == "SEEN":
        assert 0 < chosen.sum() < inside.sum() and not (chosen & ~inside)[sure].any()
    else:
        sure &= np.abs(rays[:, 1] - reach) > 1e-3
        assert (chosen == inside)[sure].all() and chosen.sum() > 20


def test_of_a_large_cloud_a_loop_lights_some_of_what_it_takes(load: Load, cloud: Any, monkeypatch: Any) -> None:
    air = load("live.air")
    points = world(load, cloud)
    eye = points.mean(axis=0) - (0.0, 40.0, 0.0)
    stroke = air.Stroke(cloud, air.Tool())
    for turn in np.linspace(0, 2 * np.pi, 30):
        around = np.array((3.0 * np.cos(turn), 20.0, 3.0 * np.sin(turn)))
        stroke.add(eye + around, eye)
    positions = load("scene.cloud").read_positions(cloud)
    inside = stroke.inside(positions, 0.1)
    assert (stroke.lights(positions, 0.1) == inside).all()
    monkeypatch.setattr(air, "LIT_AT_MOST", 300)
    lit = stroke.lights(positions, 0.1)
    assert 0 < lit.sum() < inside.sum() and not (lit & ~inside).any()


def test_a_loop_that_is_too_wide_or_a_tap_changes_nothing_and_says_why(load: Load, cloud: Any) -> None:
    air, errors = load("live.air"), load("core.errors")
    stroke = air.Stroke(cloud, air.Tool())
    for turn in np.linspace(0, 2 * np.pi, 20):
        stroke.add((3.0 * np.cos(turn), 1.0, 3.0 * np.sin(turn)), (0.0, 0.0, 0.0))
    with pytest.raises(errors.LassoError, match="wide"):
        air.select(cloud, bpy.context, stroke, 1.0, None)
    stroke = air.Stroke(cloud, air.Tool())
    stroke.add((0, 1, 0), (0, 0, 0))
    with pytest.raises(errors.LassoError, match="tap"):
        air.select(cloud, bpy.context, stroke, 1.0, None)
    assert not load("live.labels").selected(cloud).any()


def test_the_room_is_put_around_the_person_and_as_it_is_leaves_the_settings_alone(load: Load, cloud: Any) -> None:
    placing, held = load("xr.placing"), bpy.context.window_manager.latent_xr
    settings = bpy.context.window_manager.xr_session_settings
    found = placing.values(bpy.context)
    held.room = "AS_IS"
    placing.put(bpy.context)
    assert placing.values(bpy.context) == found
    held.room = "AROUND"
    placing.put(bpy.context)
    low, high = world(load, cloud).min(axis=0), world(load, cloud).max(axis=0)
    assert np.allclose(settings.base_pose_location[2], low[2], atol=1e-3), "the floor is at its lowest point"
    assert np.allclose(settings.base_pose_location[:2], ((low + high) / 2)[:2], atol=1e-3)
    assert ((high - low) / settings.base_scale <= np.array((3.0, 3.0, 2.5)) + 1e-4).all()
    for name, value in found.items():
        setattr(settings, name, value)


def test_nothing_of_a_session_runs_without_one(load: Load, cloud: Any) -> None:
    session, hands = load("xr.session"), load("xr.hands")
    assert hands.running(bpy.context) is None
    assert session.watch() is None
    session.end(bpy.context)
    load("xr.drawing").draw()
    assert not bpy.ops.latent.xr_start.poll() and not bpy.ops.latent.xr_recentre.poll()


def test_what_is_drawn_in_the_air_has_the_right_form(load: Load) -> None:
    drawing = load("xr.drawing")
    from mathutils import Vector

    for ring in drawing.rings(Vector((1, 2, 3)), 0.5):
        assert np.allclose(np.linalg.norm(ring - np.array((1, 2, 3)), axis=1), 0.5)
    rows = drawing.wrapped("The loop is 185° wide; keep it under 120°, or step back.", 38)
    assert len(rows) == 2 and all(len(row) <= 38 for row in rows)
