"""Splits of a data set: held out, given, and the rest of the cloud; stratified, seeded, and free of leaks.

The part in the cloud is read alone, so that no scaler, vocabulary or principal component has seen what is held out; that
is then read as new data of a run would be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Int32Array, Int64Array
from ...core.errors import DataError
from ..datasets import Dataset, DatasetRef, open_dataset

HELD = 0.3
"""The share that is never in the cloud."""


@dataclass(frozen=True, eq=False)
class Split:
    """cloud: the data set in the room. truth (N,), given (N,): int32 category ids, given 0 where no label is.

    held: (H, ...) float32 features of samples that nothing was fitted to, held_truth (H,) int32. classes: how many.
    """

    name: str
    seed: int
    cloud: Dataset
    truth: Int32Array
    given: Int32Array
    held: Float32Array
    held_truth: Int32Array

    @property
    def classes(self) -> int:
        """How many categories there are."""
        return len(np.unique(self.truth))

    @property
    def unlabelled(self) -> Int64Array:
        """Rows of the cloud without a label."""
        return np.flatnonzero(self.given == 0)


def truth_of(dataset: Dataset) -> Int32Array:
    """(N,) int32: what every sample truly is, 0 where the data does not say. Raises DataError where it says nothing."""
    truth = dataset.truth if dataset.truth is not None else dataset.labels
    if len(np.unique(truth[truth > 0])) < 2:
        raise DataError(
            f"{dataset.description.source} comes with fewer than two categories; a benchmark needs labels to compare with."
        )
    return truth


def make(reference: DatasetRef, seed: int, fraction: float = 0.0, per_class: int = 0, whole: Dataset | None = None) -> Split:
    """The split of a seed. fraction of the cloud that is labelled, or (per_class above 0) so many labels of each class.

    whole: the data set as opened before, to spare reading it again. Raises DataError.
    """
    whole = whole or open_dataset(reference)
    truth = truth_of(whole)
    random = np.random.default_rng(seed)
    cloud_rows, held_rows = parted(truth, random)
    cloud = part_of(reference, whole, cloud_rows, None)
    held = part_of(reference, whole, held_rows, cloud)
    truth_inside = truth[cloud_rows]
    given = labels_of(truth_inside, random, fraction, per_class)
    name = reference.path.rsplit("/", 1)[-1] or reference.kind
    return Split(name, seed, cloud, truth_inside, given, held.features, truth[held_rows])


def parted(truth: Int32Array, random: np.random.Generator) -> tuple[Int64Array, Int64Array]:
    """(rows in the cloud, rows held out), both ascending, of each category alike; without a category: in neither."""
    inside, outside = [], []
    for number in np.unique(truth[truth > 0]):
        rows = random.permutation(np.flatnonzero(truth == number))
        away = min(len(rows) - 1, round(HELD * len(rows)))
        outside.append(rows[:away])
        inside.append(rows[away:])
    return np.sort(np.concatenate(inside)), np.sort(np.concatenate(outside))


def part_of(reference: DatasetRef, whole: Dataset, rows: Int64Array, fitted: Dataset | None) -> Dataset:
    """Some rows of a data set, read by themselves; with `fitted`, as new data beside that one."""
    if reference.kind != "digits":
        return open_dataset(reference, None, fitted.preprocessing if fitted else None, rows)
    # the built-in set's scale is a constant, so nothing can leak; it is cut after it was read
    return Dataset(
        description=whole.description,
        features=whole.features[rows],
        ids=[whole.ids[row] for row in rows],
        names=[whole.names[row] for row in rows],
        labels=whole.labels[rows],
        content_hash=whole.content_hash,
        preprocessing=whole.preprocessing,
    )


def labels_of(truth: Int32Array, random: np.random.Generator, fraction: float, per_class: int) -> Int32Array:
    """(N,) int32: labels in proportion to the classes, at least one of each; the odd ones go by largest remainder."""
    numbers, sizes = np.unique(truth, return_counts=True)
    if per_class:
        quota = np.minimum(per_class, sizes)
    else:
        total = max(len(numbers), round(fraction * len(truth)))
        share = np.maximum(1.0, sizes * total / len(truth))
        quota = np.floor(share).astype(np.int64)
        order = np.argsort(-(share - quota), kind="stable")
        quota[order[: max(0, total - int(quota.sum()))]] += 1
    given = np.zeros(len(truth), dtype=np.int32)
    for number, count in zip(numbers, quota, strict=True):
        rows = random.permutation(np.flatnonzero(truth == number))
        given[rows[:count]] = number
    return given


def settings_of(fraction: float, per_class: int) -> Mapping[str, Any]:
    """How the labels were chosen, as plain values."""
    return {"labels_per_class": per_class} if per_class else {"label_fraction": fraction}
