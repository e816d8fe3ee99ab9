"""Stay near: after a label the cloud keeps to where it was, as far as it is asked to; unasked, nothing is kept or computed."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from blobs import CONFIG, blobs, labelled_engine, labels_of

from latent_lasso.training import checkpoints
from latent_lasso.training.datasets import Dataset, Description
from latent_lasso.training.engine import Engine

NEAR = replace(CONFIG, stay_near=5.0)


def pictures(count):
    """Small squares, each of a brightness of its own: data that has views."""
    x = np.zeros((count, 1, 8, 8), np.float32)
    x[:, 0, 2:6, 2:6] = (np.arange(count, dtype=np.float32)[:, None, None] + 10) / (count + 10)
    described = Description("image", "squares", count, (8, 8), (), 0, x.nbytes)
    return Dataset(described, x, [str(i) for i in range(count)], [""] * count, np.zeros(count, np.int32), "")


def test_the_cloud_moves_less_after_a_label_the_more_it_is_to_stay():
    start, (data, truth), moved = labelled_engine(4).state_dict(), blobs(300), []
    for weight in (0.0, 5.0, 50.0):
        engine = Engine(data, replace(CONFIG, stay_near=weight), np.zeros(300, np.int32))
        engine.load_state_dict(copy.deepcopy(start))
        before = engine.positions()
        engine.set_labels(labels_of(truth, 20))
        for _ in range(60):
            metrics = engine.step().metrics
        moved.append(float(np.linalg.norm(engine.positions() - before, axis=1).mean()))
        assert metrics.get("stay_near", 0.0) > 0 or not weight
    assert moved[1] < 0.6 * moved[0] and moved[2] < 0.8 * moved[1]


def test_unasked_nothing_is_kept_and_nothing_computed(monkeypatch):
    data, truth = blobs(300)
    engine = Engine(data, CONFIG, np.zeros(300, np.int32))
    monkeypatch.setattr(Engine, "positions", None)
    monkeypatch.setattr("latent_lasso.training.objective.stay_near_loss", None)
    engine.set_labels(labels_of(truth, 10))
    assert "stay_near" not in engine.step().metrics
    assert engine.references is engine.draw().references is engine.state_dict()["references"] is None


def test_keeping_places_changes_a_run_by_its_force_alone():
    plain, kept = labelled_engine(), labelled_engine(config=replace(CONFIG, stay_near=1e-30))
    assert kept.references is not None and np.array_equal(plain.positions(), kept.positions())
    assert torch.equal(plain.generator.get_state(), kept.generator.get_state())


def test_places_are_those_shown_when_the_labels_last_changed():
    data, truth = blobs(300)
    engine = Engine(data, NEAR, np.zeros(300, np.int32))
    engine.step()
    assert engine.references is None
    for each in (10, 20, 0):
        shown = engine.positions()
        engine.set_labels(labels_of(truth, each))
        engine.step()
        engine.set_labels(labels_of(truth, each))  # the same again is no change
        assert engine.references.dtype == torch.float32 and np.array_equal(engine.references.numpy(), shown)
        assert not np.array_equal(engine.positions(), shown)
    first = Engine(data, NEAR, labels_of(truth, 10))
    assert np.array_equal(first.references.numpy(), first.positions())


def test_a_view_keeps_to_where_its_sample_was():
    engine = Engine(pictures(60), replace(NEAR, body="mlp", views=0.5), np.arange(60, dtype=np.int32) % 2)
    batch = engine.draw()
    viewed = (batch.features[: 2 * batch.pairs] != engine.features[batch.rows[: 2 * batch.pairs]]).flatten(1).any(1)
    assert viewed.any() and not viewed.all()
    assert batch.references.shape == (2 * batch.pairs, 3)
    assert torch.equal(batch.references, engine.references[batch.rows[: 2 * batch.pairs]])


def test_a_checkpoint_goes_on_bit_for_bit(tmp_path):
    data, _ = blobs(300)
    whole = labelled_engine(15, config=NEAR)
    checkpoints.save(tmp_path, whole.step_count, whole.state_dict())
    again = Engine(data, NEAR, np.zeros(300, np.int32))
    again.load_state_dict(checkpoints.load_newest(tmp_path)[0])
    for _ in range(9):
        assert whole.step().metrics == again.step().metrics
    assert np.array_equal(whole.positions(), again.positions())


@pytest.mark.parametrize("config", [CONFIG, NEAR])
def test_a_checkpoint_of_a_version_that_kept_less_goes_on_without_until_the_labels_change(config):
    data, truth = blobs(300)
    state = labelled_engine(15).state_dict()
    del state["references"]
    for name in ("weights", "fresh", "surprises"):
        del state["guesser"][name]
    engine = Engine(data, config, np.zeros(300, np.int32))
    engine.load_state_dict(state)
    assert "stay_near" not in engine.step().metrics
    engine.set_labels(labels_of(truth, 20))
    assert ("stay_near" in engine.step().metrics) == (config is NEAR)
