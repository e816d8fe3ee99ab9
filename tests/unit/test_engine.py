"""The engine: repeatable, resumed bit for bit, and moved by labels."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from blobs import CONFIG, blobs, labels_of

from latent_lasso.core.errors import DataError
from latent_lasso.training import checkpoints, graph, pseudo_labels
from latent_lasso.training.config import Forces, TrainConfig
from latent_lasso.training.engine import Engine
from latent_lasso.training.schedule import learning_rate
from latent_lasso.training.views import ViewBank, view_count


def trained(data, labels, first, then, looks=0):
    engine = Engine(data, CONFIG, np.zeros(data.size, np.int32))
    for _ in range(first):
        engine.step()
    engine.set_labels(labels)
    for _ in range(then):
        engine.step()
        for _ in range(looks):
            engine.positions()
            engine.predictions()
    return engine


def test_the_same_seed_gives_the_same_run_however_often_it_is_looked_at():
    data, truth = blobs(300)
    labels = labels_of(truth, 10)
    one, two = trained(data, labels, 5, 20), trained(data, labels, 5, 20, looks=2)
    assert np.array_equal(one.positions(), two.positions())
    assert all(np.array_equal(a, b) for a, b in zip(one.predictions(), two.predictions(), strict=True))


@pytest.mark.parametrize("steps", range(5, 13))
def test_a_checkpoint_goes_on_bit_for_bit_also_within_a_round_of_guesses(tmp_path, steps):
    data, truth = blobs(2600)
    whole = trained(data, labels_of(truth, 20), 2, steps)
    checkpoints.save(tmp_path, whole.step_count, whole.state_dict())
    state, damaged = checkpoints.load_newest(tmp_path)
    assert not damaged
    again = Engine(data, CONFIG, np.zeros(data.size, np.int32))
    again.load_state_dict(state)
    for _ in range(9):
        whole.step()
        again.step()
    assert np.array_equal(whole.positions(), again.positions())
    assert all(np.array_equal(a, b) for a, b in zip(whole.predictions(), again.predictions(), strict=True))


def test_a_damaged_checkpoint_is_told_and_the_one_before_taken(tmp_path):
    data, _ = blobs(60)
    engine = Engine(data, CONFIG, np.zeros(60, np.int32))
    for step in (1, 2):
        engine.step()
        checkpoints.save(tmp_path, step, engine.state_dict())
    newest = tmp_path / checkpoints.name_of(2)
    newest.write_bytes(newest.read_bytes()[:200])
    state, damaged = checkpoints.load_newest(tmp_path)
    assert state["step"] == 1 and damaged == [newest.name]


def test_the_cloud_begins_at_the_principal_components_and_a_label_does_not_restart_it():
    data, truth = blobs(400)
    engine = trained(data, labels_of(truth, 0), 10, 0)
    before = engine.positions()
    engine.set_labels(labels_of(truth, 20))
    assert np.array_equal(engine.positions(), before)
    engine.step()
    moved = np.linalg.norm(engine.positions() - before, axis=1)
    assert 0 < moved.mean() < 0.3 * np.linalg.norm(before - before.mean(0), axis=1).mean()


def test_labels_pull_a_category_together_and_apart_from_others_against_the_same_steps_without():
    data, truth = blobs(600, kinds=3, seed=2)
    data.features[...] += np.random.default_rng(1).normal(0, 3, data.features.shape)  # so that the kinds overlap
    engine = trained(data, labels_of(truth, 0), 40, 0)
    start, within, between = copy.deepcopy(engine.state_dict()), [], []
    for each in (0, 40):
        engine.load_state_dict(copy.deepcopy(start))
        engine.set_labels(labels_of(truth, each, kinds=3))
        for _ in range(60):
            engine.step()
        z = engine.positions()
        centres = np.array([z[truth == kind].mean(0) for kind in range(3)])
        within.append(np.mean([np.linalg.norm(z[truth == kind] - centres[kind], axis=1).mean() for kind in range(3)]))
        between.append(np.linalg.norm(centres[:, None] - centres[None], axis=2).mean())
    assert within[1] < 0.95 * within[0] and between[1] > between[0]
    assert np.mean(engine.predictions()[0] == truth + 1) > 0.8


@pytest.mark.parametrize(("walls", "low", "high"), [(2.0, 0.0, 0.0), (0.0, 0.9, 1.0)])
def test_two_categories_push_each_other_through_no_wall(walls, low, high):
    data, truth = blobs(300)
    # pushed twice as hard as by default: then nothing stays inside without walls, whatever the machine's rounding
    engine = Engine(data, replace(CONFIG, walls=walls, part=4.0), np.zeros(300, np.int32))
    engine.set_labels(np.where(truth < 2, truth + 1, 0).astype(np.int32))
    for _ in range(300):
        engine.step()
    labelled = np.abs(engine.positions()[truth < 2])
    outside = (labelled > 1.25 * engine.config.half_side).any(1).mean()
    assert low <= outside <= high, outside


@pytest.mark.parametrize(("each", "least", "most"), [(0, 0.9, 1.3), (40, 0.4, 0.7)])
def test_kinds_that_lie_apart_come_together_once_they_are_labelled(each, least, most):
    data, truth = blobs(600, kinds=3, seed=2)
    engine, ratio = trained(data, labels_of(truth, each, kinds=3), 10, 0), []
    for _ in range(2):
        z = engine.positions()
        centres = np.array([z[truth == kind].mean(0) for kind in range(3)])
        within = np.mean([np.linalg.norm(z[truth == kind] - centres[kind], axis=1).mean() for kind in range(3)])
        ratio.append(within / np.linalg.norm(centres[:, None] - centres[None], axis=2).max())
        for _ in range(150):
            engine.step()
    assert least < ratio[1] / ratio[0] < most
    assert np.mean(engine.predictions()[0] == truth + 1) > 0.95 or not each


def test_the_forces_are_multipliers():
    data, truth = blobs(200)
    labels = labels_of(truth, 20)
    plain = trained(data, labels, 0, 0)
    still = trained(data, labels, 0, 0)
    still.set_forces(Forces(attract=0.0, repel=0.0, neighbours=0.0, room=0.0))
    start = still.positions()
    for _ in range(5):
        plain.step()
        still.step()
    # only the p head is left, and it moves the room little, by way of the body they share
    assert np.linalg.norm(still.positions() - start) < 0.7 * np.linalg.norm(plain.positions() - start)
    with pytest.raises(DataError, match="between 0 and"):
        Forces(attract=-1.0)


def test_taking_all_labels_away_takes_the_guesses_away():
    data, truth = blobs(300)
    engine = trained(data, labels_of(truth, 20), 2, 8)
    assert engine.predictions()[0].any()
    engine.set_labels(np.zeros(300, np.int32))
    for _ in range(5):
        engine.step()
    assert not engine.predictions()[0].any() and not engine.predictions()[1].any()


def test_folded_norms_give_the_same_room():
    data, _ = blobs(200)
    engine = trained(data, np.zeros(200, np.int32), 20, 0)
    engine.shown.eval()
    with torch.no_grad():
        z = engine.shown(engine.features)[2]
    assert np.allclose(engine.positions(), z.numpy(), atol=1e-4)


def test_positions_can_be_given_up_for_a_label():
    data, _ = blobs(100)
    assert Engine(data, CONFIG, np.zeros(100, np.int32)).positions(lambda: True) is None


@pytest.mark.parametrize("count", [30, 2900])
def test_neighbours_are_exact(count):
    x = torch.randn(count, 6, generator=torch.Generator().manual_seed(1))
    distance = torch.cdist(x.double(), x.double())
    distance.fill_diagonal_(float("inf"))
    expected = distance.topk(10, largest=False).values
    got = distance.gather(1, graph.nearest(x, 10))
    assert torch.allclose(got, expected, atol=1e-4)


def test_very_wide_features_keep_their_neighbours():
    generator = torch.Generator().manual_seed(0)
    truth = torch.arange(60) % 6
    wide = torch.randn(6, 20_000, generator=generator)[truth] + torch.randn(60, 20_000, generator=generator)
    near = graph.nearest(graph.Reduction(wide)(wide), 5)
    assert (truth[near] == truth[:, None]).float().mean() > 0.99


@pytest.mark.parametrize("size", [60, 1200])
def test_the_gate_leaves_alone_what_nobody_has_named(size):
    generator = torch.Generator().manual_seed(0)
    centres = torch.nn.functional.normalize(torch.randn(3, 32, generator=generator), dim=1)
    truth = torch.arange(3 * size) % 3
    p = torch.nn.functional.normalize(centres[truth] + 0.05 * torch.randn(3 * size, 32, generator=generator), dim=1)
    given = torch.zeros(3 * size, dtype=torch.int64)
    for kind in (0, 1):
        given[torch.nonzero(truth == kind).squeeze(1)[:10]] = kind + 4
    guesses = pseudo_labels.guess(p, given, 10, 1.0)
    for kind in (0, 1):
        # few labels in a large crowd reach only part of it at first; what they reach is theirs
        said = guesses.category[truth == kind]
        assert (said[said > 0] == kind + 4).float().mean() > 0.99
        assert (said > 0).float().mean() > (0.95 if size == 60 else 0.4)
    assert not guesses.category[truth == 2].any()
    assert guesses.category[given > 0].tolist() == given[given > 0].tolist()


def test_a_round_of_guesses_in_slices_gives_what_one_go_gives():
    p = torch.nn.functional.normalize(torch.randn(2500, 32, generator=torch.Generator().manual_seed(2)), dim=1)
    given = torch.zeros(2500, dtype=torch.int64)
    given[:40], given[40:80] = 1, 2
    guessing, slices = pseudo_labels.Guessing(p, given, 10, 1.0), 1
    while (sliced := guessing.advance()) is None:
        slices += 1
    whole = pseudo_labels.guess(p, given, 10, 1.0)
    assert slices > 2
    assert torch.equal(sliced.category, whole.category) and torch.equal(sliced.confidence, whole.confidence)


def test_views_are_views_of_their_own_picture_and_fit_into_their_memory():
    pictures = torch.zeros(30, 1, 12, 12)
    pictures[torch.arange(30), 0, 4:8, 4:8] = (torch.arange(30)[:, None, None] + 10) / 40
    bank = ViewBank(pictures, 0)
    drawn = bank.draw(torch.arange(30), torch.Generator().manual_seed(0))
    assert drawn.shape == pictures.shape
    peak, wanted = drawn.amax((1, 2, 3)), pictures.amax((1, 2, 3))
    assert (peak <= wanted + 0.01).all() and (peak > 0.5 * wanted).all()
    assert view_count(10**9, 784) == 0 and view_count(100, 64) == 16


def test_the_rate_warms_up_falls_and_rises_again_with_a_label_and_never_reaches_nothing():
    c = TrainConfig()
    assert learning_rate(c, 0, -1) < 0.1 * learning_rate(c, c.warmup_steps, -1)
    assert learning_rate(c, c.opening_steps - 1, -1) == pytest.approx(c.rate_low, rel=0.01)
    assert learning_rate(c, 5000, -1) == pytest.approx(c.rate_floor)
    assert learning_rate(c, 5000, 5000) == pytest.approx(c.rate_high)
    assert learning_rate(c, 5000 + c.settle_steps, 5000) == pytest.approx(c.rate_floor)


def test_settings_come_from_json_and_a_wrong_one_is_named():
    assert TrainConfig.from_dict({"seed": 7, "forces": {"room": 2.0}}).forces.room == 2.0
    assert TrainConfig.from_dict(CONFIG.as_dict()) == CONFIG
    for values, words in (({"sede": 1}, "no training setting 'sede'"), ({"batch": 1}, "be 2 or more"), ({"seed": "x"}, "number")):
        with pytest.raises(DataError, match=words):
            TrainConfig.from_dict(values)
