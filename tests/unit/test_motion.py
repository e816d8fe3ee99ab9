"""The glide between snapshots."""

import itertools

import numpy as np

from latent_lasso.core.motion import Glide


def glide(points=4):
    return Glide(np.zeros((points, 3), np.float32)), np.empty(points * 3, np.float32)


def test_it_ends_exactly_on_the_snapshot_and_then_rests():
    g, out = glide()
    target = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    g.target(target, 10.0)
    assert g.at(11.0, out)
    assert np.array_equal(out.reshape(4, 3), target)
    assert not g.at(11.1, out)


def test_between_two_snapshots_it_is_between_them_and_never_turns_back():
    g, out = glide()
    g.target(np.ones((4, 3), np.float32), 10.0)
    seen = []
    for tick in range(8):
        g.at(10.0 + tick * 0.01, out)
        seen.append(float(out[0]))
    assert all(a <= b for a, b in itertools.pairwise(seen))
    assert 0.0 < seen[1] < 1.0


def test_it_follows_even_where_every_tick_brings_a_snapshot():
    g, out = glide()
    for tick in range(40):
        g.target(np.full((4, 3), tick, np.float32), tick * 0.1)
        g.at(tick * 0.1, out)
    assert 39 - out[0] < 3, "the shown cloud lags the newest snapshot for ever"


def test_nothing_is_allocated_in_a_frame():
    import tracemalloc

    g, out = glide(50_000)
    g.target(np.ones((50_000, 3), np.float32), 1.0)
    g.at(1.01, out)
    tracemalloc.start()
    g.at(1.02, out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000, "as much as a tenth of the positions was allocated"
