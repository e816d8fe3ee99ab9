"""The linear guess: multinomial logistic regression from the labels given, on what the features are before any training.

Where neighbours share their category, propagation along them knows more than this. Where they do not, as in short texts or
in words spoken by many voices, this knows more. calibration.py weighs the two by how well each foretells labels kept out.

    L = sum over labelled samples and views of them of -log softmax(W x + b)_y + |W|^2 / (2 C)

with x on principal components, scaled so that the mean of |x|^2 is 1.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from .graph import BLOCK, Reduction
from .views import ViewBank

STRENGTH = 30.0
"""C. From 1 to 100 the sets of docs/learning.md differ by a few points, and not in one direction."""
MOST = 2_000
"""Rows that are fitted, views included, at most."""
ITERATIONS = 200
LEAST = 1e-4
"""Penalty of b: enough for a factor where no row is."""
ROUNDING = 1e-6


class Linear:
    """The columns of a run's samples, and weights fitted on some of them."""

    def __init__(self, features: Tensor, rows: Tensor) -> None:
        """features (N, ...); rows (M,) int64 ascending: the samples whose principal components are taken."""
        self.features, self.rows = features, rows
        flat = features[rows].flatten(1)
        self.reduction = Reduction(flat)
        self.columns = self.reduction(flat)
        self.scale = float(self.columns.square().sum(1).mean().sqrt().clamp_min(1e-12))
        self.views: ViewBank | None = None

    def of(self, rows: Tensor) -> Tensor:
        """(R, D) float32: the columns of samples `rows` (R,) int64."""
        place = torch.searchsorted(self.rows, rows).clamp_max(len(self.rows) - 1)
        columns = self.columns[place]
        for part in torch.nonzero(self.rows[place] != rows).squeeze(1).split(BLOCK):
            columns[part] = self.reduction(self.features[rows[part]].flatten(1))
        return columns / self.scale

    def fitted(self, rows: Tensor, column: Tensor, categories: int) -> Tensor:
        """(D + 1, C) float32 weights from labelled samples `rows` (R,) with columns (R,) int64 below C, and views of them."""
        chosen = evenly(column, categories)
        rows, column = rows[chosen], column[chosen]
        parts = [self.of(rows)]
        if self.views is not None:
            for view in self.views.bank[: max(0, MOST // max(1, len(rows)) - 1)]:
                parts.append(self.reduction(view[rows].float().div(255).flatten(1)) / self.scale)
        return fit(torch.cat(parts), column.repeat(len(parts)), categories)


def evenly(column: Tensor, categories: int) -> Tensor:
    """(K,) int64 ascending places in column (R,): all, or where they are more than MOST, of each category as many at most."""
    if len(column) <= MOST:
        return torch.arange(len(column))
    each = max(1, MOST // categories)
    places = (torch.nonzero(column == number).squeeze(1) for number in range(categories))
    return torch.cat([own[:: -(-len(own) // each)] for own in places if len(own)]).sort().values


def fit(x: Tensor, column: Tensor, categories: int) -> Tensor:
    """(D + 1, K) float32 weights, the last row b, from x (R, D) float32 with columns (R,) int64 below K categories.

    By the bound of Böhning (1992, "Multinomial logistic regression algorithm"): the Hessian is nowhere above X'X / 2 + 1 / C,
    so that one factor serves every step and no step is too long; with Nesterov's momentum. A few multiplications, where
    torch.optim would import a compiler first, a second in the way of the first label.
    """
    design = torch.cat([x, torch.ones(len(x), 1)], dim=1)
    penalty = torch.full((design.shape[1], 1), 1 / STRENGTH)
    penalty[-1] = LEAST
    bound = design.T @ design / 2 + torch.diag(penalty[:, 0])
    # a sample far beyond all that was reduced may leave nothing of the penalty in float32; a higher bound is one, too
    factor = torch.linalg.cholesky(bound + ROUNDING * bound.diagonal().max() * torch.eye(len(bound)))
    wanted = one_hot(column, categories).float()
    weights = ahead = torch.zeros(design.shape[1], categories)
    for iteration in range(ITERATIONS):
        gradient = design.T @ (torch.softmax(design @ ahead, dim=1) - wanted) + penalty * ahead
        before, weights = weights, ahead - torch.cholesky_solve(gradient, factor)
        ahead = weights + iteration / (iteration + 3) * (weights - before)
    return weights


def log_shares(x: Tensor, weights: Tensor) -> Tensor:
    """(R, C) float32: the logarithm of each category's probability for rows x (R, D)."""
    return torch.log_softmax(torch.addmm(weights[-1], x, weights[:-1]), dim=1)
