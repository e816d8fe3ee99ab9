"""The room before there is a model: principal components, spread over the cube. numpy only, so it needs no torch."""

from __future__ import annotations

import numpy as np

from ...core.arrays import Float32Array

FIT_ON = 20_000
WIDEST = 2_000
"""Columns beyond this are folded by a seeded random projection first: the components hardly change, the cost does."""


def first_room(features: Float32Array, coordinates: Float32Array | None, half_side: float) -> Float32Array:
    """(N, 3) float32: where the cloud begins: at the coordinates that the data brought, else at its components.

    Coordinates (N, 2 or 3) keep their proportions: one scale for all directions, so that 98 % of the widest spans 90 %.
    """
    if coordinates is None:
        return pca_room(features, half_side)
    low, high = np.percentile(coordinates, (1, 99), axis=0)
    positions = np.zeros((len(coordinates), 3), dtype=np.float32)
    positions[:, : coordinates.shape[1]] = coordinates - ((low + high) / 2).astype(np.float32)
    widest = float((high - low).max())
    positions *= np.float32(1.8 * half_side / widest if widest > 1e-12 else 0.0)
    return np.clip(positions, -half_side, half_side)


def pca_room(features: Float32Array, half_side: float) -> Float32Array:
    """(N, 3) float32 positions in the cube: three principal components, each scaled so that 98 % span 90 % of a side.

    features: (N, ...) float32. Fitted on a seeded subset above 20,000 samples. The sign of a component is that which
    makes its largest loading positive, so the same data always gives the same room.
    """
    flat = features.reshape(len(features), -1)
    rng = np.random.default_rng(0)
    rows = np.arange(len(flat)) if len(flat) <= FIT_ON else np.sort(rng.choice(len(flat), FIT_ON, replace=False))
    fold = None
    if flat.shape[1] > WIDEST:
        fold = (rng.standard_normal((flat.shape[1], WIDEST)) / np.sqrt(WIDEST)).astype(np.float32)
    sample = flat[rows] if fold is None else flat[rows] @ fold
    mean = sample.mean(axis=0, dtype=np.float64).astype(np.float32)
    centred = sample - mean
    covariance = (centred.T @ centred).astype(np.float64) / max(1, len(centred) - 1)
    _, vectors = np.linalg.eigh(covariance)
    axes = vectors[:, ::-1][:, :3]
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    positions = np.zeros((len(flat), 3), dtype=np.float32)
    for start in range(0, len(flat), 65536):
        block = flat[start : start + 65536]
        block = block if fold is None else block @ fold
        positions[start : start + 65536, : axes.shape[1]] = (block - mean) @ axes.astype(np.float32)
    low, high = np.percentile(positions, (1, 99), axis=0)
    span = np.maximum(high - low, 1e-12)
    positions -= ((low + high) / 2).astype(np.float32)
    positions *= np.where(high - low > 1e-9, 1.8 * half_side / span, 0.0).astype(np.float32)
    return np.clip(positions, -half_side, half_side)
