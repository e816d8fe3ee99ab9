"""Encoders by kind of data, changed by the user, on the device asked for."""

import numpy as np
import pytest
import torch

from latent_lasso.core.errors import DataError
from latent_lasso.training.config import TrainConfig
from latent_lasso.training.datasets import Dataset, Description
from latent_lasso.training.device import device_of
from latent_lasso.training.encoders import ENCODERS, HIDDEN, Network, choose
from latent_lasso.training.engine import Engine


def test_the_data_chooses_its_encoder_and_the_user_may_choose_another():
    assert choose("image", (1, 8, 8), 100) == choose("sound", (1, 64, 64), 100) == "conv"
    assert choose("image", (3, 96, 96), 10**6) == "conv"
    assert choose("vector", (64,), 10_000) == choose("image", (1, 4, 4), 100) == "mlp"
    assert choose("vector", (64,), 1_000_000) == "head"
    assert choose("vector", (768,), 100, "head") == "head" and choose("image", (1, 28, 28), 100, "mlp") == "mlp"


def test_an_encoder_that_cannot_be_is_refused_in_one_sentence():
    with pytest.raises(DataError, match="no encoder 'resnet'; known are conv, head, mlp"):
        choose("image", (1, 28, 28), 10, "resnet")
    with pytest.raises(DataError, match="choose mlp or head"):
        choose("vector", (20,), 10, "conv")


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 8, 12), (1, 28, 28), (3, 32, 32), (3, 96, 96), (1, 64, 64), (7,)])
@pytest.mark.parametrize("name", sorted(ENCODERS))
def test_every_encoder_gives_h_p_and_z_of_every_shape_it_takes(name, shape):
    if name == "conv" and len(shape) == 1:
        return
    network = Network(name, shape).eval()
    with torch.no_grad():
        h, p, z = network(torch.rand(5, *shape))
        folded = network.fused_room()(torch.rand(5, *shape))
    assert h.shape == (5, HIDDEN) and p.shape == (5, 32) and z.shape == folded.shape == (5, 3)
    assert torch.allclose(p.norm(dim=1), torch.ones(5), atol=1e-5)


@pytest.mark.parametrize("body", ["", "head", "mlp"])
def test_a_run_trains_with_the_encoder_that_was_chosen(body):
    x = np.random.default_rng(0).normal(size=(120, 6)).astype(np.float32)
    described = Description("vector", "blobs", 120, (6,), (), 0, x.nbytes)
    data = Dataset(described, x, [str(i) for i in range(120)], [""] * 120, np.zeros(120, np.int32), "")
    engine = Engine(data, TrainConfig(threads=1, batch=32, body=body), np.zeros(120, np.int32))
    assert type(engine.network.body) is ENCODERS[body or "mlp"]
    before = engine.positions()
    for _ in range(3):
        engine.step()
    assert np.isfinite(engine.positions()).all() and not np.array_equal(engine.positions(), before)


def test_the_device_is_found_or_refused_in_one_sentence():
    best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    assert device_of("auto").type == best and device_of("cpu").type == "cpu"
    for wanted in ("tpu", "", *(name for name in ("cuda", "mps") if name != best)):
        with pytest.raises(DataError, match="is not to be had here; choose auto, or one of cpu"):
            device_of(wanted)
