"""Layers: h and p reduced to the room, steady from one look to the next."""

import numpy as np
import pytest
import torch
from blobs import labelled_engine

from latent_lasso.core.version import HALF_SIDE
from latent_lasso.training import layers
from latent_lasso.training.layers import components

EVERY = torch.arange(300)


def raw(engine, layer):
    with torch.no_grad():
        return engine.shown.eval()(engine.features)[{"h": 0, "p": 1, "z": 2}[layer]]


def test_z_is_the_room_as_it_is_recorded():
    engine = labelled_engine()
    assert np.array_equal(layers.positions(engine, "z", EVERY), engine.positions())


@pytest.mark.parametrize("layer", ["h", "p"])
def test_a_layer_is_shown_by_its_three_principal_components_in_proportion_and_fills_the_room(layer):
    engine = labelled_engine()
    shown = layers.positions(engine, layer, EVERY)
    assert shown.shape == (300, 3) and shown.dtype == np.float32
    assert np.abs(shown).max() == pytest.approx(HALF_SIDE, rel=1e-5)
    values = raw(engine, layer).double()
    centred = values - values.mean(0)
    scores = (centred @ torch.linalg.svd(centred, full_matrices=False).Vh[:3].T).numpy()
    for axis in range(3):
        assert abs(np.corrcoef(shown[:, axis], scores[:, axis])[0, 1]) > 0.9999
    spans = np.linalg.norm(shown, axis=0) / np.linalg.norm(scores, axis=0)
    assert np.allclose(spans, spans[0], rtol=1e-4), "one scale for all directions"


def test_the_sign_of_a_component_does_not_depend_on_chance():
    x = torch.randn(200, 6, generator=torch.Generator().manual_seed(0)) * torch.tensor([5.0, 3, 2, 1, 1, 1])
    _, axes = components(x, None)
    assert (axes.gather(0, axes.abs().argmax(0, keepdim=True)) > 0).all()


def test_what_was_turned_and_mirrored_comes_back_to_where_it_was_shown():
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(200, 3, generator=generator) * torch.tensor([3.0, 2.9, 1.0])
    turn = torch.linalg.qr(torch.randn(3, 3, generator=generator))[0]
    mirrored = x @ turn * torch.tensor([1.0, -1.0, 1.0])
    last = (x - x.mean(0)) * 2
    centre, axes = components(mirrored, last)
    shown = (mirrored - centre) @ axes
    ratio = shown.norm() / last.norm()
    assert torch.allclose(shown, last * ratio, atol=1e-3)


@pytest.mark.parametrize("layer", ["h", "p"])
def test_the_cloud_of_a_layer_neither_spins_nor_mirrors_while_it_trains(layer):
    engine = labelled_engine()
    last = torch.from_numpy(layers.positions(engine, layer, EVERY))
    for _ in range(12):
        engine.step()
        now = torch.from_numpy(layers.positions(engine, layer, EVERY, last))
        centred, before = now - now.mean(0), last - last.mean(0)
        left, _, right = torch.linalg.svd(centred.T @ before)
        assert torch.allclose(left @ right, torch.eye(3), atol=0.02), "the best turn onto the last is none"
        assert (now - last).norm(dim=1).median() < 0.1 * before.square().sum(1).mean().sqrt()
        last = now


def test_looking_at_layers_changes_nothing():
    one, two = labelled_engine(5), labelled_engine(5)
    for _ in range(5):
        for layer in ("z", "p", "h"):
            layers.positions(one, layer, EVERY)
        one.step()
        two.step()
    assert np.array_equal(one.positions(), two.positions())


def test_a_layer_of_fewer_than_three_dimensions_is_flat():
    centre, axes = components(torch.randn(50, 2, generator=torch.Generator().manual_seed(0)), None)
    assert centre.shape == (2,) and axes.shape == (2, 3) and not axes[:, 2].any()
    assert not components(torch.ones(5, 4), None)[1].any()
