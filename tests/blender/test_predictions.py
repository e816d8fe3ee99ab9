"""Predictions in Blender: told before they are accepted, taken back in one step, doubted labels selected, places to go to."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load


def name_ten(load: Load, cloud: Any, each: int = 12) -> Any:
    """Label the first `each` of every digit, as a person who reads the pictures would. Returns the true digits."""
    truth = digits(load)
    for digit in range(10):
        mask = np.zeros(len(truth), dtype=bool)
        mask[np.flatnonzero(truth == digit)[:each]] = True
        load("live.labels").set_selected(cloud, mask)
        assert bpy.ops.latent.assign(name=f"digit {digit}") == {"FINISHED"}
    return truth


def digits(load: Load) -> Any:
    found = load("training.datasets").open_dataset(load("training.datasets.reference").DatasetRef("digits"))
    return found.truth - 1


def read(load: Load, cloud: Any, name: str) -> Any:
    data = load("scene.cloud")
    return (data.read_ints if name in ("category", "prediction", "doubted") else data.read_floats)(cloud.data, name)


def test_margin_novelty_and_doubt_are_attributes_of_the_points(load: Load, cloud: Any) -> None:
    name_ten(load, cloud)
    bpy.ops.latent.advance(steps=12)
    assert not read(load, cloud, "doubted")[read(load, cloud, "category") == 0].any()
    for name in ("margin", "novelty", "confidence"):
        values = read(load, cloud, name)
        assert name in cloud.data.attributes and np.isfinite(values).all()
        assert values.min() >= 0 and values.max() <= 1 + 1e-5 and np.ptp(values) > 0.02, name
    labelled = read(load, cloud, "category") > 0
    assert (read(load, cloud, "novelty")[labelled] == 0).all()


def test_accepting_says_what_it_does_does_that_and_is_one_step_back(load: Load, cloud: Any) -> None:
    truth = name_ten(load, cloud)
    bpy.ops.latent.advance(steps=12)
    item = cloud.latent.categories[0]
    predictions = load("live.predictions")
    told = predictions.preview(cloud, item.category_id, 0.8)
    before = read(load, cloud, "category")
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.latent.accept_predictions(category=item.category_id, threshold=0.8) == {"FINISHED"}
    bpy.ops.ed.undo_push(message="accepted")
    after = read(load, cloud, "category")
    changed = before != after
    assert told.count == np.count_nonzero(changed) > 20
    assert not before[changed].any() and (after[changed] == item.category_id).all()
    wrong = float((truth[changed] != 0).mean())
    assert abs(told.error - wrong) < 0.15
    trainer = load("live.session").running()
    load("live.blocking").wait_acknowledged(trainer, bpy.context)
    run = Path(load("live.paths").resolved(cloud.latent.run_path)) / "run.sqlite"
    with sqlite3.connect(run) as rows:
        source, mode = rows.execute("SELECT source, mode FROM edits ORDER BY number DESC LIMIT 1").fetchone()
    assert (source, mode) == ("SUGGESTION", "ASSIGN")
    name = cloud.name
    bpy.ops.ed.undo()
    assert np.array_equal(read(load, bpy.data.objects[name], "category"), before)


def test_nothing_that_sure_is_one_sentence(load: Load, cloud: Any) -> None:
    name_ten(load, cloud, each=1)
    with pytest.raises(RuntimeError, match="lower the threshold"):
        bpy.ops.latent.accept_predictions(category=cloud.latent.categories[0].category_id, threshold=1.0)


def test_a_wrong_label_is_doubted_selected_and_not_changed(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=60)
    truth = name_ten(load, cloud, each=20)
    wrong = np.flatnonzero(truth == 0)[:2]
    mask = np.zeros(len(truth), dtype=bool)
    mask[wrong] = True
    load("live.labels").set_selected(cloud, mask)
    bpy.ops.latent.assign(name="digit 4")
    bpy.ops.latent.advance(steps=12)
    before = read(load, cloud, "category").copy()
    assert bpy.ops.latent.select_doubted() == {"FINISHED"}
    selected = load("live.labels").selected(cloud)
    assert selected[wrong].any() and selected.sum() <= 12
    assert np.array_equal(read(load, cloud, "category"), before)


def test_the_panel_is_told_what_could_be_accepted(load: Load, cloud: Any) -> None:
    name_ten(load, cloud)
    bpy.context.scene.latent.accept_threshold = 0.8
    bpy.ops.latent.advance(steps=12)
    trainer = load("live.session").running()
    trainer.summed = 0.0
    load("live.pump").tick(trainer, bpy.context)
    listed = bpy.context.window_manager.latent_status.acceptable
    assert len(listed) >= 5 and all(item.count > 0 and 0 <= item.error <= 0.2 for item in listed)
    told = load("live.predictions").preview(cloud, listed[0].category_id, 0.8)
    assert told.count == listed[0].count


def test_a_suggestion_is_a_place_of_the_cloud_and_going_there_selects_nothing(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=8)
    assert bpy.ops.latent.go_to_suggestion(kind="CORE") == {"FINISHED"}
    trainer = load("live.session").running()
    place = trainer.places[0]
    positions = load("scene.cloud").read_positions(cloud)
    rows = np.searchsorted(trainer.book.samples, place.samples)
    assert np.linalg.norm(positions[rows] - np.array(place.centre), axis=1).max() < place.radius + 0.5
    assert not load("live.labels").selected(cloud).any()
    assert bpy.context.window_manager.latent_status.places[0].sentence == place.sentence
    with pytest.raises(RuntimeError, match="no place of that kind"):
        bpy.ops.latent.go_to_suggestion(kind="NOVEL")
