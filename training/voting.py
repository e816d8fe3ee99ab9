"""What known samples near a new one in p say of it: their probabilities, weighed by nearness. Imports torch."""

from __future__ import annotations

import torch
from torch import Tensor

NEAR = 10
SOFTNESS = 0.2


def vote(p: Tensor, known: Tensor, probability: Tensor, near: int) -> tuple[Tensor, Tensor]:
    """(probability (B, 1 + C), mean distance 1 - cosine (B,)) from the `near` nearest, each by exp((cosine - 1) / 0.2).

    p: (B, 32), known: (K, 32), both of length 1; probability: (K, 1 + C) of the known.
    """
    nearest, places = (p @ known.T).topk(near, dim=1)
    weight = torch.exp((nearest - 1) / SOFTNESS)
    share = (weight[..., None] * probability[places]).sum(1)
    return share / share.sum(1, keepdim=True), 1 - nearest.mean(1)
