"""Data as people have it: too few, all alike, too wide, of any type; each trains without a number that is none."""

import numpy as np
import pytest
from PIL import Image

from latent_lasso.training.config import TrainConfig
from latent_lasso.training.datasets import DatasetRef, open_dataset
from latent_lasso.training.engine import Engine

RNG = np.random.default_rng(0)

ODD = {
    "two samples": RNG.normal(size=(2, 5)),
    "three samples of one number": RNG.normal(size=(3, 1)),
    "all alike": np.ones((20, 4)),
    "one column": RNG.normal(size=(50, 1)),
    "each ten times": np.repeat(RNG.normal(size=(5, 3)), 10, 0),
    "wide": RNG.normal(size=(40, 5000)),
    "huge": RNG.normal(size=(50, 3)) * 1e30,
    "whole numbers": RNG.integers(-5, 5, (60, 6)),
    "truths": RNG.integers(0, 2, (60, 6)).astype(bool),
    "tiny pictures": RNG.integers(0, 255, (30, 4, 4), dtype=np.uint8),
    "black pictures": np.zeros((30, 16, 16), np.uint8),
    "oblong pictures": RNG.integers(0, 255, (30, 20, 9, 3), dtype=np.uint8),
    "photographs": RNG.integers(0, 255, (20, 96, 96, 3), dtype=np.uint8),
}


def train(path):
    data = open_dataset(DatasetRef("auto", str(path)))
    engine = Engine(data, TrainConfig(threads=1, batch=32), np.zeros(data.size, np.int32))
    labels = np.zeros(data.size, np.int32)
    labels[0], labels[-1] = 1, 2
    for step in range(12):
        if step == 3:
            engine.set_labels(labels)
        metrics = engine.step().metrics
        assert all(np.isfinite(value) for value in metrics.values()), metrics
    assert np.isfinite(engine.positions()).all()
    return data


@pytest.mark.parametrize("name", ODD)
def test_arrays(tmp_path, name):
    np.save(tmp_path / "odd.npy", ODD[name])
    assert train(tmp_path / "odd.npy").size == len(ODD[name])


def test_a_folder_of_pictures(tmp_path):
    for index in range(10):
        folder = tmp_path / "pets" / "ab"[index % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(RNG.integers(0, 255, (24, 30, 3), dtype=np.uint8)).save(folder / f"{index}.png")
    assert train(tmp_path / "pets").features.shape == (10, 3, 30, 30)
