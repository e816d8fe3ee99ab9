"""How sure a guess may be: a temperature fitted on labels that were kept out of propagation, in folds. Never on the truth.

Guo et al., "On Calibration of Modern Neural Networks" (2017), with a prior: a handful of labels cannot say much, and then
the temperature stays near what fitted many data sets.
"""

from __future__ import annotations

import math

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
GRID = torch.logspace(math.log10(0.03), math.log10(3.0), 40)
TINY = 1e-30


def folds(given: Tensor, known: Tensor) -> Tensor:
    """(M,) int64: in which fold a label is kept out, by turns within each category; -1 unlabelled, or none at all."""
    number = torch.full_like(given, -1)
    if len(known) <= MOST_CATEGORIES:
        for category in known:
            rows = torch.nonzero(given == category).squeeze(1)
            number[rows] = torch.arange(len(rows)) % FOLDS
    return number


def shares(spread: Tensor, temperature: float | Tensor) -> Tensor:
    """(..., C) float32 that sum to 1: mass (..., C) to the power 1 / temperature, over the sum."""
    return torch.softmax(spread.clamp_min(TINY).log() / temperature, dim=-1)


def fitted(folded: tuple[Tensor, ...], number: Tensor, given: Tensor, known: Tensor) -> float:
    """The temperature under which labels kept out are least surprising.

    folded: for each fold the mass (M, C) without its labels; number, given: (M,). A label whose category has no other is
    left out, as nothing could have guessed it.
    """
    loss = TRUST * (GRID / USUAL).log().abs()
    for fold, spread in enumerate(folded):
        rows = torch.nonzero(number == fold).squeeze(1)
        rows = rows[:: max(1, math.ceil(len(rows) * FOLDS / MOST))]
        column = torch.searchsorted(known, given[rows])
        possible = (spread > 0).any(0)[column]
        rows, column = rows[possible], column[possible]
        for place, temperature in enumerate(GRID):
            right = shares(spread[rows], temperature).gather(1, column[:, None])
            loss[place] -= right.clamp_min(LEAST).log().sum()
    return float(GRID[loss.argmin()])
