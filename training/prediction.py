"""New samples, judged by a run: read with its preprocessing, placed by its newest checkpoint. Imports torch late."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..core.arrays import Float32Array, Int32Array
from ..core.errors import DataError, StoreError
from ..core.text import reason
from .cells import safe
from .datasets import DatasetRef, open_dataset
from .datasets.dataset import Progress
from .datasets.guard import library
from .datasets.preprocessing import Preprocessing
from .run_view import RunView

FIELDS = ("id", "name", "category", "confidence", "novelty", "x", "y", "z")
SUFFIXES = (".csv", ".parquet", ".json", ".npz")


@dataclass(frozen=True, eq=False)
class Predicted:
    """positions: (N, 3) float32 in room units. category: (N,) int32 ids, 0 none of them; names: by id. confidence: (N,)

    share of the vote. novelty: (N,) 0..1, see placing.Placer.
    """

    ids: list[str]
    sample_names: list[str]
    positions: Float32Array
    category: Int32Array
    names: dict[int, str]
    confidence: Float32Array
    novelty: Float32Array


def predict(run: Path, reference: DatasetRef, progress: Progress, trusted: tuple[str, ...] = ()) -> Predicted:
    """Place and judge the samples of `reference`. Raises DataError where they are of another kind than the run's."""
    view = RunView(run)
    try:
        fitted = Preprocessing.load(view.folder)
        kind = reference.kind
        if kind == "auto" and view.meta["dataset"]["kind"] not in ("auto", "digits"):
            kind = view.meta["dataset"]["kind"]
        options = {**inherited(view.meta["dataset"]["options"]), **reference.options}
        dataset = open_dataset(DatasetRef(kind, reference.path, options), progress, fitted)
        shape = tuple(view.meta["description"]["shape"])
        if tuple(dataset.features.shape[1:]) != shape:
            raise DataError(
                f"{dataset.description.source} holds samples of shape {tuple(dataset.features.shape[1:])}, the run was trained "
                f"on {shape}; give data of the same kind."
            )
        from . import placing

        placer, _config = placing.load(view.folder, view.meta, trusted)
        progress(0.9, f"Placing {dataset.size:,} samples")
        positions, probability, novelty = placing.place(placer, dataset.features)
        column = probability.argmax(axis=1)
        numbers = np.array([0, *placer.categories], dtype=np.int32)
        names = {number: view.name_of(number) for number in placer.categories}
        confidence = probability[np.arange(len(column)), column]
        return Predicted(dataset.ids, dataset.names, positions, numbers[column], names, confidence, novelty)
    finally:
        view.close()


def inherited(options: dict[str, str | int | float | bool]) -> dict[str, str | int | float | bool]:
    """The options of the run's own data that hold for new data too: which columns, not which part of them."""
    return {
        key: value
        for key, value in options.items()
        if key in ("text", "layer", "embedding", "encoding", "separator", "id", "name")
    }


def write(found: Predicted, target: Path) -> None:
    """Write predictions by the file's ending. Raises StoreError."""
    suffix = target.suffix.lower()
    if suffix not in SUFFIXES:
        raise StoreError(
            "{name}: predictions are written as {suffixes}; choose one of these endings.",
            name=target.name, suffixes=", ".join(SUFFIXES),
        )
    names = [found.names.get(int(number), "") for number in found.category]
    partial = target.with_name(f"{target.name}.partial")
    values = [found.confidence, found.novelty, *found.positions.T]
    rows = zip(found.ids, found.sample_names, names, *(column.tolist() for column in values), strict=True)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if suffix == ".csv":
            with partial.open("w", newline="", encoding="utf-8") as stream:
                writer = csv.writer(stream)
                writer.writerow(FIELDS)
                for row in rows:
                    writer.writerow([safe(v) if isinstance(v, str) else f"{v:.6g}" for v in row])
        elif suffix == ".json":
            partial.write_text(
                json.dumps([dict(zip(FIELDS, row, strict=True)) for row in rows], indent=1), encoding="utf-8"
            )
        elif suffix == ".npz":
            with partial.open("wb") as stream:
                np.savez(
                    stream,
                    x=found.positions,
                    y=np.array(names),
                    ids=np.array(found.ids),
                    names=np.array(found.sample_names),
                    category=found.category,
                    confidence=found.confidence,
                    novelty=found.novelty,
                )
        else:
            pa, parquet = (
                library("pyarrow", "tables", "Parquet"),
                library("pyarrow.parquet", "tables", "Parquet"),
            )
            parquet.write_table(
                pa.table(dict(zip(FIELDS, [list(c) for c in zip(*rows, strict=True)], strict=True))), partial
            )
        partial.replace(target)
    except OSError as error:
        raise StoreError(
            "{target} cannot be written ({reason}); choose another place, or free some space.",
            target=target, reason=reason(error),
        ) from error
