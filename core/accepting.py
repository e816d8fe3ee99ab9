"""Which predictions may become labels: sure enough, of samples that have none. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, Float32Array, Int32Array


@dataclass(frozen=True)
class Acceptable:
    """count: points that would be labelled. error: the share of them that is probably wrong, 0..1, by what the model says."""

    count: int
    error: float


def acceptable(
    labels: Int32Array, prediction: Int32Array, confidence: Float32Array, category: int, threshold: float
) -> BoolArray:
    """(N,) bool: unlabelled points that are predicted to be of `category` with at least `threshold` confidence.

    labels, prediction: (N,) int32, 0 none and unknown; confidence: (N,) float32, the calibrated probability.
    """
    found: BoolArray = (labels == 0) & (prediction == category) & (confidence >= threshold)
    return found if category > 0 else np.zeros_like(found)


def estimate(confidence: Float32Array, mask: BoolArray) -> Acceptable:
    """How many points `mask` (N,) bool holds, and the mean of 1 - confidence (N,) over them."""
    count = int(np.count_nonzero(mask))
    return Acceptable(count, float(1 - confidence[mask].mean(dtype=np.float64)) if count else 0.0)


def summary(
    labels: Int32Array, prediction: Int32Array, confidence: Float32Array, threshold: float
) -> dict[int, Acceptable]:
    """What could be accepted, by category, of all categories of which anything could."""
    sure = (labels == 0) & (prediction > 0) & (confidence >= threshold)
    numbers = prediction[sure]
    counts = np.bincount(numbers)
    wrong = np.bincount(numbers, weights=1.0 - confidence[sure].astype(np.float64))
    return {int(k): Acceptable(int(counts[k]), float(wrong[k] / counts[k])) for k in np.flatnonzero(counts)}


def doubtful(labels: Int32Array, doubted: Int32Array) -> BoolArray:
    """(N,) bool: labelled points of which the rest surely says something else. doubted: (N,) int32, what, else 0."""
    found: BoolArray = (labels > 0) & (doubted > 0) & (doubted != labels)
    return found
