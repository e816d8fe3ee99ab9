"""What is counted: accuracy, trustworthiness, how the room is used, calibration. Needs scikit-learn (extra `bench`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Float64Array, Int32Array, Int64Array
from ...core.metrics import BINS, fill, knn_predict
from ...core.version import HALF_SIDE
from ..datasets.guard import library

MOST = 1500
"""Held-out points that trustworthiness and silhouette are computed on, at most."""
NEAR = 12
ECE_BINS = 15


def room_knn(room: Float32Array, given: Int32Array, others: Float32Array) -> Int32Array:
    """(H,) int32: the category of `others` (H, 3) by the labelled points of room (N, 3)."""
    both = np.concatenate([room, others]).astype(np.float32)
    labels = np.concatenate([given, np.zeros(len(others), dtype=np.int32)])
    return knn_predict(both, labels, np.arange(len(room), len(both), dtype=np.int32))


def some(count: int) -> Int64Array:
    """(M,) ascending: MOST of so many rows at random, always the same; the first would be of the first classes alone."""
    if count <= MOST:
        return np.arange(count, dtype=np.int64)
    return np.sort(np.random.default_rng(0).choice(count, MOST, replace=False)).astype(np.int64)


def trust(raw: Float32Array, room: Float32Array) -> float:
    """Trustworthiness (Venna and Kaski, 2001) of a room (H, 3) of raw features (H, ...), 12 neighbours."""
    manifold = library("sklearn.manifold", "bench", "The benchmark")
    rows = some(len(raw))
    near = min(NEAR, max(1, len(rows) // 2 - 1))
    return float(manifold.trustworthiness(raw[rows].reshape(len(rows), -1), room[rows], n_neighbors=near))


def silhouette(room: Float32Array, truth: Int32Array) -> float:
    """Silhouette (Rousseeuw, 1987) of the true classes in a room (H, 3)."""
    metrics = library("sklearn.metrics", "bench", "The benchmark")
    rows = some(len(room))
    return float(metrics.silhouette_score(room[rows], truth[rows]))


def room_fill(room: Float32Array, half_side: float = HALF_SIDE) -> float:
    """How evenly the fixed cube of half side S is used, 1 as a uniform cloud of as many points would.

    Entropy of an 8x8x8 histogram of the cube over that of a uniform sample of the same N; a point outside counts as if
    its cell were empty, so that leaving the room costs.
    """

    def entropy(points: Float32Array) -> float:
        inside = (np.abs(points) < half_side).all(axis=1)
        cells = ((points[inside] + half_side) / (2 * half_side) * BINS).astype(np.int64).clip(0, BINS - 1)
        counts = np.bincount((cells[:, 0] * BINS + cells[:, 1]) * BINS + cells[:, 2], minlength=BINS**3)
        if not inside.any():
            return 0.0
        share = counts[counts > 0] / counts.sum()
        return float(inside.mean() * -np.sum(share * np.log(share)))

    uniform = np.random.default_rng(0).uniform(-half_side, half_side, room.shape).astype(np.float32)
    return entropy(room) / entropy(uniform)


def in_cube(room: Float32Array) -> Float32Array:
    """A room of any size (N, 3), each axis stretched from its smallest to its largest value over the cube of ours."""
    low, high = room.min(axis=0), room.max(axis=0)
    inside = (room - low) / np.maximum(high - low, 1e-12)
    stretched: Float32Array = ((2 * inside - 1) * HALF_SIDE * 0.999).astype(np.float32)
    return stretched


def same_shape_in_cube(room: Float32Array) -> Float32Array:
    """A room of any size (N, 3), moved and scaled as a whole so that it just fits into the cube: neighbours stay."""
    low, high = room.min(axis=0), room.max(axis=0)
    scale = 2 * HALF_SIDE / max(float((high - low).max()), 1e-12)
    fitted: Float32Array = ((room - (low + high) / 2) * scale).astype(np.float32)
    return fitted


def calibration_error(probability: Float64Array, correct: np.ndarray[Any, Any]) -> float:
    """Expected calibration error (Naeini et al., 2015), 15 bins of equal width. probability, correct: (H,)."""
    place = np.minimum((probability * ECE_BINS).astype(np.int64), ECE_BINS - 1)
    error = 0.0
    for number in range(ECE_BINS):
        here = place == number
        if here.any():
            error += here.mean() * abs(float(probability[here].mean()) - float(correct[here].mean()))
    return float(error)


def coverage_at(probability: Float64Array, correct: np.ndarray[Any, Any], precision: float = 0.95) -> float:
    """The largest share of samples, surest first, that are right with at least `precision`."""
    order = np.argsort(-probability, kind="stable")
    right = np.cumsum(correct[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(right >= precision)
    return float((good[-1] + 1) / len(order)) if len(good) else 0.0


def auroc(score: Float64Array, positive: np.ndarray[Any, Any]) -> float:
    """The chance that a positive scores higher than a negative (Mann and Whitney, 1947)."""
    metrics = library("sklearn.metrics", "bench", "The benchmark")
    return float(metrics.roc_auc_score(positive, score))


__all__ = [
    "auroc",
    "calibration_error",
    "coverage_at",
    "fill",
    "in_cube",
    "room_fill",
    "room_knn",
    "same_shape_in_cube",
    "silhouette",
    "trust",
]
