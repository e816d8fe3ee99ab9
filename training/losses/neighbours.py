"""Neighbours: two views of a sample, or a sample and one of its neighbours, lie close in the room.

InfoNCE (van den Oord et al., 2018) in the symmetric form of SimCLR (Chen et al., 2020), with the Cauchy kernel for the
similarity as in t-SimCNE (Böhm et al., 2023):

    L = mean over i of -log( k(z_i, z_i') / sum over j != i of k(z_i, z_j) ),   k(a, b) = 1 / (1 + |a - b|^2)

where j runs over all other points of both halves of the batch.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .cauchy import log_similarity


def neighbours_loss(a: Tensor, b: Tensor) -> Tensor:
    """The loss of pairs (a_i, b_i), each (B, 3) in room units; a scalar."""
    return info_nce(log_similarity(both := torch.cat([a, b]), both))


def info_nce(logits: Tensor) -> Tensor:
    """Symmetric InfoNCE from (2B, 2B) logits in which row i and row i + B are a pair; a scalar."""
    size = len(logits)
    half = size // 2
    masked = logits.masked_fill(torch.eye(size, dtype=torch.bool, device=logits.device), float("-inf"))
    positive = torch.cat([torch.diagonal(logits, half), torch.diagonal(logits, -half)])
    return (torch.logsumexp(masked, dim=1) - positive).mean()
