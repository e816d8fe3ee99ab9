"""Pairs that belong together: two views of one picture, or two raw samples that are neighbours."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ..views import ViewBank

Agreement = Callable[[Tensor, Tensor], Tensor]
"""Two (B,) int64 of rows -> (B,) float32, 0..1."""
DOUBT = 10.0
"""Pairs of labelled neighbours, all of one category, that make neighbours half as sure as they can be."""
TRIES = 4
"""Neighbours that are drawn anew for a sample whose neighbour is called something else."""


class PairSampler:
    """Draws the two halves of a batch: a share of it view pairs where there are views, the rest neighbours.

    Two neighbours that are called differently, by a label or a guess, are no pair: it would pull across the border that the
    labels draw. Another neighbour takes the place, and where four in a row are of others, the sample is its own partner.
    Where there are views, the rest stay pairs as probably as they are of one category, and two views of the first take the
    place of the others. That is guessed pair by pair, and counted where both of a pair carry a label: where most are of one
    category, the more they are, the less guesses part. So neighbours that share their category, as those of digits do,
    go on to pull, and those that do not, as those of words spoken by many voices, give way to views.
    """

    def __init__(
        self, features: Tensor, graph_rows: Tensor, graph: Tensor, views: ViewBank | None, share: float = 0.5
    ) -> None:
        """features (N, ...); graph (M, k) int64 neighbours (as rows of features) of the samples graph_rows (M,)."""
        if not graph.shape[1]:
            graph = graph_rows[:, None]  # a sample that is alone is its own neighbour
        self.features, self.graph_rows, self.graph, self.views = features, graph_rows, graph, views
        self.share = share if views is not None else 0.0
        self.alike = 0.0

    def labels_changed(self, given: Tensor) -> None:
        """Count neighbours that both carry a label, of given (N,) int64: n / (m + DOUBT) where most, n of m, are of one
        category, else 0.
        """
        one, other = given[self.graph_rows][:, None], given[self.graph]
        both = (one > 0) & (other > 0)
        same, all_of_them = int((both & (one == other)).sum()), int(both.sum())
        self.alike = same / (all_of_them + DOUBT) if 2 * same > all_of_them else 0.0

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
