"""The body for vectors: two layers, BatchNorm and ReLU after each."""

from __future__ import annotations

import math

from torch import Tensor, nn


class Mlp(nn.Module):
    """(B, D) or (B, ...) -> h (B, 128)."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(math.prod(shape), 256, bias=False),
            nn.BatchNorm1d(256),
            nn.ReLU(),
            nn.Linear(256, 128, bias=False),
            nn.BatchNorm1d(128),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """h of a batch."""
        h: Tensor = self.layers(x)
        return h
