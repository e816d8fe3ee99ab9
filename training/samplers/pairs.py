"""Pairs that belong together: two views of one picture, or two raw samples that are neighbours."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ..views import ViewBank

Agreement = Callable[[Tensor, Tensor], Tensor]
"""Two (B,) int64 of rows -> (B,) float32, 0..1."""
DOUBT = 10.0
"""Pairs of labelled neighbours, all of one category, that make neighbours half as sure as they can be."""
HOPS = 3
"""Neighbours of neighbours of neighbours: with few labels hardly any has another next to it."""
LEAST_ALIKE, LEAST_COUNTED = 0.7, 40
"""The share of pairs of labels within so many hops that must be of one category, once so many labels have another there.
Measured (docs/learning.md): digits, 5 %: .81 to .96, MNIST .74 to .91; photographs .35 to .64.
"""
MOST_COUNTED = 300
"""Labelled samples that are compared with those around them, at most."""
TRIES = 4
"""Neighbours that are drawn anew for a sample whose neighbour is called something else."""


class PairSampler:
    """Draws the two halves of a batch: a share of it view pairs where there are views, the rest neighbours.

    Two neighbours that are called differently, by a label or a guess, are no pair: it would pull across the border that the
    labels draw. Another neighbour takes the place, and where four in a row are of others, the sample is its own partner.
    Where there are views, the rest stay pairs as probably as they are of one category, and two views of the first take the
    place of the others. That is guessed pair by pair, and counted where both of a pair carry a label: where most are of one
    category, the more they are, the less guesses part. Where labels a few neighbours apart contradict each other too often,
    all give way: a guess that leans on such neighbours knows no better. So neighbours that share their category, as those of
    digits do, go on to pull, and those that do not, as those of words spoken by many voices, or of pieces of photographs,
    are left.
    """

    def __init__(
        self, features: Tensor, graph_rows: Tensor, graph: Tensor, views: ViewBank | None, share: float = 0.5
    ) -> None:
        """features (N, ...); graph (M, k) int64 neighbours (as rows of features) of the samples graph_rows (M,) ascending."""
        if not graph.shape[1]:
            graph = graph_rows[:, None]  # a sample that is alone is its own neighbour
        self.features, self.graph_rows, self.graph, self.views = features, graph_rows, graph, views
        self.share = share if views is not None else 0.0
        self.alike, self.misleading = 0.0, False

    def labels_changed(self, given: Tensor) -> None:
        """Count neighbours that both carry a label, of given (N,) int64: alike is n / (m + DOUBT) where most, n of m, are of
        one category, else 0. They are misleading where of pairs of labels within HOPS less than LEAST_ALIKE are of one category.
        """
        same, both = (int(count.sum()) for count in shared(given[self.graph_rows], given[self.graph]))
        self.alike = same / (both + DOUBT) if 2 * same > both else 0.0
        place = torch.nonzero(given[self.graph_rows] > 0).squeeze(1)
        rows = self.graph_rows[place[:: max(1, math.ceil(len(place) / MOST_COUNTED))]]
        near, around = rows[:, None], []
        for _ in range(HOPS):
            near = self.graph[torch.searchsorted(self.graph_rows, near)].flatten(1)
            around.append(torch.where(near == rows[:, None], 0, given[near]))
        alike, pairs = shared(given[rows], torch.cat(around, dim=1))
        self.misleading = int((pairs > 0).sum()) >= LEAST_COUNTED and bool(alike.sum() < LEAST_ALIKE * pairs.sum())

    def draw(
        self, batch: int, generator: torch.Generator, called: Tensor | None = None, agreement: Agreement | None = None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Two tensors (batch, ...) of features, row i of both belongs together; and (batch,) int64, which samples they are.

        called: (N,) int64, what samples are called, 0 nothing. agreement: how probably two samples are of one category, as guessed.
        """
        viewed = round(batch * self.share)
        neighbours = batch - viewed if agreement is None or self.views is None else batch
        place = torch.randint(len(self.graph_rows), (neighbours,), generator=generator)
        left_rows, right_rows = self.graph_rows[place], self._neighbours(place, generator)
        if called is not None:
            for _ in range(TRIES):
                apart = self._apart(left_rows, right_rows, called)
                right_rows[apart] = self._neighbours(place[apart], generator)
            apart = self._apart(left_rows, right_rows, called)
            right_rows[apart] = left_rows[apart]
        left, right = self.features[left_rows], self.features[right_rows]
        if self.views is not None and agreement is not None:
            chance = self.alike + (1 - self.alike) * agreement(left_rows, right_rows)
            if self.misleading:
                chance = torch.zeros_like(chance)
            kept = torch.rand(len(left_rows), generator=generator) < chance
            parted = torch.nonzero(~kept | (left_rows == right_rows)).squeeze(1)
            rows = left_rows[parted]
            left[parted], right[parted] = self.views.draw(rows, generator), self.views.draw(rows, generator)
            right_rows[parted] = rows
            # they count among the views: where neighbours can be trusted, there are no more views than were asked for
            viewed = max(0, viewed - len(parted))
            together = torch.ones(batch, dtype=torch.bool)
            together[parted] = False
            places = torch.cat([parted, torch.nonzero(together).squeeze(1)])[: batch - viewed]
            left, right, left_rows, right_rows = left[places], right[places], left_rows[places], right_rows[places]
        if self.views is not None and viewed:
            rows = torch.randint(len(self.features), (viewed,), generator=generator)
            left = torch.cat([left, self.views.draw(rows, generator)])
            right = torch.cat([right, self.views.draw(rows, generator)])
            left_rows, right_rows = torch.cat([left_rows, rows]), torch.cat([right_rows, rows])
        return left, right, left_rows, right_rows

    def _neighbours(self, place: Tensor, generator: torch.Generator) -> Tensor:
        """(B,) int64: a neighbour of each of graph_rows[place]."""
        return self.graph[place, torch.randint(self.graph.shape[1], (len(place),), generator=generator)]

    @staticmethod
    def _apart(left: Tensor, right: Tensor, called: Tensor) -> Tensor:
        """(A,) int64: where in rows left and right (B,) both have a name, and not the same."""
        one, other = called[left], called[right]
        return torch.nonzero((one > 0) & (other > 0) & (one != other)).squeeze(1)


def shared(given: Tensor, others: Tensor) -> tuple[Tensor, Tensor]:
    """(of one category, all), each (B,) int64: of labels given (B,) and others (B, K), 0 none, pairs that have both."""
    both = (given[:, None] > 0) & (others > 0)
    return (both & (given[:, None] == others)).sum(1), both.sum(1)
