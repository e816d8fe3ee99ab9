"""Which samples pull at each other as neighbours: not across what labels and guesses tell apart."""

import numpy as np
import torch

from latent_lasso.training.benchmark.ours import engine_of, steps
from latent_lasso.training.benchmark.splits import make
from latent_lasso.training.datasets import DatasetRef
from latent_lasso.training.samplers import PairSampler
from latent_lasso.training.views import ViewBank


def test_neighbours_that_are_called_differently_are_no_pair():
    graph_of = torch.tensor([[1, 2], [0, 3], [0, 3], [1, 2], [5, 5], [4, 4]])
    sampler = PairSampler(torch.zeros(6, 2), torch.arange(6), graph_of, None)
    called = torch.tensor([1, 1, 2, 0, 1, 2])
    left, right = sampler.draw(4000, torch.Generator().manual_seed(0), called)[2:]
    pairs = set(zip(left.tolist(), right.tolist(), strict=True))
    assert all(called[a] == called[b] or not called[a] or not called[b] for a, b in pairs)
    # 0 is called otherwise than 2 and keeps 1; 4 and 5 have nobody else and keep themselves; 3 has no name and keeps both
    assert {(0, 1), (3, 1), (3, 2), (4, 4), (5, 5)} <= pairs
    left, right = sampler.draw(4000, torch.Generator().manual_seed(0))[2:]
    assert (0, 2) in set(zip(left.tolist(), right.tolist(), strict=True))


def test_neighbours_stay_pairs_as_often_as_they_are_of_one_category_and_views_take_the_place_of_the_rest():
    pictures = torch.rand(6, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    graph_of = torch.arange(6)[:, None] ^ 1
    sampler = PairSampler(pictures, torch.arange(6), graph_of, ViewBank(pictures, 0), 0.0)
    chance = torch.tensor([0.0, 0.0, 0.3, 0.3, 1.0, 1.0])
    left, right, left_rows, right_rows = sampler.draw(
        6000, torch.Generator().manual_seed(0), torch.zeros(6), lambda a, b: chance[a]
    )
    kept = (left_rows != right_rows).float()
    shares = [float(kept[(left_rows == a) | (left_rows == a + 1)].mean()) for a in (0, 2, 4)]
    assert np.allclose(shares, (0.0, 0.3, 1.0), atol=0.03)
    alone = left_rows == right_rows
    raw = pictures[left_rows]
    assert (left[~alone] == raw[~alone]).all()
    assert (left[alone] != raw[alone]).any() and (left[alone] != right[alone]).any(), "two views, not twice the same"
    without = PairSampler(pictures, torch.arange(6), graph_of, None)
    left_rows, right_rows = without.draw(100, torch.Generator().manual_seed(0), None, lambda a, b: chance[a])[2:]
    assert (left_rows != right_rows).all()


def test_views_that_take_the_place_of_neighbours_count_among_the_views_asked_for():
    pictures = torch.rand(6, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    sampler = PairSampler(pictures, torch.arange(6), torch.arange(6)[:, None] ^ 1, ViewBank(pictures, 0), 0.3)
    for chance, least, most in ((1.0, 0.3, 0.3), (0.9, 0.3, 0.3), (0.5, 0.47, 0.53), (0.0, 1.0, 1.0)):
        drawn = sampler.draw(
            4000, torch.Generator().manual_seed(0), torch.zeros(6), lambda a, b, chance=chance: torch.full((len(a),), chance)
        )
        assert all(len(part) == 4000 for part in drawn)
        assert least <= (drawn[2] == drawn[3]).float().mean() <= most


def twos(pictures: int) -> PairSampler:
    """A sampler whose samples 0 and 1, 2 and 3, ... are each other's only neighbour."""
    features = torch.rand(pictures, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    rows = torch.arange(pictures)
    return PairSampler(features, rows, rows[:, None] ^ 1, ViewBank(features, 0), 0.0)


def kept(sampler: PairSampler, given: torch.Tensor) -> float:
    """The share of neighbours that stay pairs where a fifth is guessed to be of one category."""
    sampler.labels_changed(given)
    left, right = sampler.draw(
        4000, torch.Generator().manual_seed(0), torch.zeros(len(given)), lambda a, b: torch.full((len(a),), 0.2)
    )[2:]
    return float((left != right).float().mean())


def test_neighbours_that_share_their_labels_are_parted_less_by_guesses():
    sampler, numbers = twos(40), torch.arange(40)
    shared = numbers // 2 % 3 + 1
    assert abs(kept(sampler, torch.zeros(40, dtype=torch.int64)) - 0.2) < 0.03, "nothing is known: the guesses alone"
    assert abs(kept(sampler, shared) - (0.8 + 0.2 * 0.2)) < 0.03, "all of 40 pairs, beside ten of doubt"
    half = torch.where(numbers < 8, 1, numbers % 2 + 1) * (numbers < 16)
    assert abs(kept(sampler, half) - 0.2) < 0.03, "as many are of two categories: no more than guesses say"
    assert abs(kept(sampler, (numbers % 2 + 1) * (numbers < 16)) - 0.2) < 0.03, "few neighbours of two categories"
    assert abs(kept(sampler, torch.where(numbers % 2 == 0, shared, 0)) - 0.2) < 0.03, "one label of a pair says nothing"


def test_neighbours_whose_labels_contradict_each_other_give_way_to_views():
    sampler, numbers = twos(40), torch.arange(40)
    most = torch.where(numbers < 32, 1, numbers % 2 + 1)
    assert kept(sampler, most) > 0.6, "four of five pairs are of one category"
    assert kept(sampler, torch.where(numbers < 24, 1, numbers % 2 + 1)) == 0, "three of five"
    assert kept(sampler, torch.zeros(40, dtype=torch.int64)) > 0.1, "labels that are taken back contradict nothing"


def test_labels_that_contradict_each_other_are_found_some_neighbours_apart():
    rows = torch.arange(1, 320, 4)  # a part of the data, as in a large cloud
    ring = rows[(torch.arange(80)[:, None] + torch.tensor([1, 79])) % 80]
    sampler = PairSampler(torch.zeros(320, 2), rows, ring, None)
    every_other = torch.arange(0, 80, 2)
    given = torch.zeros(320, dtype=torch.int64)
    given[rows[every_other]] = every_other // 2 % 2 + 1
    sampler.labels_changed(given)
    assert sampler.alike == 0 and sampler.misleading, "no neighbour of a label has one, the next but one has another"
    given[rows[every_other]] = every_other // 40 + 1
    sampler.labels_changed(given)
    assert not sampler.misleading, "but for two borders of two categories"
    given[rows[every_other]] = (every_other // 2 % 2 + 1) * (every_other < 70)
    sampler.labels_changed(given)
    assert not sampler.misleading, "so few labels do not tell"


def test_an_engine_keeps_neighbours_that_it_guesses_to_be_of_one_category():
    split = make(DatasetRef(kind="digits", path=""), 0, 0.05)
    engine = engine_of(split, {"opening_steps": 60})
    assert engine.agreement is None, "nothing is guessed without labels"
    steps(engine, 60)
    engine.set_labels(split.given)
    steps(engine, 10)
    truth = torch.from_numpy(split.truth)
    near = engine.pairs.graph[:, 0].contiguous()
    agreement = engine.agreement(engine.rows, near)
    assert ((agreement >= 0) & (agreement <= 1 + 1e-5)).all()
    alike = truth == truth[near]
    assert agreement[alike].mean() > 2 * agreement[~alike].mean()
