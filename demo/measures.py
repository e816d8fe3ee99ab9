"""What the demo reports: accuracy on samples that no arm ever labelled, purity of the loops, fill of the room."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np


def never_labelled(size: int, *given: np.ndarray) -> np.ndarray:
    """(N,) bool: the samples that carry a label in none of the arms; accuracy is measured on these, the same for all."""
    mask = np.ones(size, dtype=bool)
    for labels in given:
        mask &= labels == 0
    return mask


def truth_in_categories(truth: np.ndarray, class_names: list[str], categories: dict[str, int]) -> np.ndarray:
    """(N,) int32: each sample's true class as the category of that name; -1 where nobody named that class.

    truth: (N,) int32, 1-based index into class_names.
    """
    table = np.full(len(class_names) + 1, -1, dtype=np.int32)
    for index, name in enumerate(class_names, start=1):
        table[index] = categories.get(name, -1)
    return table[truth]


def accuracies(
    load: Callable[[str], ModuleType],
    rooms: dict[str, tuple[np.ndarray, np.ndarray]],
    truth: np.ndarray,
    evaluate: np.ndarray,
) -> dict[str, float]:
    """kNN accuracy in each room. rooms: name -> (positions (N, 3), labels given (N,)). Unnamed classes count as wrong."""
    metrics: Any = load("core.metrics")
    return {
        name: round(float(metrics.knn_accuracy(positions, labels, truth, evaluate)), 4)
        for name, (positions, labels) in rooms.items()
    }


def purity(samples: np.ndarray, truth: np.ndarray) -> float:
    """The share of a loop's points that belong to its commonest true class. Reported, never used to choose a loop."""
    counts = np.bincount(truth[samples])
    return round(float(counts.max() / counts.sum()), 3)
