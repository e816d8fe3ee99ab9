"""The similarity of two places in the room: the Cauchy kernel, as in t-SNE (van der Maaten and Hinton, 2008)."""

from __future__ import annotations

import torch
from torch import Tensor


def log_similarity(a: Tensor, b: Tensor) -> Tensor:
    """log 1 / (1 + |a_i - b_j|^2), (A, B) for a (A, 3) and b (B, 3) in room units.

    The squared distance is expanded into products, one matrix product instead of A x B x 3 differences.
    """
    squares = a.square().sum(1)[:, None] + b.square().sum(1)[None, :] - 2.0 * (a @ b.T)
    return -torch.log1p(squares.clamp_min(0.0))
