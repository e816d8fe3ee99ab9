"""Placing samples that the run has not seen: where they lie in the room, what they are, how new they are. Imports torch.

A checkpoint carries a memory: the directions in p and what up to 5,000 samples probably are, so that a run can judge
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
from .voting import NEAR, vote

MEMORY = 5_000
BLOCK = 2048


@torch.no_grad()
def memory_of(engine: Engine) -> dict[str, Tensor]:
    """What a checkpoint keeps for new samples: p (M, 32), probability (M, 1 + C), and the categories (C,) int64.

    Of the last round of guesses: all labelled samples up to half of it, the rest at random; of what no round has judged
    yet nobody knows what it is, but a label given since counts. Draws from a generator of its own.
    """
    guesser, given = engine.guesser, engine.given
    rows = guesser.latest_rows if len(guesser.latest_rows) else engine.rows
    generator = torch.Generator().manual_seed(engine.config.seed)
    labelled = torch.nonzero(given[rows] > 0).flatten()
    labelled = labelled[torch.randperm(len(labelled), generator=generator)[: MEMORY // 2]]
    others = graph.subset(len(rows), engine.config.seed, MEMORY - len(labelled))
    chosen = torch.cat([labelled, others]).unique()
    here = given[rows[chosen]]
    categories = torch.cat([guesser.known, given[given > 0]]).unique()
    probability = torch.zeros(len(chosen), 1 + len(categories))
    if len(guesser.latest_rows):
        columns = torch.cat([torch.zeros(1, dtype=torch.int64), 1 + torch.searchsorted(categories, guesser.known)])
        probability[:, columns] = guesser.probability[chosen]
    else:
        probability[:, 0] = 1.0
    sure = torch.nonzero(here > 0).flatten()
    probability[sure] = 0.0
    probability[sure, 1 + torch.searchsorted(categories, here[sure])] = 1.0
    return {"p": engine.directions(rows[chosen]), "probability": probability, "categories": categories}


class Placer(nn.Module):
    """(B, ...) features, scaled as the run's -> z (B, 3), p (B, 32), probability (B, 1 + C), novelty (B,).

    probability: column 0 is "none of them", the others are `categories` in order: the ten nearest of the memory vote
    with their own, calibrated probabilities (voting.py). novelty: the share of the memory that lies nearer to its own ten
    than this sample does to its; 0.5 is as usual, 1 is farther out than anything known, named or not.
    """

    def __init__(self, network: Network, memory: dict[str, Tensor]) -> None:
        super().__init__()
        self.network = network.eval()
        p = memory["p"]
        self.categories = [int(value) for value in memory["categories"]]
        self.register_buffer("known", p)
        self.register_buffer("votes", memory["probability"])
        self.near = max(1, min(NEAR, len(p) - 1))
        cosine = p @ p.T
        cosine.fill_diagonal_(-2.0)
        self.register_buffer("usual", (1 - cosine.topk(self.near, dim=1).values.mean(1)).sort().values)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """z, p, probability and novelty of a batch."""
        known, votes, usual = self.get_buffer("known"), self.get_buffer("votes"), self.get_buffer("usual")
        _, p, z = self.network(x)
        probability, distance = vote(p, known, votes, self.near)
        # a sample that is in the memory finds itself first, at distance 0; for new ones there is no such one
        novelty = (distance[:, None] > usual[None]).float().mean(1)
        return z, p, probability, novelty


def load(folder: Path, meta: dict[str, Any], trusted: tuple[str, ...] = ()) -> tuple[Placer, TrainConfig]:
    """The newest checkpoint of a run as a Placer. Raises StoreError where there is none that can be read."""
    config = TrainConfig.from_dict(meta["configuration"])
    shape = tuple(meta["description"]["shape"])
    body = own.load(folder, config, trusted, shape) if config.encoder else ()
    network = Network(choose(meta["description"]["kind"], shape, meta["description"]["samples"], config.body), shape, *body)
    state, passed = checkpoints.load_newest(folder, lambda found: checkpoints.alike(found.get("shown"), network.state_dict()))
    if state is None:
        raise StoreError(
            f"The run in {folder} has no checkpoint{' of its model that can be read' if passed else ''}; train it a while first."
        )
    if not whole(state.get("memory")):
        raise StoreError(
            "The checkpoint in {folder} is of an older version; train the run a few steps further first.",
            folder=folder,
        )
    network.load_state_dict(state["shown"])
    return Placer(network, state["memory"]).eval(), config


def whole(memory: object) -> bool:
    """Whether a checkpoint's memory holds what a Placer needs, of shapes that belong together."""
    if not isinstance(memory, dict) or not {"p", "probability", "categories"} <= memory.keys():
        return False
    p, probability, categories = memory["p"], memory["probability"], memory["categories"]
    if not all(isinstance(value, Tensor) for value in (p, probability, categories)):
        return False
    widths = p.ndim == probability.ndim == 2 and categories.ndim == 1
    return bool(widths and len(p) == len(probability) > 0 and probability.shape[1] == 1 + len(categories))


@torch.no_grad()
def place(placer: Placer, features: Float32Array) -> tuple[Float32Array, Float32Array, Float32Array]:
    """(z (N, 3), probability (N, 1 + C), novelty (N,)), all float32."""
    found = [
        placer(torch.from_numpy(features[start : start + BLOCK])) for start in range(0, len(features), BLOCK)
    ]
    z, probability, novelty = (torch.cat([part[i] for part in found]).numpy() for i in (0, 2, 3))
    return np.ascontiguousarray(z), probability, novelty
