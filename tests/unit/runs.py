"""Small runs without a data set, for tests of what lies in a folder."""

import numpy as np
from test_store import positions

from latent_lasso.training.store import RunStore

POINTS = 12
MANY = 3000


def made(folder, points=POINTS, **meta):
    ids = [f"id{i}" for i in range(points)]
    return RunStore.create(folder, ids, ids, np.full(points, -1, np.int32), {"seed": 4, **meta})


def recorded(store, steps):
    for step in steps:
        store.record(step, step / 10, positions(step), positions(step + 500), {})
