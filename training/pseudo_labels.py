"""Guesses: labels carried along the neighbour graph of p, with a gate that leaves alone what nobody has named yet.

Propagation (Zhou et al., 2004, "Learning with local and global consistency"):  F <- a S F + (1 - a) Y  with
S = D^-1/2 W D^-1/2 on the symmetric k-nearest-neighbour graph. Each category's column is divided by its number of labels,
so that a well labelled one does not swallow the others.

The gate compares how much mass reached a sample with what reaches labelled ones by way of their neighbours: where hardly
any does, the sample belongs to something unnamed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .graph import nearest

ALPHA = 0.99
ITERATIONS = 60
WEAKEST = 0.4
"""Of the mass that a labelled sample receives, what a guess needs at least at gate 1."""


@dataclass(frozen=True, eq=False)
class Guesses:
    """category: (M,) int64, 0 where nothing may be said. confidence: (M,) float32 0..1. mass: (M,) float32, relative."""

    category: Tensor
    confidence: Tensor
    mass: Tensor


def guess(p: Tensor, given: Tensor, neighbours: int, gate: float) -> Guesses:
    """Guess the category of every sample from the labels given.

    p: (M, 32) float32 of length 1; given: (M,) int64, 0 unlabelled. Labelled samples keep their label, confidence 1.
    """
    size = len(p)
    known = torch.unique(given[given > 0])
    if len(known) == 0:
        return Guesses(torch.zeros(size, dtype=torch.int64), torch.zeros(size), torch.zeros(size))
    spread = propagate(p, given, known, neighbours)
    total = spread.sum(1)
    best, column = spread.max(1)
    category = known[column]
    confidence = best / total.clamp_min(1e-12)
    labelled = given > 0
    reference = typical_mass(spread, given, known)
    mass = best / reference[column].clamp_min(1e-12)
    category = torch.where(mass >= WEAKEST * gate, category, torch.zeros_like(category))
    category = torch.where(labelled, given, category)
    confidence = torch.where(labelled, torch.ones_like(confidence), confidence)
    confidence = torch.where(category > 0, confidence, torch.zeros_like(confidence))
    return Guesses(category, confidence, mass)


def typical_mass(spread: Tensor, given: Tensor, known: Tensor) -> Tensor:
    """(C,) float32: the median mass that each category's own labelled samples hold."""
    return torch.stack([spread[given == category, index].median() for index, category in enumerate(known)])


def propagate(p: Tensor, given: Tensor, known: Tensor, neighbours: int) -> Tensor:
    """(M, C) float32: how much of each category's labels reaches each sample."""
    size = len(p)
    near = nearest(p, neighbours)
    k = near.shape[1]
    rows = torch.arange(size).repeat_interleave(k)
    columns = near.reshape(-1)
    index = torch.cat([torch.stack([rows, columns]), torch.stack([columns, rows])], dim=1)
    weights = torch.ones(index.shape[1])
    graph = torch.sparse_coo_tensor(index, weights, (size, size), check_invariants=False).coalesce()
    pair = graph.indices()
    degree = torch.zeros(size).index_add_(0, pair[0], torch.ones(pair.shape[1]))
    scale = degree.rsqrt()
    values = scale[pair[0]] * scale[pair[1]]
    smooth = torch.sparse_coo_tensor(pair, values, (size, size), check_invariants=False, is_coalesced=True)
    start = (given[:, None] == known[None, :]).float()
    start = start / start.sum(0, keepdim=True)
    spread = start.clone()
    for _ in range(ITERATIONS):
        spread = ALPHA * torch.sparse.mm(smooth, spread) + (1 - ALPHA) * start
    return spread


def surest(guesses: Guesses, given: Tensor, share: float) -> Tensor:
    """(M,) int64: labels for the supervised terms: the given ones, and the surest `share` of each category's guesses."""
    chosen = given.clone()
    for category in torch.unique(guesses.category):
        if category == 0:
            continue
        rows = torch.nonzero((guesses.category == category) & (given == 0)).squeeze(1)
        count = int(len(rows) * share)
        if count:
            rank = guesses.confidence[rows] * guesses.mass[rows].clamp_max(1.0)
            chosen[rows[rank.topk(count).indices]] = category
    return chosen
