"""How sure a guess may be, and how much the linear one counts beside propagation: fitted on labels that were kept out, in
folds. Never on the truth.

Guo et al., "On Calibration of Modern Neural Networks" (2017), with a prior: a handful of labels cannot say much, and then
the temperature stays near what fitted many data sets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

FOLDS = 3
MOST_CATEGORIES = 64
"""With more, folds would cost more than they tell."""
MOST = 2000
"""Labels that the temperature is fitted on, at most."""
USUAL = 0.4
TRUST = 4.0
"""The prior's weight, per unit of the logarithm of the temperature; linear, so that many labels can overrule it."""
LEAST = 1e-3
"""What a label counts as, at least: one that was given by mistake must not make everything unsure."""
GRID = 0.03 * 100 ** (torch.arange(50) / 39)
"""From 0.03 to 9.8, an eighth apart: at the top propagation says next to nothing."""
WEIGHTS = torch.tensor([0.0, 0.125, 0.25, 0.5, 1.0, 2.0])
LINEAR_TRUST = 2.0
"""What the linear guess must gain, in logarithms of probability, for each unit of its weight; with no fold it weighs nothing."""
TINY = 1e-30


def folds(given: Tensor, known: Tensor) -> Tensor:
    """(M,) int64: in which fold a label is kept out, by turns within each category; -1 unlabelled, or none at all."""
    number = torch.full_like(given, -1)
    if len(known) <= MOST_CATEGORIES:
        for category in known:
            rows = torch.nonzero(given == category).squeeze(1)
            number[rows] = torch.arange(len(rows)) % FOLDS
    return number


@dataclass(frozen=True)
class Blend:
    """probability ~ mass^(1 / temperature) times (what the linear guess says)^linear."""

    temperature: float
    linear: float


def shares(spread: Tensor, log_shares: Tensor, blend: Blend) -> Tensor:
    """(..., C) float32 that sum to 1, from the mass (..., C) and the linear guess's logarithms (..., C)."""
    return torch.softmax(spread.clamp_min(TINY).log() / blend.temperature + blend.linear * log_shares, dim=-1)


def nothing() -> Tensor:
    """(T, W) float32: no surprise yet."""
    return torch.zeros(len(GRID), len(WEIGHTS))


def surprise(
    folded: tuple[Tensor, ...], straight: tuple[Tensor, ...], number: Tensor, given: Tensor, known: Tensor
) -> Tensor:
    """(T, W) float32: how surprising labels kept out are, under each temperature of GRID and weight of WEIGHTS.

    folded, straight: for each fold the mass (M, C) and the linear guess's logarithms (M, C) without its labels; number,
    given: (M,). A label whose category has no other is left out, as nothing could have guessed it.
    """
    loss = nothing()
    for fold, (spread, log_shares) in enumerate(zip(folded, straight, strict=True)):
        rows = torch.nonzero(number == fold).squeeze(1)
        rows = rows[:: max(1, math.ceil(len(rows) * FOLDS / MOST))]
        column = torch.searchsorted(known, given[rows])
        possible = (spread > 0).any(0)[column]
        rows, column = rows[possible], column[possible, None]
        if len(rows):
            mass, said = spread[rows], log_shares[rows]
            for place, temperature in enumerate(GRID.tolist()):
                for slot, weight in enumerate(WEIGHTS.tolist()):
                    right = shares(mass, said, Blend(temperature, weight)).gather(1, column)
                    loss[place, slot] -= right.clamp_min(LEAST).log().sum()
    return loss


def fitted(surprises: Tensor) -> Blend:
    """The blend that is least surprising, beside what is usual. surprises: (T, W), as surprise() gives them."""
    usual = TRUST * (GRID / USUAL).log().abs()[:, None] + LINEAR_TRUST * WEIGHTS[None, :]
    best = int((surprises + usual).argmin())
    return Blend(float(GRID[best // len(WEIGHTS)]), float(WEIGHTS[best % len(WEIGHTS)]))
