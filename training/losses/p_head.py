"""The same pairs in p, a sphere of 32 dimensions with room for what three cannot hold: InfoNCE with cosine similarity.

    L = mean over i of -log( exp(p_i . p_i' / t) / sum over j != i of exp(p_i . p_j / t) )      (Chen et al., 2020)
"""

from __future__ import annotations

import torch
from torch import Tensor

from .neighbours import info_nce


def p_head_loss(a: Tensor, b: Tensor, temperature: float) -> Tensor:
    """The loss of pairs (a_i, b_i), each (B, 32) of length 1; a scalar."""
    both = torch.cat([a, b])
    return info_nce(both @ both.T / temperature)
