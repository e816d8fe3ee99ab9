"""What is kept between two drawings: a legend while it says the same, buffers while their cloud is there, one point's place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load
from .test_look import made


@pytest.fixture
def following(load: Load) -> Iterator[None]:
    """Changes are counted, as in a window, where what is drawn depends on it."""
    after_change = load("scene.viewport").after_change
    bpy.app.handlers.depsgraph_update_post.append(after_change)
    yield
    bpy.app.handlers.depsgraph_update_post.remove(after_change)


def test_a_legend_is_made_anew_when_what_it_shows_changed_and_not_because_the_cloud_moved(load: Load, following: None) -> None:
    cloud, overlay, data = made(load), load("live.overlay"), load("scene.cloud")
    state, viewport, labels = overlay.Registered(None), load("scene.viewport"), load("live.labels")

    def update() -> Any:
        cloud.update_tag()
        bpy.context.view_layer.update()
        return overlay.legend_of(state, cloud)

    def count(legend: Any, name: str) -> str:
        return next(row.count for row in legend.rows if row.name == name)

    first, seen = update(), viewport.changes(cloud)
    for _ in range(3):
        data.write_positions(cloud.data, data.read_positions(cloud).ravel() + np.float32(0.1))
        assert update() is first
    assert viewport.changes(cloud) > seen, "it moved, and that was seen"
    given = labels.read(cloud)
    given[1:3] = 1
    labels.write(cloud, given)
    second = update()
    assert second is not first and (count(first, "a"), count(second, "a")) == ("5 + 15", "7 + 15")
    guesses = data.read_ints(cloud.data, "prediction")
    guesses[:] = 2
    data.write_ints(cloud.data, "prediction", guesses)
    third = update()
    assert count(third, "b") == "5 + 43" and update() is third
    cloud.latent.categories["b"].name = "bee"  # nothing of the mesh changes
    assert [row.name for row in overlay.legend_of(state, cloud).rows][1] == "bee"
    for choice in ("COLUMN", "LOSS", "NOVELTY", "DISAGREEMENT", "CATEGORY", "PREDICTION"):
        cloud.latent.look.column = "width"
        cloud.latent.look.colour_by = choice
        kept = update()
        data.write_positions(cloud.data, data.read_positions(cloud).ravel() + np.float32(0.1))
        assert update() is kept, choice


def test_what_the_graphics_card_holds_of_a_deleted_cloud_is_let_go(load: Load) -> None:
    viewport = load("scene.viewport")
    kept, gone = made(load), made(load)
    uid, state = gone.session_uid, viewport.Registered([], {}, set())
    state.batches = {kept.session_uid: viewport.Buffers(None, None, False), uid: viewport.Buffers(None, None, False)}
    state.dirty, state.changes[uid] = {uid}, 3
    viewport.forget_deleted(state)
    assert len(state.batches) == 2
    bpy.data.objects.remove(gone)
    viewport.forget_deleted(state)
    assert list(state.batches) == [kept.session_uid] and not state.dirty and not state.changes


def test_one_points_place_is_where_all_are_drawn_live_and_in_the_past(load: Load, cloud: Any) -> None:
    hovering, seen = load("live.hovering"), load("live.seen")
    bpy.ops.latent.advance(steps=16)
    assert np.allclose(hovering.place_of(cloud, 7, bpy.context), seen.positions(cloud, bpy.context)[7], atol=1e-6)
    bpy.ops.latent.show_history()
    bpy.context.scene.frame_set(2, subframe=0.3)
    past = hovering.place_of(cloud, 7, bpy.context)
    assert np.allclose(past, seen.positions(cloud, bpy.context)[7], atol=1e-6)
    assert not np.allclose(past, load("scene.cloud").read_positions(cloud)[7])
