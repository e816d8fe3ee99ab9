"""A data set in memory, and what is said of it before it is loaded. numpy only."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Int32Array, UInt8Array
from ...core.errors import DataError
from ...core.text import printable
from .preprocessing import Preprocessing

Progress = Callable[[float, str], None]
LONGEST_NAME = 120
MOST_CLASSES = 10_000


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


@dataclass(frozen=True)
class Media:
    """A sample's own file below the data set's folder, and for a sound the part of it, in seconds (end 0: to its end)."""

    file: str
    start: float = 0.0
    end: float = 0.0


@dataclass(eq=False)
class Dataset:
    """An open data set.

    features: float32, (N, D) scaled vectors or (N, C, H, W) pixels 0..1. labels: (N,) int32, what the data came with:
    index into description.classes plus 1, 0 where unlabelled. truth: the same for all samples, kept for measuring and
    never given to the trainer; only the built-in set has it. pictures: (N, H, W, C) uint8 or None. coordinates: (N, 2 or
    3) float32 where the data says itself where the room begins. media: where each sample can be heard or seen in full.
    """

    description: Description
    features: Float32Array
    ids: list[str]
    names: list[str]
    labels: Int32Array
    content_hash: str
    truth: Int32Array | None = None
    pictures: UInt8Array | None = None
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    coordinates: Float32Array | None = None
    media: Sequence[Media] | None = None
    texts: Sequence[str] | None = None

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


def numbered(keys: Iterable[str]) -> list[str]:
    """Ids from keys that may repeat: each with its occurrence number, so that it survives a shuffled file."""
    seen: Counter[str] = Counter()
    ids = []
    for key in keys:
        seen[key] += 1
        ids.append(f"{key}-{seen[key]}")
    return ids


def content_ids(samples: Iterable[bytes]) -> list[str]:
    """An id for each sample from its own bytes."""
    return numbered(hashlib.blake2b(sample, digest_size=8).hexdigest() for sample in samples)


def check_ids(ids: Sequence[str], source: str) -> None:
    """Raise DataError where two samples have the same id."""
    if len(set(ids)) == len(ids):
        return
    repeated = next(text for text, count in Counter(ids).items() if count > 1)
    raise DataError(
        "{source} gives the id {repeated!r} to two samples; make the ids unique, or choose no id column.",
        source=source, repeated=printable(repeated, 40),
    )


def finished(
    kind: str,
    source: str,
    features: Float32Array,
    ids: Sequence[str],
    names: Sequence[str],
    given: np.ndarray[Any, Any] | None,
    content_hash: str,
    preprocessing: Preprocessing,
    notes: Sequence[str] = (),
    pictures: UInt8Array | None = None,
    coordinates: Float32Array | None = None,
    media: Sequence[Media] | None = None,
) -> Dataset:
    """A data set from what a reader found; `given` are the labels it came with, of any type. Raises DataError."""
    ids = [printable(text) for text in ids]
    check_ids(ids, source)
    count = len(features)
    classes: tuple[str, ...] = ()
    labels = np.zeros(count, dtype=np.int32)
    notes = [note for note in notes if note]
    if given is not None:
        classes, labels = given_labels(given, count, source)
        once = [classes[number - 1] for number in np.flatnonzero(np.bincount(labels, minlength=1)[1:] == 1) + 1]
        if once:
            notes.append(f"{len(once)} categor{'y' if len(once) == 1 else 'ies'} with a single sample: {', '.join(once[:3])}")
    described = Description(
        kind,
        source,
        count,
        tuple(features.shape[1:]),
        classes,
        int(np.count_nonzero(labels)),
        features.nbytes,
        tuple(notes),
    )
    shown = [printable(name, LONGEST_NAME) for name in names]
    return Dataset(
        described, features, list(ids), shown, labels, content_hash, None, pictures, preprocessing, coordinates, media
    )


def given_labels(values: np.ndarray[Any, Any], samples: int, source: str) -> tuple[tuple[str, ...], Int32Array]:
    """(classes, labels (N,) int32) from whatever `y` holds: numbers or text; -1, NaN and empty text are unlabelled.

    Raises DataError for another length or another type.
    """
    if values.shape != (samples,):
        raise DataError(
            "{source}: y has shape {shape}, but x has {samples:,} samples; give one label a sample.",
            source=source, shape=values.shape, samples=samples,
        )
    if values.dtype.kind == "f":
        whole = np.where(np.isfinite(values), values, -1.0)
        if not np.array_equal(whole, np.round(whole)):
            raise DataError("{source}: y holds fractions; labels are whole numbers or names.", source=source)
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
        raise DataError(
            "{source}: y has type {dtype}; labels are whole numbers or names.",
            source=source, dtype=values.dtype,
        )
    known, places = np.unique(text[~missing], return_inverse=True)
    if len(known) > MOST_CLASSES:
        raise DataError(
            "{source} comes with {count:,} different labels, and {most_classes:,} can be taken; is the label column right?",
            source=source, count=len(known), most_classes=MOST_CLASSES,
        )
    order = np.arange(len(known))
    if values.dtype.kind in "iu":
        order = np.array(sorted(order, key=lambda k: int(known[k])), dtype=np.int64)
    number_of = np.empty(len(known), dtype=np.int32)
    number_of[order] = np.arange(1, len(known) + 1, dtype=np.int32)
    labels = np.zeros(samples, dtype=np.int32)
    labels[~missing] = number_of[places]
    return tuple(printable(str(known[k]), 60) for k in order), labels
