"""What a snapshot shows of a large cloud: a part anew, evenly from all of it, and never more than was computed."""

import numpy as np
import pytest
import torch
from blobs import labelled_engine

from latent_lasso.training import refresh
from latent_lasso.training.refresh import Refresh
from latent_lasso.training.schedule import record_every

UNIT = 20


@pytest.fixture
def parts(monkeypatch):
    """An engine, and its cloud shown in parts: one block of 20 of its 300 samples at a time."""
    monkeypatch.setattr(refresh, "FORWARD", UNIT)
    monkeypatch.setattr(refresh, "PART_SECONDS", 0.0)
    monkeypatch.setattr(refresh, "WHOLE_SECONDS", 0.0)
    engine = labelled_engine()
    shown = Refresh(engine.positions(), 0)
    assert shown.exactly(engine, bool) is not None and shown.in_parts
    engine.step()
    return engine, shown


def advance(engine, shown, times=1):
    for _ in range(times):
        assert shown.advance(engine, False, bool)


def test_a_small_cloud_is_always_shown_whole_and_bit_for_bit_as_it_is():
    engine = labelled_engine()
    shown = Refresh(np.zeros((300, 3), np.float32), 0)
    shown.pace = 10.0  # however slow the machine
    for _ in range(3):
        engine.step()
        advance(engine, shown)
        assert shown.fresh(engine.step_count) == 1.0
        assert np.array_equal(shown.places, engine.positions())
    assert not shown.advance(labelled_engine(3), False, lambda: True), "it gives way to a label"


def test_a_part_is_taken_evenly_from_the_whole_cloud_and_the_rest_keeps_its_place(parts):
    engine, shown = parts
    before = shown.places
    advance(engine, shown)
    new = np.flatnonzero((shown.places != before).any(axis=1))
    assert shown.fresh(engine.step_count) == UNIT / 300
    assert new.tolist() == list(range(0, 300, 15)), "each region gives its share"
    assert np.allclose(shown.places[new], engine.positions()[new], atol=1e-5)


def test_every_sample_gets_its_turn_while_it_trains(parts):
    engine, shown = parts
    seen = np.zeros(300, int)
    for _ in range(30):
        advance(engine, shown)
        seen += shown.stamp == engine.step_count
        engine.step()
    assert (seen == 2).all()


def test_a_cloud_that_stands_still_becomes_whole(parts):
    engine, shown = parts
    advance(engine, shown, 15)
    assert shown.fresh(engine.step_count) == 1.0
    assert np.allclose(shown.places, engine.positions(), atol=1e-5)


def test_samples_whose_label_changed_come_first(parts):
    engine, shown = parts
    advance(engine, shown)
    engine.step()
    rows = np.array([1, 2, 4, 299])
    shown.changed(rows)
    advance(engine, shown)
    assert np.flatnonzero(shown.stamp == engine.step_count).tolist() == rows.tolist()
    many = np.arange(50)
    shown.changed(many)
    advance(engine, shown, 3)
    assert (shown.stamp[many] == engine.step_count).all()


def test_what_was_sent_is_never_written_to_again(parts):
    engine, shown = parts
    sent, kept = shown.places, shown.places.copy()
    advance(engine, shown, 5)
    assert np.array_equal(sent, kept)


def test_what_is_recorded_is_a_full_pass_also_in_the_midst_of_parts(parts):
    engine, shown = parts
    advance(engine, shown, 3)
    assert np.array_equal(shown.exactly(engine, bool), engine.positions())
    assert shown.fresh(engine.step_count) == 1.0 and np.array_equal(shown.places, engine.positions())
    engine.step()
    assert shown.exactly(engine, lambda: True) is None


def test_another_layer_is_shown_once_all_of_it_is_there_and_z_is_recorded_all_the_same(parts):
    engine, shown = parts
    assert shown.show("p") and not shown.show("p")
    before = shown.places
    advance(engine, shown, 14)
    assert shown.layer == "z" and shown.fresh(engine.step_count) == 0.0 and shown.places is before
    assert np.array_equal(shown.exactly(engine, bool), engine.positions())
    advance(engine, shown)
    assert shown.layer == "p" and shown.fresh(engine.step_count) == 1.0
    assert np.abs(shown.places - engine.positions()).max() > 0.1
    shown.show("z")
    assert np.array_equal(shown.exactly(engine, bool), shown.places) and shown.layer == "z"


def test_a_small_cloud_shows_another_layer_at_once_laid_over_what_was_shown():
    engine = labelled_engine()
    shown = Refresh(engine.positions(), 0)
    before = torch.from_numpy(shown.places)
    shown.show("h")
    advance(engine, shown)
    now = torch.from_numpy(shown.places)
    left, _, right = torch.linalg.svd((now - now.mean(0)).T @ (before - before.mean(0)))
    assert shown.layer == "h" and torch.allclose(left @ right, torch.eye(3), atol=0.02)


def test_showing_a_cloud_in_parts_does_not_change_its_training(parts):
    engine, shown = parts
    other = labelled_engine(21)
    for layer in ("z", "p", "h", "z", "p"):
        shown.show(layer)
        advance(engine, shown, 2)
        engine.step()
        other.step()
    assert np.array_equal(engine.positions(), other.positions())


def test_epochs_are_recorded_often_in_small_clouds_and_seldom_where_a_pass_is_long():
    assert record_every(100, 64) == 4 and record_every(1797, 256) == 8 and record_every(10_000, 256) == 40
    assert record_every(30_000, 256) == 64 and record_every(1_000_000, 256) == 2_000
