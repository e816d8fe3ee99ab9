"""The data of a run, read again: the same, or the same in another order, or among more. Compared by ids and content. No torch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..core.arrays import Int64Array
from ..core.errors import DataError, StoreError
from .datasets import Dataset, DatasetRef, Preprocessing, open_dataset
from .datasets.dataset import Progress

OF_CONTENT = re.compile(r"[0-9a-f]{16}-\d+")
"""How an id looks that was made from its sample's own bytes: where it is the same, so is the sample."""


class Run(Protocol):
    """What a run says of its data, be it open for writing (store.py) or for reading alone (run_view.py)."""

    folder: Path
    meta: dict[str, Any]

    def sample_ids(self) -> list[str]: ...


def reference(run: Run) -> DatasetRef:
    """Where the run's data lies and how it is read."""
    kept = run.meta["dataset"]
    return DatasetRef(kept["kind"], kept["path"], kept["options"])


class OtherDataError(DataError):
    """The data is not what the run began with. The sentence says in what it differs and, behind a semicolon, what to do."""

    @property
    def what(self) -> str:
        """In what it differs, without what to do about it."""
        return self.sentence.rpartition(";")[0]


def read(run: Run, data: DatasetRef, progress: Progress) -> tuple[Dataset, str]:
    """(the data as the run began with it, a sentence about what is different there, empty where nothing is).

    Raises OtherDataError where it is not the same data: it says in what it differs; DataError where it cannot be read.
    """
    found = open_dataset(data, progress)
    if found.content_hash == run.meta["dataset_hash"]:
        return found, ""
    source, wanted = found.description.source, run.sample_ids()
    row_of = {text: row for row, text in enumerate(found.ids)}
    if not set(wanted) <= row_of.keys():
        # a table's ids come from its scaled columns: scaled as the run's they may be the same after all
        found = open_dataset(data, progress, fitted_of(run, source))
        row_of = {text: row for row, text in enumerate(found.ids)}
    missing = sum(text not in row_of for text in wanted)
    if missing == len(wanted):
        raise OtherDataError(f"{source} holds other data than this run began with; restore it.")
    if missing:
        raise OtherDataError(
            f"{source} lacks {missing:,} of the {len(wanted):,} samples that this run began with, or they changed; restore them."
        )
    rows = np.array([row_of[text] for text in wanted], dtype=np.int64)
    more = found.size - len(wanted)
    if bool(np.all(np.diff(rows) > 0)):
        dataset = open_dataset(data, progress, fitted_of(run, source), rows) if more else found
        if dataset.content_hash != run.meta["dataset_hash"]:
            raise OtherDataError(
                f"{source} has the samples that this run began with, but the content of some of them changed; restore it."
            )
        if not more:
            return dataset, ""  # scaled as the run's it is the same: a column came to it, say
        return dataset, (
            f"{source} holds {more:,} samples more than this run began with; they are left out: open it anew to have them."
        )
    if not all(OF_CONTENT.fullmatch(text) for text in wanted):
        raise OtherDataError(
            f"{source} has its samples in another order than this run began with, and its ids do not tell whether their content is "
            "the same; restore the order."
        )
    dataset = open_dataset(data, progress, fitted_of(run, source))
    row_of = {text: row for row, text in enumerate(dataset.ids)}
    if not set(wanted) <= row_of.keys():
        raise OtherDataError(f"{source} holds other data than this run began with; restore it.")
    rows = np.array([row_of[text] for text in wanted], dtype=np.int64)
    left_out = f" {more:,} samples more are left out." if more else ""
    return picked(dataset, rows), (
        f"{source} has its samples in another order than this run began with; each was found again.{left_out}"
    )


def fitted_of(run: Run, source: str) -> Preprocessing:
    """How the run's data was scaled. Raises OtherDataError where the run does not say."""
    try:
        return Preprocessing.load(run.folder)
    except StoreError as error:
        raise OtherDataError(f"{source} holds other data than this run began with; restore it.") from error


def picked(dataset: Dataset, rows: Int64Array) -> Dataset:
    """These samples, in this order. rows: (M,) int64."""

    def of(values: Sequence[str] | None) -> list[str] | None:
        return None if values is None else [values[row] for row in rows]

    return replace(
        dataset,
        description=replace(dataset.description, samples=len(rows)),
        features=np.ascontiguousarray(dataset.features[rows]),
        ids=of(dataset.ids) or [],
        names=of(dataset.names) or [],
        labels=dataset.labels[rows],
        truth=None if dataset.truth is None else dataset.truth[rows],
        pictures=None if dataset.pictures is None else dataset.pictures[rows],
        coordinates=None if dataset.coordinates is None else dataset.coordinates[rows],
        media=None if dataset.media is None else [dataset.media[row] for row in rows],
        texts=of(dataset.texts),
    )
