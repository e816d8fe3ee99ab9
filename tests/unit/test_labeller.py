"""The scripted person sees what a person sees, and takes no more than a person may."""

import inspect

import numpy as np
import pytest

from latent_lasso.core import labeller
from latent_lasso.core.errors import LassoError
from latent_lasso.core.labeller import LARGEST_SHARE, Labeller
from latent_lasso.core.projection import View, project
from latent_lasso.core.selection import select
from latent_lasso.training.datasets import DatasetRef, open_dataset
from latent_lasso.training.datasets.pca import pca_room

RADIUS = 0.2


def views():
    """Three eyes 35 units from the room's middle, in turns of 120 degrees about its upright axis."""
    found = []
    for turn in (0.0, 2.1, 4.2):
        away = np.eye(4)
        away[:3, :3] = [[np.cos(turn), np.sin(turn), 0], [0, 0, 1], [np.sin(turn), -np.cos(turn), 0]]
        away[2, 3] = -35.0
        lens = np.diag([2.0, 2.0 * 1280 / 720, -1.0, 0.0])
        lens[2, 3], lens[3, 2] = -0.2, -1.0
        found.append(View(lens @ away, 1280, 720, RADIUS))
    return found


@pytest.fixture(scope="module")
def digits():
    data = open_dataset(DatasetRef("digits"))
    positions = pca_room(data.features, 10.0)
    return data, positions, [project(positions, view) for view in views()]


def test_no_true_label_can_reach_where_a_loop_is_drawn():
    assert list(inspect.signature(Labeller.choose).parameters) == ["self", "views", "categories", "suggested"]
    assert "truth" not in inspect.getsource(labeller)


def test_each_loop_takes_at_most_its_share_and_leaves_what_has_a_colour_alone(digits):
    data, _, seen = digits
    person, categories = Labeller(3, RADIUS), np.zeros(data.size, np.int32)
    for number in range(1, 9):
        plan = person.choose(seen, categories)
        taken = select(seen[plan.view], plan.polygon, plan.depth, plan.near, plan.far)
        assert 0 < taken.sum() <= LARGEST_SHARE * data.size
        assert categories[taken].astype(bool).mean() < 0.5
        categories[taken] = number
    assert (categories > 0).mean() <= 0.25


def test_the_same_seed_draws_the_same_loops_and_another_seed_others(digits):
    data, _, seen = digits
    empty = np.zeros(data.size, np.int32)
    plans = [Labeller(seed, RADIUS).choose(seen, empty).polygon for seed in (1, 1, 2)]
    assert np.array_equal(plans[0], plans[1]) and not np.array_equal(plans[0], plans[2])


def test_the_name_is_what_most_of_nine_pictures_show_mistakes_included():
    person = Labeller(0, RADIUS)
    looked = []

    def read(row):
        looked.append(row)
        return "seven" if row % 3 else "one"

    assert person.read(np.arange(40), read) == "seven"
    assert len(looked) == len(set(looked)) == 9


def test_with_everything_coloured_there_is_nothing_to_draw(digits):
    data, _, seen = digits
    with pytest.raises(LassoError, match="colour already"):
        Labeller(0, RADIUS).choose(seen, np.ones(data.size, np.int32))
