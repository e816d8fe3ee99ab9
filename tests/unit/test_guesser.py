"""What the guesser keeps between rounds: which labels were asked what they foretell of each other, and what came of it."""

import numpy as np
import pytest
import torch
from blobs import CONFIG, blobs, labels_of

from latent_lasso.training import checkpoints, pseudo_labels
from latent_lasso.training.engine import Engine


def steps(engine, count):
    for _ in range(count):
        engine.step()


def labelled(count, size=300, before=22):
    """An engine that opened for `before` steps, then took labels, `count` steps ago."""
    data, truth = blobs(size)
    engine = Engine(data, CONFIG, np.zeros(size, np.int32))
    steps(engine, before)
    engine.set_labels(labels_of(truth, 20))
    steps(engine, count)
    return data, truth, engine


def test_labels_are_asked_once_in_the_first_round_after_they_came():
    _, truth, engine = labelled(3)
    guesser = engine.guesser
    assert torch.equal(guesser.fresh, engine.given > 0) and not guesser.surprises.any()
    steps(engine, 2)
    assert not guesser.fresh.any() and guesser.surprises.any()
    first = guesser.surprises.clone()
    steps(engine, 3 * CONFIG.guess_every)
    assert torch.equal(guesser.surprises, first), "what has pulled is not asked again"
    more = labels_of(truth, 30)
    added = torch.from_numpy(more).long() != engine.given
    engine.set_labels(more)
    assert torch.equal(guesser.fresh, added)
    steps(engine, 5)
    assert not guesser.fresh.any() and (guesser.surprises >= first).all() and not torch.equal(guesser.surprises, first)
    engine.set_labels(np.zeros(300, np.int32))
    assert not guesser.fresh.any() and not guesser.surprises.any()


def test_while_the_room_opens_labels_are_asked_in_every_round():
    _, _, engine = labelled(5, before=2)
    assert torch.equal(engine.guesser.fresh, engine.given > 0) and not engine.guesser.surprises.any()
    steps(engine, CONFIG.opening_steps)
    assert not engine.guesser.fresh.any() and engine.guesser.surprises.any()


@pytest.mark.parametrize("count", (4, 7, 10, 14))
def test_what_was_foretold_is_part_of_a_checkpoint_also_within_a_round(tmp_path, monkeypatch, count):
    monkeypatch.setattr(pseudo_labels, "SMALL", 100)
    monkeypatch.setattr(pseudo_labels, "PAIRS", 30_000)
    data, truth, whole = labelled(count)
    checkpoints.save(tmp_path, whole.step_count, whole.state_dict())
    again = Engine(data, CONFIG, np.zeros(data.size, np.int32))
    again.load_state_dict(checkpoints.load_newest(tmp_path)[0])
    for engine in (whole, again):
        steps(engine, 15)
        engine.set_labels(labels_of(truth, 25))
        steps(engine, 25)
    assert whole.guesser.surprises.any()
    for name in ("surprises", "fresh", "probability"):
        assert torch.equal(getattr(whole.guesser, name), getattr(again.guesser, name))
    assert np.array_equal(whole.positions(), again.positions())
