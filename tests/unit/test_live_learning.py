"""Labels come one lasso at a time, and the cloud goes on from where it is: how it moves, on real digits."""

import copy

import numpy as np
import pytest

from latent_lasso.training.config import TrainConfig
from latent_lasso.training.datasets import DatasetRef, open_dataset
from latent_lasso.training.engine import Engine
from latent_lasso.training.schedule import learning_rate

OPENING = 120


@pytest.fixture(scope="module")
def opened():
    data = open_dataset(DatasetRef("digits"))
    engine = Engine(data, TrainConfig(threads=1), np.zeros(data.size, np.int32))
    for _ in range(OPENING):
        engine.step()
    return data, engine, copy.deepcopy(engine.state_dict())  # its tensors would train on with the engine


def restored(opened):
    """The engine as it was after opening, without labels."""
    data, engine, state = opened
    engine.load_state_dict(copy.deepcopy(state))
    return data, engine


def moved(before, after):
    """Displacements over the cloud's RMS radius."""
    radius = np.sqrt(((before - before.mean(0)) ** 2).sum(1).mean())
    return np.linalg.norm(after - before, axis=1) / radius


def turned(before, after):
    """(angle in radians, whether a mirror image would fit better) of the best rotation from one room to the next."""
    u, _, vt = np.linalg.svd((before - before.mean(0)).T @ (after - after.mean(0)))
    mirrored = np.linalg.det(u @ vt) < 0
    u[:, -1] *= -1 if mirrored else 1
    return np.arccos(np.clip((np.trace(u @ vt) - 1) / 2, -1, 1)), mirrored


def acts_of(truth):
    """What a restless person does: names, renames, clears, merges, all within a few steps."""
    labels = np.zeros(len(truth), np.int32)
    rows = [np.flatnonzero(truth == kind) for kind in range(1, 11)]
    for kind in range(5):
        labels[rows[kind][:12]] = kind + 1
        yield labels.copy()
    labels[rows[0][:6]] = 2  # relabelled, wrongly
    yield labels.copy()
    labels[rows[0][:6]] = 0  # cleared
    yield labels.copy()
    labels[labels == 5] = 4  # merged
    yield labels.copy()
    for kind in range(5, 10):
        labels[rows[kind][:10]] = kind + 1
        yield labels.copy()


def test_whatever_labels_do_the_cloud_glides_and_neither_spins_nor_mirrors(opened):
    data, engine = restored(opened)
    before, medians, tails, worst, angles = engine.positions(), [], [], [], []
    for labels in acts_of(data.truth):
        engine.set_labels(labels)
        assert np.array_equal(engine.positions(), before)
        for _ in range(6):
            engine.step()
            after = engine.positions()
            step = moved(before, after)
            medians.append(np.median(step))
            tails.append(np.percentile(step, 99))
            worst.append(step.max())
            angle, mirrored = turned(before, after)
            assert not mirrored
            angles.append(angle)
            before = after
    assert max(medians) <= 0.05 and max(tails) <= 0.10 and max(worst) <= 0.35
    assert max(angles) < np.radians(3)
    assert np.mean(medians) > 1e-4  # it does move


def test_the_opening_glides_too():
    data = open_dataset(DatasetRef("digits"))
    engine = Engine(data, TrainConfig(threads=1, seed=1), np.zeros(data.size, np.int32))
    before, shares = engine.positions(), []
    for _ in range(60):  # it moves most within the first 45
        engine.step()
        after = engine.positions()
        step = moved(before, after)
        shares.append((np.median(step), np.percentile(step, 99), step.max()))
        before = after
    assert (np.max(shares, axis=0) <= (0.05, 0.10, 0.35)).all() and np.mean(shares, axis=0)[0] > 1e-3


def test_ten_lassos_in_ten_steps_are_all_taken_in(opened):
    data, engine = restored(opened)
    labels = np.zeros(data.size, np.int32)
    for kind in range(1, 11):
        labels[np.flatnonzero(data.truth == kind)[:10]] = kind
        engine.set_labels(labels)
        engine.step()
    for _ in range(150):
        engine.step()
    prediction = engine.predictions()[0]
    assert np.array_equal(prediction[labels > 0], labels[labels > 0])
    said = (labels == 0) & (prediction > 0)
    assert said.mean() > 0.3 and np.mean(prediction[said] == data.truth[said]) > 0.85
    assert np.isfinite(engine.positions()).all()


def test_the_room_settles_when_no_labels_come_and_wakes_with_the_next(opened):
    data, engine = restored(opened)
    config = engine.config
    assert learning_rate(config, 10**6, 10) == config.rate_floor > 0

    def speed(steps):
        before = engine.positions()
        for _ in range(steps):
            engine.step()
        return float(np.median(moved(before, engine.positions())))

    labels = np.zeros(data.size, np.int32)
    labels[np.flatnonzero(data.truth == 1)[:15]] = 1
    engine.set_labels(labels)
    fresh = speed(100)  # what is shown follows some fifty steps behind
    engine.label_step = engine.step_count - config.settle_steps  # as if nobody had named anything for long
    speed(60)
    settled = speed(100)
    labels[np.flatnonzero(data.truth == 2)[:15]] = 2
    engine.set_labels(labels)
    woken = speed(100)
    assert settled < 0.5 * fresh and woken > 1.2 * settled
