"""The light body: one layer, BatchNorm and ReLU after it. For embeddings that another model made, and for millions of rows."""

from __future__ import annotations

import math

from torch import Tensor, nn


class Head(nn.Module):
    """(B, D) or (B, ...) -> h (B, 128)."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(math.prod(shape), 128, bias=False),
            nn.BatchNorm1d(128),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """h of a batch."""
        h: Tensor = self.layers(x)
        return h
