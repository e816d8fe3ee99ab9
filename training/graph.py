"""Nearest neighbours of the raw features: exact, in blocks, on 50 principal components where there are more columns."""

from __future__ import annotations

import torch
from torch import Tensor

MOST = 20_000
"""Above this many samples a seeded part gets neighbours; the encoder carries what it learns there to the rest."""
COMPONENTS = 50
BLOCK = 2048


def subset(samples: int, seed: int, most: int = MOST) -> Tensor:
    """(M,) int64 ascending rows: all of them, or a seeded part of `most`."""
    if samples <= most:
        return torch.arange(samples)
    generator = torch.Generator().manual_seed(seed)
    return torch.randperm(samples, generator=generator)[:most].sort().values


def reduced(features: Tensor) -> Tensor:
    """(M, <=50) float32: principal components where features (M, D) is wider than that."""
    if features.shape[1] <= COMPONENTS:
        return features
    centred = features - features.mean(0)
    covariance = (centred.T @ centred).double()
    _, vectors = torch.linalg.eigh(covariance)
    components: Tensor = vectors[:, -COMPONENTS:].float()
    return centred.matmul(components)


def nearest(points: Tensor, count: int) -> Tensor:
    """(M, count) int64: the nearest other points of each of points (M, D), Euclidean, nearest first."""
    count = min(count, len(points) - 1)
    squares = points.square().sum(1)
    found = torch.empty(len(points), count, dtype=torch.int64)
    for start in range(0, len(points), BLOCK):
        block = points[start : start + BLOCK]
        distance = squares[None, :] - 2.0 * (block @ points.T)
        rows = torch.arange(len(block))
        distance[rows, start + rows] = float("inf")
        found[start : start + BLOCK] = distance.topk(count, dim=1, largest=False).indices
    return found
