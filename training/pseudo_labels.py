"""Guesses: labels carried along the neighbour graph of p, with a gate that leaves alone what nobody has named yet.

Propagation (Zhou et al., 2004, "Learning with local and global consistency"):  F <- a S F + (1 - a) Y  with
S = D^-1/2 W D^-1/2 on the symmetric k-nearest-neighbour graph. Each category's column is divided by its number of labels,
so that a well labelled one does not swallow the others.

The gate compares how much mass reached a sample with what reaches labelled ones by way of their neighbours: where hardly
any does, the sample belongs to something unnamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .graph import nearest_of

ALPHA = 0.99
ITERATIONS = 60
PAIRS = 4_000_000
TERMS = 2_000_000
"""Distances, and terms of the propagation, in one slice: about as long as a step of training."""
SMALL = 2000
"""Up to this many samples a round is one slice."""
WEAKEST = 0.4
"""Of the mass that a labelled sample receives, what a guess needs at least at gate 1."""


@dataclass(frozen=True, eq=False)
class Guesses:
    """category: (M,) int64, 0 where nothing may be said. confidence: (M,) float32 0..1. mass: (M,) float32, relative."""

    category: Tensor
    confidence: Tensor
    mass: Tensor


class Guessing:
    """One round of guesses from the labels given, in slices: among steps of training no slice is long to wait for."""

    def __init__(self, p: Tensor, given: Tensor, neighbours: int, gate: float) -> None:
        """p: (M, 32) float32 of length 1; given: (M,) int64, 0 unlabelled, at least one labelled."""
        self.p, self.given, self.neighbours, self.gate = p, given, neighbours, gate
        self.squares = p.square().sum(1)
        self.known = torch.unique(given[given > 0])
        self.near = torch.empty(0, min(neighbours, len(p) - 1), dtype=torch.int64)
        self.smooth: Tensor | None = None
        self.start = sources(given, self.known)
        self.spread = self.start.clone()
        self.iteration = 0

    def advance(self) -> Guesses | None:
        """Work for one slice. Returns the guesses after the last one."""
        size = len(self.p)
        begin = len(self.near)
        if begin < size:
            end = min(size, begin + max(16, PAIRS // size))
            fresh = nearest_of(self.p, self.squares, begin, end, self.neighbours)
            self.near = torch.cat([self.near, fresh])
            if size > SMALL:
                return None
        if self.smooth is None:
            self.smooth = smoothing(self.near)
        cost = self.smooth.indices().shape[1] * len(self.known)
        for _ in range(ITERATIONS if size <= SMALL else max(1, TERMS // cost)):
            if self.iteration == ITERATIONS:
                break
            self.spread = ALPHA * torch.sparse.mm(self.smooth, self.spread) + (1 - ALPHA) * self.start
            self.iteration += 1
        if self.iteration < ITERATIONS:
            return None
        return judged(self.spread, self.given, self.known, self.gate)

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps of a round half done."""
        return {
            "p": self.p,
            "given": self.given,
            "near": self.near,
            "spread": self.spread,
            "iteration": self.iteration,
        }

    @classmethod
    def resumed(cls, state: dict[str, Any], neighbours: int, gate: float) -> Guessing:
        """Go on with a round from a checkpoint."""
        self = cls(state["p"].clone(), state["given"].clone(), neighbours, gate)
        self.near, self.spread, self.iteration = (
            state["near"].clone(),
            state["spread"].clone(),
            int(state["iteration"]),
        )
        return self


def guess(p: Tensor, given: Tensor, neighbours: int, gate: float) -> Guesses:
    """Guess the category of every sample from the labels given, at one go.

    p: (M, 32) float32 of length 1; given: (M,) int64, 0 unlabelled. Labelled samples keep their label, confidence 1.
    """
    size = len(p)
    if not bool((given > 0).any()):
        return Guesses(torch.zeros(size, dtype=torch.int64), torch.zeros(size), torch.zeros(size))
    guessing = Guessing(p, given, neighbours, gate)
    while (guesses := guessing.advance()) is None:
        pass
    return guesses


def judged(spread: Tensor, given: Tensor, known: Tensor, gate: float) -> Guesses:
    """What the mass (M, C) that reached each sample says, gated."""
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


def sources(given: Tensor, known: Tensor) -> Tensor:
    """(M, C) float32: each category's labels, together 1."""
    start = (given[:, None] == known[None, :]).float()
    return start / start.sum(0, keepdim=True)


def smoothing(near: Tensor) -> Tensor:
    """S of the symmetric graph of neighbours near (M, k), sparse (M, M) float32."""
    size, k = near.shape
    rows = torch.arange(size).repeat_interleave(k)
    columns = near.reshape(-1)
    index = torch.cat([torch.stack([rows, columns]), torch.stack([columns, rows])], dim=1)
    weights = torch.ones(index.shape[1])
    graph = torch.sparse_coo_tensor(index, weights, (size, size), check_invariants=False).coalesce()
    pair = graph.indices()
    degree = torch.zeros(size).index_add_(0, pair[0], torch.ones(pair.shape[1]))
    scale = degree.rsqrt()
    values = scale[pair[0]] * scale[pair[1]]
    return torch.sparse_coo_tensor(pair, values, (size, size), check_invariants=False, is_coalesced=True)


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
