"""Attract and repel: supervised contrastive loss (Khosla et al., 2020, L_in) with the Cauchy kernel, in its two parts.

    attract_i = - log mean over positives p of k(z_i, z_p)^(1/t)   points of one category pull each other, near ones most
    repel_i   = log sum over all others a of k(z_i, z_a)^(1/t)     everything pushes everything, most of all the near

    L = mean over i with a positive of (attract_i + repel_i)

The mean stands inside the logarithm. Outside it (L_out) every point is pulled to all of its category, which shrinks a
category to a ball and empties the room. A temperature t below 1 makes the kernel's tail light: once the near ones are of
one's own category both forces rest, and the category keeps its extent. docs/learning.md has the figures.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .cauchy import log_similarity


def attract_and_repel(z: Tensor, categories: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """(attract, repel), two scalars, for z (B, 3) with categories (B,) int64; 0 where no two share a category."""
    return contrast(log_similarity(z, z) / temperature, categories)


def contrast(logits: Tensor, categories: Tensor) -> tuple[Tensor, Tensor]:
    """The same from log k / t of every pair, (B, B): what forces are taken apart by, pair by pair."""
    itself = torch.eye(len(logits), dtype=torch.bool, device=logits.device)
    same = (categories[:, None] == categories[None, :]) & ~itself
    count = same.sum(1)
    has = count > 0
    if not bool(has.any()):
        zero = logits.sum() * 0.0
        return zero, zero
    attract = count[has].log() - torch.logsumexp(logits.masked_fill(~same, float("-inf"))[has], dim=1)
    repel = torch.logsumexp(logits.masked_fill(itself, float("-inf")), dim=1)[has]
    return attract.mean(), repel.mean()
