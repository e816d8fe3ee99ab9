"""What nobody has named yet: kept apart while few are named, and no gate closes where all are. And whatever is done to
labels, guesses stay sane.
"""

import numpy as np
import pytest
import torch
from test_calibration import directions, some_labels
from test_engine import CONFIG, blobs, labels_of

from latent_lasso.training import pseudo_labels
from latent_lasso.training.benchmark import measures, splits
from latent_lasso.training.config import TrainConfig
from latent_lasso.training.datasets import DatasetRef
from latent_lasso.training.engine import Engine


@pytest.mark.parametrize("each", [1, 3, 20])
def test_however_few_the_labels_are_what_is_named_is_guessed_and_the_rest_is_not(each):
    truth = torch.arange(1200) % 6
    p = directions(truth, 0.12)
    given = some_labels(truth, each)
    given[truth >= 3] = 0
    guesses = pseudo_labels.guess(p, given, 10, 1.0)
    free = (given == 0).numpy()
    unnamed = (truth >= 3).numpy()
    assert measures.auroc(guesses.novelty.numpy()[free].astype(np.float64), unnamed[free]) > 0.98
    assert (guesses.category[truth >= 3] == 0).float().mean() > 0.95
    assert (guesses.category[truth < 3] > 0).float().mean() > 0.9


@pytest.mark.parametrize("each", [1, 2, 20])
def test_no_gate_closes_where_everything_is_named(each):
    truth = torch.arange(1000) % 5
    guesses = pseudo_labels.guess(directions(truth, 0.12), some_labels(truth, each), 10, 1.0)
    assert (guesses.category == truth + 1).float().mean() > 0.95


def test_a_gate_of_nothing_lets_all_pass_and_none_pull():
    truth = torch.arange(300) % 3
    given = some_labels(truth, 3)
    given[truth == 2] = 0
    guesses = pseudo_labels.guess(directions(truth, 0.1), given, 10, 0.0)
    assert not guesses.novelty.any() and (guesses.category > 0).all()


def test_five_digits_of_ten_named_leave_the_others_unknown_on_the_cloud_that_has_only_opened():
    split = splits.make(DatasetRef("digits"), 0, fraction=0.05)
    named = np.unique(split.truth)[:5]
    unnamed = ~np.isin(split.truth, named)
    given = np.where(unnamed, 0, split.given).astype(np.int32)
    engine = Engine(split.cloud, TrainConfig(threads=1, batch=64), np.zeros(split.cloud.size, np.int32))
    for _ in range(120):
        engine.step()
    engine.set_labels(given)
    for _ in range(6):
        engine.step()
    free = given == 0
    prediction, _ = engine.predictions()
    assert measures.auroc(engine.novelty()[free].astype(np.float64), unnamed[free]) > 0.9
    assert (prediction[free & unnamed] == 0).mean() > 0.55  # after a quarter of the opening; .9 after all of it
    assert (prediction[free & ~unnamed] > 0).mean() > 0.8


def test_a_loop_in_a_cloud_larger_than_its_graph_counts_wherever_it_lies(monkeypatch):
    data, truth = blobs(900, kinds=3)
    from latent_lasso.training import graph

    monkeypatch.setattr(graph, "MOST", 300)
    monkeypatch.setattr(graph.subset, "__defaults__", (300,))
    engine = Engine(data, CONFIG, np.zeros(900, np.int32))
    assert len(engine.rows) == 300
    outside = np.setdiff1d(np.arange(900), engine.rows.numpy())
    labels = np.zeros(900, np.int32)
    for kind in range(2):
        labels[outside[truth[outside] == kind][:15]] = kind + 1
    for _ in range(30):
        engine.step()
    engine.set_labels(labels)
    for _ in range(10):
        engine.step()
    prediction, confidence = engine.predictions()
    assert np.array_equal(prediction[labels > 0], labels[labels > 0]) and (confidence[labels > 0] == 1).all()
    said = (prediction > 0) & (labels == 0)
    assert said[truth < 2].mean() > 0.6 and (prediction == truth + 1)[said].mean() > 0.9
    assert engine.novelty()[truth == 2].mean() > engine.novelty()[truth < 2].mean()


def sane(engine):
    """No NaN anywhere, probabilities are such, and what is given is shown as given."""
    guesses = engine.guesses()
    positions = engine.positions()
    assert np.isfinite(positions).all()
    for name in ("confidence", "margin", "novelty"):
        assert np.isfinite(guesses[name]).all() and guesses[name].min() >= 0 and guesses[name].max() <= 1 + 1e-5, name
    known = set(np.unique(engine.given.numpy())) | {0}
    assert set(np.unique(guesses["prediction"])) <= known
    given = engine.given.numpy()
    assert np.array_equal(guesses["prediction"][given > 0], given[given > 0])


def through(labellings, steps=8, size=None):
    data, truth = blobs(size or 120)
    engine = Engine(data, CONFIG, np.zeros(data.size, np.int32))
    for labels in labellings(truth):
        engine.set_labels(labels.astype(np.int32))
        for _ in range(steps):
            engine.step()
        if steps >= 8:
            sane(engine)
    return engine, truth


def given_to(truth, **categories):
    labels = np.zeros(len(truth), np.int32)
    for number, (kind, each) in enumerate(categories.values(), start=1):
        labels[np.flatnonzero(truth == kind)[:each]] = number
    return labels


CASES = {
    "relabelled": lambda t: [labels_of(t, 9), np.where(labels_of(t, 9) == 1, 2, labels_of(t, 9))],
    "cleared in part": lambda t: [labels_of(t, 9), labels_of(t, 4)],
    "a new category": lambda t: [labels_of(t, 9), labels_of(t, 9, kinds=3)],
    "merged": lambda t: [labels_of(t, 9, kinds=3), np.where(labels_of(t, 9, kinds=3) == 3, 1, labels_of(t, 9, kinds=3))],
    "one deleted": lambda t: [labels_of(t, 9, kinds=3), np.where(labels_of(t, 9, kinds=3) == 2, 0, labels_of(t, 9, kinds=3))],
    "only one named": lambda t: [given_to(t, a=(0, 5))],
    "all taken away": lambda t: [labels_of(t, 9), np.zeros(len(t))],
    "all labelled": lambda t: [t + 1],
    "all but one labelled": lambda t: [np.where(np.arange(len(t)) == 7, 0, t + 1)],
    "one label each": lambda t: [labels_of(t, 1, kinds=4)],
    "one label in all": lambda t: [labels_of(t, 1, kinds=1)],
    "a label like no other": lambda t: [np.where(np.arange(len(t)) == 0, 250, labels_of(t, 9))],
    "everything one category": lambda t: [np.ones(len(t))],
}


@pytest.mark.parametrize("name", CASES)
def test_whatever_is_done_to_labels_guesses_stay_sane(name):
    through(CASES[name])


@pytest.mark.parametrize("size", [1, 2, 3, 12])
def test_the_smallest_clouds_take_labels(size):
    through(lambda t: [np.where(np.arange(len(t)) == 0, 5, 0), t + 1, np.zeros(len(t))], size=size)


def test_ten_sets_of_labels_in_ten_steps_end_where_the_last_one_says():
    engine, truth = through(lambda t: [labels_of(t, each, kinds=1 + each % 4) for each in range(1, 11)], steps=1)
    for _ in range(8):
        engine.step()
    sane(engine)
    assert np.array_equal(engine.given.numpy(), labels_of(truth, 10, kinds=3))


def test_a_merged_category_is_guessed_no_more():
    engine, _ = through(CASES["merged"])
    assert 3 not in engine.predictions()[0] and 3 not in engine.guesser.guessed
