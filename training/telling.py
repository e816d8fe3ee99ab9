"""Answers about the data itself, from what is in memory anyway: no file is read, no torch needed, so it is told at once."""

from __future__ import annotations

import numpy as np

from ..core.arrays import Float32Array, Int32Array
from ..core.errors import DataError
from ..core.text import printable
from .datasets import Dataset
from .datasets.columns import Column
from .datasets.scaling import CLIP
from .told import AskFacts, FactsTold, SampleFacts

MOST_COLUMNS = 256
MOST_SAMPLES = 1000
"""In one answer."""
LONGEST_CELL = 60
GAP = ""


def answer(dataset: Dataset | None, samples: Int32Array, question: AskFacts) -> FactsTold:
    """What the data holds. samples: (N,) int32, the run's, ascending; those of the question that it lacks are left out.

    Raises DataError for a column that there is not, or data that cannot be read any more.
    """
    if dataset is None:
        return FactsTold(question.request, [], [])
    known = columns_of(dataset)
    asked = question.samples[:MOST_SAMPLES]
    rows = np.searchsorted(samples, asked)
    there = rows < len(samples)
    there[there] = samples[rows[there]] == asked[there]
    facts = [
        SampleFacts(int(sample), text_of(dataset, int(row)), [cell(dataset, *place, int(row)) for place in known.values()])
        for sample, row in zip(asked[there], rows[there], strict=True)
    ]
    if not question.column:
        return FactsTold(question.request, list(known), facts)
    if question.column not in known:
        raise DataError(
            "The data has no column {column!r} among those that are used; choose one that the list shows.",
            column=printable(question.column, 40),
        )
    column, at = known[question.column]
    values = values_of(dataset, column, at)
    return FactsTold(question.request, list(known), facts, question.column, values, list(column.values))


def columns_of(dataset: Dataset) -> dict[str, tuple[Column, int]]:
    """The columns that were made into features, one value a sample, and the first feature of each."""
    found: dict[str, tuple[Column, int]] = {}
    at = 0
    for kept in dataset.preprocessing.steps.get("columns", ()):
        column = Column(**{**kept, "values": tuple(kept["values"])})
        if column.type != "vector" and len(found) < MOST_COLUMNS:
            found[printable(column.name, LONGEST_CELL)] = (column, at)
        at += column.width
    return found


def values_of(dataset: Dataset, column: Column, at: int, rows: slice = slice(None)) -> Float32Array:
    """(M,) float32: a column as it was before it was scaled; of a category the place of its value, NaN for none."""
    features = dataset.features[rows, at : at + column.width]
    if column.type == "category":
        place: Float32Array = features.argmax(axis=1).astype(np.float32)
        place[features.max(axis=1) <= 0] = np.nan
        return place
    if column.scale == 0:
        return np.full(len(features), column.mean, dtype=np.float32)
    values: Float32Array = (features[:, 0].astype(np.float64) / column.scale + column.mean).astype(np.float32)
    return values


def cell(dataset: Dataset, column: Column, at: int, row: int) -> str:
    """What stands in one cell, as text; numbers to five digits, with a mark where they were beyond what is used."""
    part = slice(row, row + 1)
    value = float(values_of(dataset, column, at, part)[0])
    if column.type == "category":
        return printable(column.values[int(value)], LONGEST_CELL) if value == value else GAP
    if column.type == "date":
        return str(np.datetime64(round(value), "D"))
    clipped = abs(float(dataset.features[row, at])) >= CLIP
    return f"{'beyond ' if clipped else ''}{value:.5g}"


def text_of(dataset: Dataset, row: int) -> str:
    """A sample's words, on one line."""
    if dataset.texts is None:
        return ""
    return printable(" ".join(dataset.texts[row].split()))
