"""Text as numbers without any library: TF-IDF (Salton and Buckley, 1988) and its strongest directions. numpy only.

The directions come from a randomised range finder (Halko, Martinsson and Tropp, 2011), seeded: the same texts give the
same features. Smooth idf and rows of length 1, as scikit-learn defines them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Int64Array
from ...core.errors import DataError
from .dataset import Progress
from .preprocessing import Preprocessing

WORD = re.compile(r"\w\w+")
LONGEST_TEXT = 1_000_000
MOST_WORDS = 20_000
DIRECTIONS = 96
OVERSAMPLING, POWERS = 12, 3
GATHERED = 4_000_000


@dataclass(frozen=True, eq=False)
class Rows:
    """A sparse matrix by rows: the entries of row i are starts[i] to starts[i + 1]."""

    starts: Int64Array
    columns: Int64Array
    values: Float32Array

    def times(self, dense: Float32Array) -> Float32Array:
        """(N, k): this matrix times dense (V, k), gathered in parts."""
        count, width = len(self.starts) - 1, dense.shape[1]
        result = np.zeros((count, width), dtype=np.float32)
        most = max(1, GATHERED // width)
        row = 0
        while row < count:
            end = max(row + 1, int(np.searchsorted(self.starts, self.starts[row] + most, side="right")) - 1)
            first, last = self.starts[row], self.starts[end]
            filled = np.flatnonzero(np.diff(self.starts[row : end + 1])) + row
            if len(filled):
                gathered = dense[self.columns[first:last]] * self.values[first:last, None]
                result[filled] = np.add.reduceat(gathered, self.starts[filled] - first, axis=0)
            row = end
        return result

    def transposed(self, width: int) -> Rows:
        """The same entries by columns; width: how many columns there are."""
        order = np.argsort(self.columns, kind="stable")
        rows = np.repeat(np.arange(len(self.starts) - 1, dtype=np.int64), np.diff(self.starts))
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.columns, minlength=width))]).astype(np.int64)
        return Rows(starts, rows[order], self.values[order])


def words_of(text: str) -> list[str]:
    """The words of a text, small."""
    return WORD.findall(text[:LONGEST_TEXT].lower())


def fit(texts: Sequence[str], seed: int, progress: Progress, source: str) -> Preprocessing:
    """Words, their idf and the strongest directions. Raises DataError where the texts have no words in common."""
    frequency: Counter[str] = Counter()
    for number, text in enumerate(texts):
        frequency.update(set(words_of(text)))
        if number % 5000 == 0:
            progress(0.3 * number / len(texts), f"Reading text {number:,} of {len(texts):,}")
    rarest = 2 if len(texts) > 20 else 1
    common = [
        (word, n)
        for word, n in frequency.items()
        if n >= rarest and (n < 0.95 * len(texts) or len(texts) < 20)
    ]
    common.sort(key=lambda entry: (-entry[1], entry[0]))
    common = sorted(common[:MOST_WORDS])
    if len(common) < 2:
        raise DataError(
            "{source}: its {count:,} texts have no words in common; is the text column right?",
            source=source, count=len(texts),
        )
    idf = np.log((1 + len(texts)) / (1 + np.array([n for _, n in common]))) + 1
    vocabulary = np.array([word for word, _ in common])
    weights = weigh(texts, vocabulary, idf.astype(np.float32))
    progress(0.5, "Looking for the directions of the texts")
    directions = strongest(
        weights, len(vocabulary), min(DIRECTIONS, len(vocabulary) - 1, len(texts) - 1), seed
    )
    return Preprocessing(
        {"text": f"TF-IDF of {len(vocabulary):,} words, {directions.shape[1]} directions"},
        {"vocabulary": vocabulary, "idf": idf.astype(np.float32), "directions": directions},
    )


def transform(texts: Sequence[str], fitted: Preprocessing) -> Float32Array:
    """(N, k) float32: texts in the directions that fit() found. A text of unknown words is 0."""
    return weigh(texts, fitted.arrays["vocabulary"], fitted.arrays["idf"]).times(fitted.arrays["directions"])


def weigh(texts: Sequence[str], vocabulary: np.ndarray[Any, Any], idf: Float32Array) -> Rows:
    """(N, V) sparse: counts times idf, each row of length 1."""
    place = {str(word): number for number, word in enumerate(vocabulary)}
    starts, columns, values = [0], [], []
    for text in texts:
        counts = Counter(number for word in words_of(text) if (number := place.get(word)) is not None)
        found = np.array(sorted(counts), dtype=np.int64)
        weights = np.array([counts[number] for number in found], dtype=np.float32) * idf[found]
        length = np.linalg.norm(weights)
        columns.append(found)
        values.append(weights / length if length > 0 else weights)
        starts.append(starts[-1] + len(found))
    return Rows(
        np.array(starts, dtype=np.int64), np.concatenate(columns), np.concatenate(values).astype(np.float32)
    )


def strongest(matrix: Rows, width: int, count: int, seed: int) -> Float32Array:
    """(width, count) float32: the right singular vectors of the largest singular values, the largest loading positive."""
    across = matrix.transposed(width)
    start = (
        np.random.default_rng(seed)
        .standard_normal((width, min(count + OVERSAMPLING, width)))
        .astype(np.float32)
    )
    basis = start
    for _ in range(POWERS + 1):
        left, _ = np.linalg.qr(matrix.times(basis).astype(np.float64))
        basis, _ = np.linalg.qr(across.times(left.astype(np.float32)).astype(np.float64))
        basis = basis.astype(np.float32)
    small = matrix.times(basis).astype(np.float64)
    _, vectors = np.linalg.eigh(small.T @ small)
    directions = basis.astype(np.float64) @ vectors[:, ::-1][:, :count]
    signs = np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(directions.shape[1])])
    signed: Float32Array = (directions * np.where(signs == 0, 1, signs)).astype(np.float32)
    return signed
