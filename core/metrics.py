"""How good a room is: accuracy from the labels given, and how evenly it is used. Pure numpy."""

from __future__ import annotations

import numpy as np

from .arrays import BoolArray, Float32Array, Int32Array

BINS = 8
CHUNK = 2048


def neighbours_for(labels: int) -> int:
    """How many neighbours vote, from the number of labels given: min(5, max(1, labels // 20))."""
    return min(5, max(1, labels // 20))


def knn_predict(
    positions: Float32Array, given: Int32Array, rows: Int32Array, k: int | None = None
) -> Int32Array:
    """The category most of the k nearest labelled points have, for `rows` (R,); ties go to the nearer ones.

    positions: (N, 3). given: (N,) int32, 0 unlabelled. Returns (R,) int32, 0 where nothing is labelled.
    """
    labelled = np.flatnonzero(given)
    if len(labelled) == 0:
        return np.zeros(len(rows), dtype=np.int32)
    k = min(k or neighbours_for(len(labelled)), len(labelled))
    targets = positions[labelled].astype(np.float64)
    norms = np.einsum("ij,ij->i", targets, targets)
    classes, codes = np.unique(given[labelled], return_inverse=True)
    result = np.empty(len(rows), dtype=np.int32)
    for start in range(0, len(rows), CHUNK):
        points = positions[rows[start : start + CHUNK]].astype(np.float64)
        distance = norms[None, :] - 2.0 * points @ targets.T
        nearest = np.argpartition(distance, k - 1, axis=1)[:, :k] if k < len(labelled) else None
        if nearest is None:
            nearest = np.broadcast_to(np.arange(len(labelled)), distance.shape)
        order = np.argsort(np.take_along_axis(distance, nearest, 1), axis=1, kind="stable")
        nearest = np.take_along_axis(nearest, order, 1)
        votes = np.zeros((len(points), len(classes)))
        # a little more for the nearer neighbour settles ties and nothing else
        weight = 1.0 + 1e-3 * np.arange(k, 0, -1)
        for column in range(k):
            np.add.at(votes, (np.arange(len(points)), codes[nearest[:, column]]), weight[column])
        result[start : start + CHUNK] = classes[votes.argmax(axis=1)]
    return result


def knn_accuracy(
    positions: Float32Array,
    given: Int32Array,
    truth: Int32Array,
    evaluate: BoolArray,
    k: int | None = None,
) -> float:
    """The share of `evaluate` (N,) bool whose kNN category in the room equals `truth` (N,) int32, a category id.

    k: neighbours, by default min(5, max(1, labels // 20)).
    """
    rows = np.flatnonzero(evaluate).astype(np.int32)
    if len(rows) == 0:
        return float("nan")
    return float(np.mean(knn_predict(positions, given, rows, k) == truth[rows]))


def fill(positions: Float32Array) -> float:
    """How evenly the cloud uses its own extent, 0..1: entropy of an 8x8x8 histogram over log(min(512, N)).

    Each axis runs from its 1st to its 99th percentile; what lies outside is clipped. positions: (N, 3).
    """
    if len(positions) < 2:
        return 0.0
    low, high = np.percentile(positions, (1, 99), axis=0)
    span = np.where(high > low, high - low, 1.0)
    cells = np.clip(((positions - low) / span * BINS).astype(np.int64), 0, BINS - 1)
    counts = np.bincount((cells[:, 0] * BINS + cells[:, 1]) * BINS + cells[:, 2], minlength=BINS**3)
    share = counts[counts > 0] / len(positions)
    entropy = -float(np.sum(share * np.log(share)))
    return entropy / float(np.log(min(BINS**3, len(positions))))
