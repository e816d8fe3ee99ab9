"""Samples in equal parts by category, so that a category with ten labels counts as much as one with a thousand."""

from __future__ import annotations

import torch
from torch import Tensor


def balanced_rows(labels: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` rows of labels (N,) int64 with a label above 0, each category equally likely, with replacement.

    Returns (count,) int64, or an empty tensor where nothing is labelled.
    """
    rows = torch.nonzero(labels > 0).squeeze(1)
    if len(rows) == 0 or count <= 0:
        return rows[:0]
    order = torch.argsort(labels[rows], stable=True)
    rows = rows[order]
    _, sizes = torch.unique_consecutive(labels[rows], return_counts=True)
    starts = torch.cumsum(sizes, 0) - sizes
    category = torch.randint(len(sizes), (count,), generator=generator)
    share = torch.rand(count, generator=generator)
    return rows[starts[category] + (share * sizes[category]).long().clamp_max(sizes[category] - 1)]
