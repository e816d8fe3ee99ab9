"""A small data set of groups, and an engine that has trained on it and was told of two of them."""

import numpy as np

from latent_lasso.training.config import TrainConfig
from latent_lasso.training.datasets import Dataset, Description
from latent_lasso.training.engine import Engine

CONFIG = TrainConfig(threads=1, batch=32, labelled_batch=32, guess_every=6, warmup_steps=2, opening_steps=20)


def blobs(count, kinds=4, columns=8, seed=0):
    rng = np.random.default_rng(seed)
    truth = np.arange(count) % kinds
    x = (rng.normal(0, 4, (kinds, columns))[truth] + rng.normal(0, 1, (count, columns))).astype(np.float32)
    described = Description("vector", "blobs", count, (columns,), (), 0, x.nbytes)
    return Dataset(described, x, [str(i) for i in range(count)], [""] * count, np.zeros(count, np.int32), ""), truth


def labels_of(truth, each, kinds=2):
    labels = np.zeros(len(truth), np.int32)
    for kind in range(kinds):
        labels[np.flatnonzero(truth == kind)[:each]] = kind + 1
    return labels


def labelled_engine(steps=20, config=CONFIG, count=300):
    data, truth = blobs(count)
    engine = Engine(data, config, np.zeros(count, np.int32))
    labels = labels_of(truth, 10)
    for step in range(steps):
        if step == 4:
            engine.set_labels(labels)
        engine.step()
    return engine
