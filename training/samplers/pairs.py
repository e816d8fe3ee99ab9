"""Pairs that belong together: two views of one picture, or two raw samples that are neighbours."""

from __future__ import annotations

import torch
from torch import Tensor

from ..views import ViewBank


class PairSampler:
    """Draws the two halves of a batch: one half of it view pairs where there are views, the rest neighbours."""

    def __init__(
        self, features: Tensor, graph_rows: Tensor, graph: Tensor, views: ViewBank | None, share: float = 0.5
    ) -> None:
        """features (N, ...); graph (M, k) int64 neighbours (as rows of features) of the samples graph_rows (M,)."""
        if not graph.shape[1]:
            graph = graph_rows[:, None]  # a sample that is alone is its own neighbour
        self.features, self.graph_rows, self.graph, self.views = features, graph_rows, graph, views
        self.share = share if views is not None else 0.0

    def draw(self, batch: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Two tensors (batch, ...) of features, row i of both belongs together; and (batch,) int64, which samples they are."""
        viewed = round(batch * self.share)
        place = torch.randint(len(self.graph_rows), (batch - viewed,), generator=generator)
        which = torch.randint(self.graph.shape[1], (batch - viewed,), generator=generator)
        left_rows, right_rows = self.graph_rows[place], self.graph[place, which]
        left, right = self.features[left_rows], self.features[right_rows]
        if self.views is not None and viewed:
            rows = torch.randint(len(self.features), (viewed,), generator=generator)
            left = torch.cat([left, self.views.draw(rows, generator)])
            right = torch.cat([right, self.views.draw(rows, generator)])
            left_rows, right_rows = torch.cat([left_rows, rows]), torch.cat([right_rows, rows])
        return left, right, left_rows, right_rows
