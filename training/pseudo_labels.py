"""Guesses: labels carried along the neighbour graph of p, with a gate that leaves alone what nobody has named yet.

Propagation (Zhou et al., 2004, "Learning with local and global consistency"):  F <- a S F + (1 - a) Y  with
S = D^-1/2 W D^-1/2 on the symmetric k-nearest-neighbour graph. Each category's column is divided by its number of labels,
so that a well labelled one does not swallow the others. The same is done with a part of the labels kept out, fold by
fold: what comes back to those says how sure the rest may be (calibration.py) and which labels look like mistakes.

The gate compares the mass that reached a sample with what a category's mass usually meets, the mean over the mass itself
(sum F^2 / sum F, without the labelled samples): where hardly any arrives, the sample belongs to something unnamed. That
mean hardly depends on how many labels there are; the mass that labelled samples hold themselves did, by a factor of ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

from . import calibration, linear
from .graph import nearest_of
from .linear import Linear

ALPHA = 0.99
ITERATIONS = 60
PAIRS = 4_000_000
TERMS = 40_000_000
"""Distances, and terms of the propagation, in one slice: about as long as a step of training."""
SMALL = 2000
"""Up to this many samples a round is one slice."""
WEAKEST = 0.4
"""Of the mass that a category's usually meets, what a guess needs at least at gate 1. On digits, five of ten named or all,
it keeps 95 % of what was named and 90 % of the rest out."""
STEEPNESS = 4
"""Of novelty as a function of mass; with it, what was said was right about as often as it claimed."""
DOUBT = 0.9
"""How sure the others must be of another category before a label is doubted."""


@dataclass(frozen=True, eq=False)
class Guesses:
    """Of M samples, C categories `known` (C,) int64. Labelled samples keep their label, with probability 1.

    probability: (M, 1 + C) float32, column 0 is "none of them". category: (M,) int64, 0 where nothing may be said.
    confidence: (M,) float32, the probability of that category, 0 where nothing may be said. margin: (M,) float32, between
    the two highest probabilities. novelty: (M,) float32, column 0. doubted: (M,) int64, what a labelled sample would be
    called without its label, where that is surely something else; else 0. surprises: (T, W), of calibration.py.
    """

    known: Tensor
    probability: Tensor
    category: Tensor
    confidence: Tensor
    margin: Tensor
    novelty: Tensor
    doubted: Tensor
    surprises: Tensor


class Guessing:
    """One round of guesses from the labels given, in slices: among steps of training no slice is long to wait for."""

    def __init__(self, p: Tensor, given: Tensor, neighbours: int, gate: float, beside: Beside | None = None) -> None:
        """p: (M, 32) float32 of length 1; given: (M,) int64, 0 unlabelled, at least one labelled."""
        self.p, self.given, self.neighbours, self.gate = p, given, neighbours, gate
        self.squares = p.square().sum(1)
        self.known = torch.unique(given[given > 0])
        self.fold = calibration.folds(given, self.known)
        self.near = torch.empty(0, min(neighbours, len(p) - 1), dtype=torch.int64)
        self.walk: Walk | None = None
        self.kept = [given]
        if bool((self.fold >= 0).any()):
            self.kept += [torch.where(self.fold == fold, 0, given) for fold in range(calibration.FOLDS)]
        # without folds nothing says how much the linear guess may count
        self.beside = beside if len(self.kept) > 1 else None
        self.log_shares = torch.zeros(len(p), 0)
        self.start = torch.cat([sources(labels, self.known) for labels in self.kept], dim=1)
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
        while self.beside is not None and (number := self.log_shares.shape[1] // len(self.known)) < len(self.kept):
            fresh = self.beside.log_shares(number, self.kept[number], self.known)
            self.log_shares = torch.cat([self.log_shares, fresh], dim=1)
            if size > SMALL:
                return None
        if self.walk is None:
            self.walk = Walk(smoothing(self.near))
        cost = len(self.walk.weights) * self.spread.shape[1]
        for _ in range(ITERATIONS if size <= SMALL else max(1, TERMS // max(1, cost))):
            if self.iteration == ITERATIONS:
                break
            self.spread = ALPHA * self.walk.step(self.spread) + (1 - ALPHA) * self.start
            self.iteration += 1
        if self.iteration < ITERATIONS:
            return None
        return judged(self.spread, self.given, self.known, self.fold, self.gate, self.log_shares, self.beside)

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps of a round half done."""
        return {
            "p": self.p,
            "given": self.given,
            "near": self.near,
            "spread": self.spread,
            "iteration": self.iteration,
            "log_shares": self.log_shares,
        }

    @classmethod
    def resumed(cls, state: dict[str, Any], neighbours: int, gate: float, beside: Beside | None = None) -> Guessing:
        """Go on with a round from a checkpoint."""
        self = cls(state["p"].clone(), state["given"].clone(), neighbours, gate, beside)
        self.near, self.spread, self.iteration = (
            state["near"].clone(),
            state["spread"].clone(),
            int(state["iteration"]),
        )
        self.log_shares = state.get("log_shares", self.log_shares).clone()  # versions before the linear guess kept none
        return self


