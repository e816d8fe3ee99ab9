"""Points of the mesh against samples of the run, after what people do in Edit Mode."""

import numpy as np
import pytest

from latent_lasso.live.reconcile import Mapping

RUN = np.array([0, 1, 2, 5, 9], dtype=np.int32)


def test_the_usual_case_needs_no_gather():
    mapping = Mapping.of(RUN.copy(), RUN)
    values = np.arange(5, dtype=np.int32)
    assert mapping.identical
    assert mapping.to_mesh(values, np.zeros(5, np.int32)) is values
    assert mapping.to_run(values, np.zeros(5, np.int32)) is values


def test_deleted_points_keep_their_label_in_the_run():
    mapping = Mapping.of(np.array([0, 5], dtype=np.int32), RUN)
    labels = mapping.to_run(np.array([7, 8], np.int32), np.array([1, 2, 3, 4, 5], np.int32))
    assert labels.tolist() == [7, 2, 3, 8, 5]


def test_a_duplicated_point_moves_with_its_sample_but_does_not_label_it():
    mapping = Mapping.of(np.array([0, 1, 2, 5, 9, 1], dtype=np.int32), RUN)
    labels = mapping.to_run(np.array([1, 2, 3, 4, 5, 99], np.int32), np.zeros(5, np.int32))
    assert labels.tolist() == [1, 2, 3, 4, 5]
    positions = np.arange(15, dtype=np.float32).reshape(5, 3)
    moved = mapping.to_mesh(positions, np.zeros((6, 3), np.float32))
    assert moved[5].tolist() == positions[1].tolist()


def test_points_from_another_object_stay_where_they_are():
    mapping = Mapping.of(np.array([0, 1, 2, 5, 9, 77], dtype=np.int32), RUN)
    fallback = np.full((6, 3), 42.0, dtype=np.float32)
    moved = mapping.to_mesh(np.zeros((5, 3), np.float32), fallback)
    assert moved[5].tolist() == [42.0, 42.0, 42.0]
    assert np.all(moved[:5] == 0)


@pytest.mark.parametrize("seed", range(5))
def test_any_order_and_loss_of_points_finds_every_sample_again(seed):
    rng = np.random.default_rng(seed)
    run = np.sort(rng.choice(1000, size=200, replace=False)).astype(np.int32)
    mesh = rng.permutation(run)[:150]
    mapping = Mapping.of(mesh, run)
    values = run * 10
    assert np.array_equal(mapping.to_mesh(values, np.zeros(150, np.int32)), mesh * 10)
    back = mapping.to_run(mesh * 10, np.full(200, -1, np.int32))
    present = np.isin(run, mesh)
    assert np.array_equal(back[present], values[present])
    assert np.all(back[~present] == -1)
