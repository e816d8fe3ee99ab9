"""What TensorFlow's Embedding Projector reads: a TSV of vectors, and a TSV of metadata beside it. Needs pyarrow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from ...core.arrays import Float32Array
from ...core.errors import DataError
from .dataset import Dataset, Description, Progress, finished
from .guard import check_promise, check_samples
from .options import NOTHING, Options
from .own_file import is_beside
from .preprocessing import Preprocessing
from .scaling import vectors
from .table import NAME_NAMES, column_texts, special_columns
from .table_source import CsvSource
from .tally import numbers

METADATA = ("metadata", "meta", "labels")


def is_projector(path: Path) -> bool:
    """Whether a .tsv is one of vectors: metadata lies beside it, and its first line holds nothing but numbers."""
    if path.suffix.lower() != ".tsv" or metadata_beside(path, Options()) is None:
        return False
    with path.open("rb") as stream:
        cells = stream.readline(2**20).split(b"\t")
    try:
        return len([float(cell) for cell in cells]) > 1
    except ValueError:
        return False


def metadata_beside(path: Path, options: Options) -> Path | None:
    """The file of metadata: the one chosen, else metadata.tsv, or the vectors' name with metadata for its last word."""
    if options.metadata:
        chosen = path.parent / options.metadata
        if not is_beside(chosen, path):
            raise DataError(
                "There is no metadata file {metadata!r} beside {name}; check its name.",
                metadata=options.metadata, name=path.name,
            )
        return chosen
    for word in METADATA:
        for old in ("tensors", "tensor", "vectors", "vecs", "embeddings", path.stem):
            candidate = path.with_name(path.name.replace(old, word))
            if candidate != path and is_beside(candidate, path):
                return candidate
    return None


def describe(path: Path, options: Options) -> Description:
    """What a pair holds. Raises DataError."""
    source = CsvSource(path, options, header=False)
    count = source.count()
    check_samples(count, path.name)
    beside = metadata_beside(path, options)
    taken = len(options.rows(count))
    notes = (f"metadata from {beside.name}",) if beside else ()
    return Description(
        "vector", path.name, taken, (len(source.columns),), (), 0, taken * len(source.columns) * 4, notes
    )


def read(path: Path, options: Options, progress: Progress, fitted: Preprocessing | None = None) -> Dataset:
    """Load a pair. Raises DataError that names file and row."""
    values = read_vectors(path, options, progress)
    labels, names, note = read_metadata(path, options, len(values))
    rows = options.rows(len(values))
    scaling = replace(options, scaling="whole" if options.scaling == "columns" else options.scaling)
    features, done, notes, ids, digest = vectors(values, scaling, path.name, progress, fitted)
    coordinates = np.ascontiguousarray(values[rows]) if options.coordinates == "x" else None
    if coordinates is not None and coordinates.shape[1] not in (2, 3):
        raise DataError(
            "{name} has {columns} columns; coordinates have two or three.",
            name=path.name, columns=coordinates.shape[1],
        )
    return finished(
        "vector",
        path.name,
        features,
        ids,
        [names[row] for row in rows] if names else [str(row + 1) for row in rows],
        np.array([labels[row] for row in rows], dtype=str) if labels else None,
        digest,
        done,
        [note, options.sampled(len(values)), *notes],
        coordinates=coordinates,
    )


def read_vectors(path: Path, options: Options, progress: Progress) -> Float32Array:
    """(N, D) float32. Raises DataError for a row of another length or a cell that is no number."""
    source = CsvSource(path, options, header=False)
    stored = path.stat().st_size
    parts: list[Float32Array] = []
    row = 0
    for batch in source.batches():
        block = np.empty((batch.num_rows, batch.num_columns), dtype=np.float32)
        for place in range(batch.num_columns):
            cells, bad = numbers(batch.column(place), source)
            gap = np.flatnonzero(~np.isfinite(cells)) if bad is None else np.array([bad[0]])
            if len(gap):
                text = batch.column(place)[int(gap[0])].as_py()
                raise DataError(
                    f"{path.name}: row {row + int(gap[0]) + 1}, column {place + 1} holds "
                    f"{str(text)[:40]!r} where a number belongs; mend the cell."
                )
            block[:, place] = cells
        parts.append(block)
        row += batch.num_rows
        check_promise(row * batch.num_columns * 4, stored, path.name)
        progress(0.0, f"Reading row {row:,}")
    check_samples(row, path.name)
    return np.concatenate(parts)


def read_metadata(path: Path, options: Options, count: int) -> tuple[list[str] | None, list[str] | None, str]:
    """(labels, names, a note) from the file beside the vectors; one column has no header, several have one."""
    beside = metadata_beside(path, options)
    if beside is None:
        return None, None, ""
    with beside.open("rb") as stream:
        single = b"\t" not in stream.readline(2**20)
    source = CsvSource(beside, Options(encoding=options.encoding), header=not single)
    columns: dict[str, list[str]] = {name: [] for name in source.columns}
    for batch in source.batches():
        for place, name in enumerate(source.columns):
            columns[name] += column_texts(batch.column(place), source.name, name)
    length = len(columns[source.columns[0]])
    if length != count:
        raise DataError(
            f"{path.name} holds {count:,} vectors and {beside.name} {length:,} rows of metadata; give one row a vector."
        )
    note = f"metadata from {beside.name}"
    if single:
        only = columns[source.columns[0]]
        return (
            (only if options.label != NOTHING and len(set(only)) <= max(2, count // 2) else None),
            only,
            note,
        )
    special = special_columns(source.columns, options, source.name)
    first = next((name for name in source.columns if name.lower() in NAME_NAMES), source.columns[0])
    return columns.get(special["label"]), columns[special["name"] or first], note