@dataclass(frozen=True, eq=False)
class Beside:
    """What a round of guesses has beside propagation, of the samples `rows` (M,) int64.

    weights: of the linear guess, fitted so far, the whole first, then by fold; kept while labels stay. fresh: (M,) bool,
    labels that have not been asked yet: what is foretold of the others has partly been learnt from them. surprises:
    (T, W), by labels so far, of calibration.py; a round adds its own. columns: (M, D) float32, of the linear guess.
    """

    linear: Linear
    rows: Tensor
    weights: list[Tensor]
    fresh: Tensor
    surprises: Tensor
    columns: Tensor

    def log_shares(self, number: int, given: Tensor, known: Tensor) -> Tensor:
        """(M, C) float32: the linear guess from the labels given (M,), those of a fold left out."""
        if number == len(self.weights):
            labelled = torch.nonzero(given > 0).squeeze(1)
            column = torch.searchsorted(known, given[labelled])
            self.weights.append(self.linear.fitted(self.rows[labelled], column, len(known)))
        return linear.log_shares(self.columns, self.weights[number])


def guess(p: Tensor, given: Tensor, neighbours: int, gate: float) -> Guesses:
    """Guess the category of every sample from the labels given, at one go.

    p: (M, 32) float32 of length 1; given: (M,) int64, 0 unlabelled, at least one labelled.
    """
    guessing = Guessing(p, given, neighbours, gate)
    while (guesses := guessing.advance()) is None:
        pass
    return guesses


def judged(
    spread: Tensor, given: Tensor, known: Tensor, fold: Tensor, gate: float, log_shares: Tensor, beside: Beside | None
) -> Guesses:
    """What the mass (M, C) or (M, (1 + FOLDS) C) that reached each sample says, gated and calibrated.

    log_shares: what the linear guess says, as many columns; where there is nothing beside propagation, none.
    """
    if beside is None:
        log_shares = torch.zeros_like(spread)
    whole, *folded = spread.split(len(known), dim=1)
    linearly, *linearly_folded = log_shares.split(len(known), dim=1)
    untold = fold if beside is None else torch.where(beside.fresh, fold, -1)
    surprises = calibration.surprise(tuple(folded), tuple(linearly_folded), untold, given, known)
    surprises = surprises if beside is None else beside.surprises + surprises
    blend = calibration.fitted(surprises)
    probability = probabilities(whole, linearly, given > 0, blend, gate)
    doubted = torch.zeros_like(given)
    for number, (part, said) in enumerate(zip(folded, linearly_folded, strict=True)):
        rows = torch.nonzero(fold == number).squeeze(1)
        without = probabilities(part, said, (given > 0) & (fold != number), blend, gate)[rows]
        sure, column = without[:, 1:].max(1)
        other = (sure >= DOUBT) & (known[column] != given[rows])
        doubted[rows[other]] = known[column[other]]
    labelled = torch.nonzero(given > 0).squeeze(1)
    probability[labelled] = 0.0
    probability[labelled, 1 + torch.searchsorted(known, given[labelled])] = 1.0
    return Guesses(known, probability, *answers(probability, known), doubted, surprises)


def probabilities(spread: Tensor, log_shares: Tensor, labelled: Tensor, blend: calibration.Blend, gate: float) -> Tensor:
    """(M, 1 + C) float32: "none of them", and each category, from the mass (M, C) and what the linear guess says, (M, C).

    labelled: (M,) bool.
    """
    free = spread * ~labelled[:, None]
    usual = free.square().sum(0) / free.sum(0).clamp_min(calibration.TINY)
    best, column = spread.max(1)
    mass = (best / usual[column].clamp_min(calibration.TINY)).clamp_max(1e3) ** STEEPNESS
    novelty = 1 - mass / (mass + (WEAKEST * gate) ** STEEPNESS).clamp_min(calibration.TINY)
    novelty = novelty if gate > 0 else torch.zeros_like(novelty)
    share = calibration.shares(spread, log_shares, blend)
    return torch.cat([novelty[:, None], share * (1 - novelty[:, None])], dim=1)


def answers(probability: Tensor, known: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """(category, confidence, margin, novelty), each (M,), of probability (M, 1 + C): unknown is what is more so than not."""
    novelty = probability[:, 0]
    sure, column = probability[:, 1:].max(1)
    said = novelty <= 0.5
    category, confidence = torch.where(said, known[column], 0), torch.where(said, sure, 0.0)
    first, second = probability.topk(2, dim=1).values.unbind(1)
    return category, confidence, first - second, novelty.clone()


def sources(given: Tensor, known: Tensor) -> Tensor:
    """(M, C) float32: each category's labels, together 1 (0 where it has none)."""
    start = (given[:, None] == known[None, :]).float()
    return start / start.sum(0, keepdim=True).clamp_min(1.0)


class Walk:
    """S as sums over rows, which take a tenth of the time of torch's sparse product and come out the same to the bit."""

    def __init__(self, smooth: Tensor) -> None:
        """smooth: (M, M) sparse and coalesced."""
        rows, self.columns = smooth.indices()
        self.weights = smooth.values()
        counts = torch.bincount(rows, minlength=smooth.shape[0])
        self.offsets = counts.cumsum(0) - counts

    def step(self, spread: Tensor) -> Tensor:
        """S F of F (M, C)."""
        product: Tensor = embedding_bag(
            self.columns, spread, self.offsets, mode="sum", per_sample_weights=self.weights
        )
        return product


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
    for category in guesses.known:
        rows = torch.nonzero((guesses.category == category) & (given == 0)).squeeze(1)
        count = int(len(rows) * share)
        if count:
            chosen[rows[guesses.confidence[rows].topk(count).indices]] = category
    return chosen
