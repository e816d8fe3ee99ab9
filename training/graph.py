"""Nearest neighbours of the raw features: exact, in blocks, on 50 principal components where there are more columns."""

from __future__ import annotations

import torch
from torch import Tensor

MOST = 20_000
"""Above this many samples a seeded part gets neighbours; the encoder carries what it learns there to the rest."""
COMPONENTS = 50
WIDEST = 1000
BLOCK = 1024
STRETCH = 64


def subset(samples: int, seed: int, most: int = MOST) -> Tensor:
    """(M,) int64 ascending rows: all of them, or a seeded part of `most`."""
    if samples <= most:
        return torch.arange(samples)
    generator = torch.Generator().manual_seed(seed)
    return torch.randperm(samples, generator=generator)[:most].sort().values


class Reduction:
    """Principal components of features, to be asked again of others: at most 50 columns.

    Very wide ones are folded by a seeded random projection first, which keeps distances to some 3 % (Johnson and
    Lindenstrauss, 1984): the covariance of a photograph's pixels fits into no memory.
    """

    def __init__(self, features: Tensor) -> None:
        """features: (M, D) float32."""
        columns = features.shape[1]
        self.middle = features.mean(0)
        if columns <= COMPONENTS:
            self.axes = torch.eye(columns)
            return
        fold = torch.eye(0)
        if columns > WIDEST:
            fold = torch.randn(columns, WIDEST, generator=torch.Generator().manual_seed(0)) / WIDEST**0.5
        centred = torch.cat([(block - self.middle) @ fold if len(fold) else block - self.middle for block in features.split(BLOCK)])
        _, vectors = torch.linalg.eigh((centred.T @ centred).double())
        components = vectors[:, -COMPONENTS:].float()
        self.axes = fold @ components if len(fold) else components

    def __call__(self, features: Tensor) -> Tensor:
        """(M, D) -> (M, <=50) float32."""
        return torch.cat([(block - self.middle) @ self.axes for block in features.split(BLOCK)])


def nearest(points: Tensor, count: int) -> Tensor:
    """(M, count) int64: the nearest other points of each of points (M, D), Euclidean, nearest first."""
    squares = points.square().sum(1)
    starts = range(0, len(points), BLOCK)
    return torch.cat([nearest_of(points, squares, start, start + BLOCK, count) for start in starts])


def nearest_of(points: Tensor, squares: Tensor, start: int, end: int, count: int) -> Tensor:
    """(end - start, count) int64: nearest() of the rows from start to end alone; squares (M,) are the points' own.

    The nearest `count` lie in the `count` stretches of columns whose own nearest are nearest, so only those are searched
    in full: exact, and most columns are read once.
    """
    size, count = len(points), min(count, len(points) - 1)
    block = points[start:end]
    wide = -(-size // STRETCH) * STRETCH
    distance = torch.full((len(block), wide), float("inf"))
    distance[:, :size] = torch.addmm(squares, block, points.T, alpha=-2.0)
    rows = torch.arange(len(block))
    distance[rows, start + rows] = float("inf")
    if wide <= 4 * count * STRETCH:
        return distance.topk(count, dim=1, largest=False).indices
    stretches = distance.view(len(block), -1, STRETCH)
    best = stretches.amin(2).topk(count, dim=1, largest=False).indices
    places = (best[:, :, None] * STRETCH + torch.arange(STRETCH)).flatten(1)
    chosen = distance.gather(1, places).topk(count, dim=1, largest=False).indices
    return places.gather(1, chosen)
