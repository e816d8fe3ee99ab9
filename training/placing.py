"""Placing samples that the run has not seen: where they lie in the room, what they are, how new they are. Imports torch.

A checkpoint carries a memory: the directions in p and the categories of up to 5,000 samples, so that a run can judge
new data without the data it was trained on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..core.arrays import Float32Array
from ..core.errors import StoreError
from . import checkpoints, graph
from .config import TrainConfig
from .encoders import Network, choose, own
from .engine import Engine

MEMORY = 5_000
NEAR = 10
TEMPERATURE = 0.2
BLOCK = 2048


@torch.no_grad()
def memory_of(engine: Engine) -> dict[str, Tensor]:
    """What a checkpoint keeps for new samples: p (M, 32), category (M,) int64, 0 where nobody knows.

    All labelled samples up to half of it, the rest at random. Draws from a generator of its own.
    """
    labelled = torch.nonzero(engine.given > 0).flatten()
    generator = torch.Generator().manual_seed(engine.config.seed)
    labelled = labelled[torch.randperm(len(labelled), generator=generator)[: MEMORY // 2]]
    chosen = torch.cat(
        [labelled, graph.subset(engine.size, engine.config.seed, MEMORY - len(labelled))]
    ).unique()
    engine.shown.eval()
    p = torch.cat([engine.shown(engine.features[part])[1] for part in chosen.split(BLOCK)])
    category = torch.where(engine.given > 0, engine.given, engine.guesser.prediction)[chosen]
    return {"p": p, "category": category}


class Placer(nn.Module):
    """(B, ...) features, scaled as the run's -> z (B, 3), p (B, 32), probability (B, 1 + C), novelty (B,).

    probability: column 0 is "none of them", the others are `categories` in order: the ten nearest of the memory vote,
    each by exp((cosine - 1) / 0.2). novelty: the share of the memory that lies nearer to its own ten than this sample
    does to its; 0.5 is as usual, 1 is farther out than anything known.
    """

    def __init__(self, network: Network, memory: dict[str, Tensor]) -> None:
        super().__init__()
        self.network = network.eval()
        p, category = memory["p"], memory["category"]
        self.categories = [int(value) for value in category.unique() if value > 0]
        columns = torch.tensor([0, *self.categories])
        self.register_buffer("known", p)
        self.register_buffer("votes", (category[:, None] == columns[None]).float())
        self.near = min(NEAR, len(p) - 1)
        cosine = p @ p.T
        cosine.fill_diagonal_(-2.0)
        self.register_buffer("usual", (1 - cosine.topk(self.near, dim=1).values.mean(1)).sort().values)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """z, p, probability and novelty of a batch."""
        known, votes, usual = self.get_buffer("known"), self.get_buffer("votes"), self.get_buffer("usual")
        _, p, z = self.network(x)
        cosine = p @ known.T
        nearest, places = cosine.topk(self.near, dim=1)
        weight = torch.exp((nearest - 1) / TEMPERATURE)
        share = (weight[..., None] * votes[places]).sum(1)
        probability = share / share.sum(1, keepdim=True)
        # a sample that is in the memory finds itself first, at distance 0; for new ones there is no such one
        distance = 1 - nearest.mean(1)
        novelty = (distance[:, None] > usual[None]).float().mean(1)
        return z, p, probability, novelty


def load(folder: Path, meta: dict[str, Any], trusted: tuple[str, ...] = ()) -> tuple[Placer, TrainConfig]:
    """The newest checkpoint of a run as a Placer. Raises StoreError where there is none that can be read."""
    config = TrainConfig.from_dict(meta["configuration"])
    state, damaged = checkpoints.load_newest(folder)
    if state is None:
        raise StoreError(
            f"The run in {folder} has no checkpoint{' that can be read' if damaged else ''}; train it a while first."
        )
    if "memory" not in state:
        raise StoreError(
            f"The checkpoint in {folder} is of an older version; train the run a few steps further first."
        )
    shape = tuple(meta["description"]["shape"])
    body = own.load(folder, config, trusted, shape) if config.encoder else ()
    network = Network(choose(meta["description"]["kind"], shape, meta["description"]["samples"], config.body), shape, *body)
    network.load_state_dict(state["shown"])
    return Placer(network, state["memory"]).eval(), config


@torch.no_grad()
def place(placer: Placer, features: Float32Array) -> tuple[Float32Array, Float32Array, Float32Array]:
    """(z (N, 3), probability (N, 1 + C), novelty (N,)), all float32."""
    found = [
        placer(torch.from_numpy(features[start : start + BLOCK])) for start in range(0, len(features), BLOCK)
    ]
    z, probability, novelty = (torch.cat([part[i] for part in found]).numpy() for i in (0, 2, 3))
    return np.ascontiguousarray(z), probability, novelty
