"""A data set in memory, and what is said of it before it is loaded. numpy only."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Int32Array, UInt8Array
from ...core.errors import DataError

Progress = Callable[[float, str], None]


def silent(_fraction: float, _text: str) -> None:
    """The progress of nobody watching."""


@dataclass(frozen=True)
class Description:
    """What a data set holds. kind: vector or image; shape: of one sample; labelled: how many come with a label."""

    kind: str
    source: str
    samples: int
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    labelled: int
    memory_bytes: int
    notes: tuple[str, ...] = ()


@dataclass(eq=False)
class Dataset:
    """An open data set.

    features: float32, (N, D) scaled vectors or (N, C, H, W) pixels 0..1. labels: (N,) int32, what the data came with:
    index into description.classes plus 1, 0 where unlabelled. truth: the same for all samples, kept for measuring and
    never given to the trainer; only the built-in set has it. pictures: (N, H, W, C) uint8 or None.
    """

    description: Description
    features: Float32Array
    ids: list[str]
    names: list[str]
    labels: Int32Array
    content_hash: str
    truth: Int32Array | None = None
    pictures: UInt8Array | None = None
    preprocessing: dict[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many samples there are."""
        return len(self.features)

    def flat(self) -> Float32Array:
        """(N, D) float32: the features with each sample in one row."""
        return self.features.reshape(self.size, -1)


def hash_arrays(*arrays: np.ndarray[Any, Any]) -> str:
    """A hash of the arrays' types, shapes and bytes: two data sets with the same one hold the same samples."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        for start in range(0, len(array), 65536):
            digest.update(np.ascontiguousarray(array[start : start + 65536]).tobytes())
    return digest.hexdigest()


def content_ids(samples: np.ndarray[Any, Any]) -> list[str]:
    """An id for each sample from its own bytes, with an occurrence number, so that it survives a shuffled file."""
    seen: Counter[str] = Counter()
    ids = []
    for row in samples:
        key = hashlib.sha256(np.ascontiguousarray(row).tobytes()).hexdigest()[:16]
        seen[key] += 1
        ids.append(f"{key}-{seen[key]}")
    return ids


def check_ids(ids: Sequence[str], source: str) -> None:
    """Raise DataError where two samples have the same id."""
    repeated = [text for text, count in Counter(ids).items() if count > 1]
    if repeated:
        raise DataError(f"{source} gives the id {repeated[0][:40]!r} to two samples; make the ids unique, or drop them.")


def check_finite(features: np.ndarray[Any, Any], source: str, name: str) -> None:
    """Raise DataError that names the first value that is not a finite number."""
    for start in range(0, len(features), 65536):
        block = features[start : start + 65536].reshape(len(features[start : start + 65536]), -1)
        good = np.isfinite(block)
        if not good.all():
            row, column = np.argwhere(~good)[0]
            value = block[row, column]
            raise DataError(
                f"{source}: {name} holds {value} in row {start + row}, column {column}; "
                "replace or drop it, the trainer needs finite numbers."
            )


def standardised(values: np.ndarray[Any, Any]) -> tuple[Float32Array, dict[str, Any], int]:
    """Columns scaled to mean 0 and deviation 1, clipped to ±10; constant columns become 0.

    values: (N, D) numbers. Returns (features (N, D) float32, what was done, how many columns are constant).
    """
    count = len(values)
    mean = np.zeros(values.shape[1])
    square = np.zeros(values.shape[1])
    for start in range(0, count, 65536):
        block = values[start : start + 65536].astype(np.float64)
        mean += block.sum(axis=0)
    mean /= count
    for start in range(0, count, 65536):
        square += ((values[start : start + 65536].astype(np.float64) - mean) ** 2).sum(axis=0)
    deviation = np.sqrt(square / count)
    constant = deviation <= 1e-12 * np.maximum(1.0, np.abs(mean))
    scale = np.where(constant, 0.0, 1.0 / np.where(constant, 1.0, deviation))
    features = np.empty(values.shape, dtype=np.float32)
    for start in range(0, count, 65536):
        block = (values[start : start + 65536] - mean) * scale
        features[start : start + 65536] = np.clip(block, -10.0, 10.0)
    done = {"scaling": "standardised, clipped to 10", "mean": mean.tolist(), "scale": scale.tolist()}
    return features, done, int(constant.sum())


def given_labels(values: np.ndarray[Any, Any], samples: int, source: str) -> tuple[tuple[str, ...], Int32Array]:
    """(classes, labels (N,) int32) from whatever `y` holds: numbers or text; -1, NaN and empty text are unlabelled.

    Raises DataError for another length or another type.
    """
    if values.shape != (samples,):
        raise DataError(f"{source}: y has shape {values.shape}, but x has {samples:,} samples; give one label a sample.")
    if values.dtype.kind == "f":
        whole = np.where(np.isfinite(values), values, -1.0)
        if not np.array_equal(whole, np.round(whole)):
            raise DataError(f"{source}: y holds fractions; labels are whole numbers or names.")
        values = whole.astype(np.int64)
    if values.dtype.kind in "iu":
        missing = values.astype(np.int64) == -1
        text = values.astype(str)
    elif values.dtype.kind in "US":
        text = np.char.strip(values.astype(str))
        missing = text == ""
    elif values.dtype.kind == "b":
        text, missing = values.astype(str), np.zeros(samples, dtype=np.bool_)
    else:
        raise DataError(f"{source}: y has type {values.dtype}; labels are whole numbers or names.")
    known = np.unique(text[~missing])
    if values.dtype.kind in "iu":
        known = np.array(sorted(known, key=int), dtype=text.dtype)
    labels = np.zeros(samples, dtype=np.int32)
    for number, name in enumerate(known, start=1):
        labels[(text == name) & ~missing] = number
    return tuple(str(name) for name in known), labels
