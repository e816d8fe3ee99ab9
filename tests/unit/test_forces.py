"""Forces: they are the gradient that a step goes down, they say whose labels they come from, and asking changes nothing."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from blobs import CONFIG, labelled_engine

from latent_lasso.core.errors import DataError
from latent_lasso.training import forces
from latent_lasso.training.config import Forces
from latent_lasso.training.objective import terms

TERMS = {"attract", "repel", "neighbours", "room"}
ASKED = np.array([0, 1, 2, 3, 40, 41, 100, 299])


def by_hand(engine, asked):
    """-gradient of the whole weighted loss on z, summed by sample, straight from autograd."""
    batch = forces.batch_of(engine, torch.from_numpy(asked))
    with torch.random.fork_rng(devices=[]):
        _, p, z = copy.deepcopy(engine.network).train()(batch.features)
    losses = terms(batch, p, z, engine.config)
    total = sum(engine.weights[name] * loss for name, loss in losses.items())
    (gradient,) = torch.autograd.grad(total, z)
    return np.array([-gradient[batch.rows == row].sum(0).numpy() for row in asked])


@pytest.mark.parametrize("stay_near", [0.0, 5.0])
def test_the_forces_add_up_to_the_gradient_that_a_step_goes_down(stay_near):
    engine = labelled_engine(config=replace(CONFIG, stay_near=stay_near))
    engine.set_forces(Forces(attract=1.5, repel=0.7, neighbours=2.0, room=0.5))
    report = forces.measure(engine, ASKED)
    assert set(report.forces) == TERMS | ({"stay_near"} if stay_near else set()) and report.step == engine.step_count
    expected = by_hand(engine, ASKED)
    # float32 alone: summed by term or at one go they differ by up to 1.9e-6; the same sums in float64 by 3e-15
    assert np.allclose(sum(report.forces.values()), expected, atol=5e-6) and np.abs(expected).max() > 1e-3
    assert np.array_equal(report.total, sum(report.forces[name] for name in report.forces))
    assert report.total.dtype == np.float32 and report.total.shape == (8, 3)


def test_a_slider_at_zero_takes_its_force_away_and_doubling_it_doubles_it():
    engine = labelled_engine()
    one = forces.measure(engine, ASKED).forces
    engine.set_forces(Forces(attract=0.0, repel=1.0, neighbours=2.0, room=1.0))
    two = forces.measure(engine, ASKED).forces
    assert not two["attract"].any() and one["attract"].any()
    assert np.allclose(two["neighbours"], 2 * one["neighbours"], atol=1e-7)
    assert np.allclose(two["room"], one["room"], atol=1e-7)


def test_given_and_guessed_are_told_apart():
    engine = labelled_engine()
    assert (engine.guesser.guessed > 0).sum() > (engine.given > 0).sum(), "nothing was guessed"
    report = forces.measure(engine, ASKED)
    unlabelled = ~(engine.given[ASKED] > 0).numpy()
    assert unlabelled.any() and not unlabelled.all()
    for name in ("attract", "repel"):
        guessed, given = report.guessed[name], report.forces[name] - report.guessed[name]
        assert np.abs(guessed).max() > 0 and np.abs(given).max() > 0
        # between two given labels there is no point without one
        assert np.allclose(given[unlabelled], 0, atol=1e-7)
    engine.guesser.guessed = engine.given.clone()
    report = forces.measure(engine, ASKED)
    assert all(not part.any() for part in report.guessed.values())


def test_before_any_label_nothing_attracts_and_nothing_is_guessed():
    engine = labelled_engine(steps=3)
    report = forces.measure(engine, ASKED)
    assert set(report.forces) == {"neighbours", "room"} and not report.guessed


def test_asking_between_steps_leaves_the_run_bit_for_bit_the_same():
    asked, plain = labelled_engine(0), labelled_engine(0)
    labels = np.zeros(300, np.int32)
    labels[:20] = np.arange(20) % 4 + 1
    for step in range(40):
        if step == 3:
            asked.set_labels(labels)
            plain.set_labels(labels)
        forces.measure(asked, ASKED)
        asked.step()
        plain.step()
    one, two = asked.state_dict(), plain.state_dict()
    assert np.array_equal(asked.positions(), plain.positions())
    assert torch.equal(one["generator"], two["generator"]) and one["optimiser"]["steps"] == two["optimiser"]["steps"]
    assert all(torch.equal(one[part][name], two[part][name]) for part in ("network", "shown") for name in one[part])
    assert all(torch.equal(a, b) for a, b in zip(one["optimiser"]["first"], two["optimiser"]["first"], strict=True))
    assert torch.equal(asked.guesser.guessed, plain.guesser.guessed)


def test_asking_twice_gives_the_same_answer():
    engine = labelled_engine()
    one, two = forces.measure(engine, ASKED), forces.measure(engine, ASKED)
    assert np.array_equal(one.total, two.total) and np.array_equal(one.motion, two.motion)


def test_the_motion_is_where_the_next_step_really_takes_them():
    engine = labelled_engine()
    report = forces.measure(engine, ASKED)
    before = engine.positions()
    engine.step()
    after = engine.positions()
    assert np.allclose(report.motion, (after - before)[ASKED], atol=1e-5)
    assert np.abs(report.motion).max() > 1e-3
    lengths = np.linalg.norm(report.motion, axis=1) * np.linalg.norm(report.total, axis=1)
    assert np.allclose(report.cosine * lengths, (report.motion * report.total).sum(1), atol=1e-6)


def test_what_is_carried_is_the_motion_with_every_force_off():
    engine = labelled_engine()
    report = forces.measure(engine, ASKED)
    assert not np.allclose(report.carried, report.motion, atol=1e-4)
    engine.set_forces(Forces(0.0, 0.0, 0.0, 0.0))
    still = forces.measure(engine, ASKED)
    assert np.array_equal(still.motion, report.carried) and not still.total.any()
    assert not still.cosine.any()


def test_staying_near_is_one_more_force_towards_where_the_sample_was_and_carries_nothing():
    engine = labelled_engine(config=replace(CONFIG, stay_near=5.0))
    report, batch = forces.measure(engine, ASKED), forces.batch_of(engine, torch.from_numpy(ASKED))
    with torch.random.fork_rng(devices=[]):
        _, _, z = copy.deepcopy(engine.network).train()(batch.features)
    rows, away = batch.rows[: 2 * batch.pairs], (engine.references[batch.rows] - z)[: 2 * batch.pairs].detach()
    # of the mean of squares over 2B rows, and S^2
    pull = 5.0 * 2 * away / (2 * batch.pairs) / engine.config.half_side**2
    assert np.allclose(report.forces["stay_near"], [pull[rows == row].sum(0).numpy() for row in ASKED], atol=1e-6)
    assert np.abs(report.forces["stay_near"]).max() > 1e-3
    references = engine.references
    engine.set_forces(Forces(0.0, 0.0, 0.0, 0.0))
    still = forces.measure(engine, ASKED)
    assert torch.equal(engine.references, references)
    assert np.array_equal(still.total, still.forces["stay_near"]) and not np.array_equal(still.motion, still.carried)
    engine.references = None
    assert np.array_equal(forces.measure(engine, ASKED).motion, still.carried)


def test_the_term_without_a_place_is_named_with_its_share_of_the_shared_layers():
    engine = labelled_engine()
    report = forces.measure(engine, ASKED)
    assert report.elsewhere.startswith("p_head pulls at no place")
    assert f"{report.shares['p_head']:.0%}" in report.elsewhere
    assert set(report.shares) == {*TERMS, "p_head"} and sum(report.shares.values()) == pytest.approx(1.0)
    engine.set_forces(Forces(0.0, 0.0, 0.0, 0.0))
    assert forces.measure(engine, ASKED).shares["p_head"] == pytest.approx(1.0)


def test_gradient_norms_are_those_of_the_layers():
    engine = labelled_engine()
    report = forces.measure(engine, ASKED)
    assert set(report.gradients) == {name.rpartition(".")[0] for name, _ in engine.network.named_parameters()}
    assert report.gradients["to_z.2"]["p_head"] == 0.0 == report.gradients["to_p.2"]["neighbours"]
    network = copy.deepcopy(engine.network).train()
    batch = forces.batch_of(engine, torch.from_numpy(ASKED))
    _, p, z = network(batch.features)
    losses = terms(batch, p, z, engine.config)
    sum(engine.weights[name] * loss for name, loss in losses.items()).backward()
    for layer, norms in report.gradients.items():
        module = network.get_submodule(layer)
        norm = sum(float(own.grad.square().sum()) for own in module.parameters(recurse=False)) ** 0.5
        assert norms["sum"] == pytest.approx(norm, rel=1e-3, abs=1e-6)


def test_the_batch_holds_every_sample_asked_for_and_those_whose_label_pulls_among_the_labelled():
    engine = labelled_engine()
    asked = torch.arange(0, 300, 3)
    batch = forces.batch_of(engine, asked)
    assert batch.pairs == 100 and torch.equal(batch.rows[:100], asked)
    assert torch.equal(batch.features[:100], engine.features[asked])
    pulling = asked[engine.guesser.guessed[asked] > 0]
    assert len(pulling) and set(pulling.tolist()) <= set(batch.rows[200:].tolist())
    assert torch.equal(batch.categories, engine.guesser.guessed[batch.rows[200:]])
    assert (engine.given[batch.rows[200:][: batch.given]] > 0).all()


def test_samples_outside_the_neighbour_graph_are_paired_with_the_nearest_in_p(monkeypatch):
    monkeypatch.setattr("latent_lasso.training.graph.subset", lambda size, seed: torch.arange(0, size, 2))
    # without the terms of low temperature, whose float32 rounding alone is larger than what is looked for here
    plain = replace(CONFIG, given_pull=0.0, gather=0.0, spread=0.0, part=0.0, supervised=2.0, room_before=5.0, room_after=10.0)
    engine = labelled_engine(config=plain)
    asked = np.array([1, 7, 8])
    batch = forces.batch_of(engine, torch.from_numpy(asked))
    partners = batch.rows[batch.pairs : batch.pairs + 3]
    directions = engine.directions(torch.arange(300))
    for row, partner in zip(asked[:2], partners[:2].tolist(), strict=True):
        assert partner == 2 * int((directions[row] @ directions[::2].T).argmax())
    assert np.allclose(forces.measure(engine, asked).total, by_hand(engine, asked), atol=1e-6)


def test_too_many_are_thinned_with_a_sentence_and_a_row_that_is_not_there_is_refused():
    engine = labelled_engine(steps=2, count=1200)
    report = forces.measure(engine, np.arange(1200))
    assert len(report.samples) == forces.MOST_SAMPLES and "1,000 of the 1,200" in report.note
    assert report.samples[0] == 0 and report.samples[-1] == 1199
    assert forces.measure(engine, ASKED).note == ""
    for wrong in ([1200], [-1], []):
        with pytest.raises(DataError, match="0 to 1,199"):
            forces.measure(engine, np.array(wrong, np.int64))


def test_the_cloud_that_is_averaged_is_the_one_whose_motion_is_told():
    engine = labelled_engine(config=replace(CONFIG, average=0.95))
    before = engine.positions()
    report = forces.measure(engine, ASKED)
    engine.step()
    assert np.allclose(report.motion, (engine.positions() - before)[ASKED], atol=1e-5)
