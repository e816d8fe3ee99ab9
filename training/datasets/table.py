"""Tables: CSV, TSV and Parquet. Two passes over the file: look at every column, then read it into features. Needs pyarrow."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Int64Array
from ...core.errors import DataError
from ...core.text import printable
from .columns import Column, encode, plan, rows_of
from .dataset import Dataset, Description, Progress, content_ids, finished, given_labels
from .guard import check_columns, check_promise, check_samples
from .options import NOTHING, Options, Part
from .preprocessing import Preprocessing
from .table_source import TableSource, arrow, open_table
from .tally import stripped

LABEL_NAMES = ("label", "labels", "category", "class", "target", "cell_type")
NAME_NAMES = ("name", "title", "filename", "file")
ID_NAMES = ("id", "sample_id", "uuid")


def describe(path: Path, options: Options) -> Description:
    """What a table holds: its rows are counted, its columns named, its labels read. Raises DataError."""
    source = open_table(path, options)
    special = special_columns(source.columns, options, source.name)
    named = [special["label"]] if special["label"] else []
    batches = source.batches(named) if named else ()
    texts = [text for batch in batches for text in column_texts(batch.column(0), source.name, named[0])]
    count = len(texts) or source.count()
    check_samples(count, source.name)
    rows = options.rows(count)
    taken = len(rows)
    classes, labels = given_labels(np.array(texts, dtype=str)[rows], taken, source.name) if texts else ((), np.zeros(0))
    width = len(source.columns) - len([name for name in special.values() if name])
    notes = tuple(f"{what} from column {printable(name, 40)!r}" for what, name in special.items() if name)
    return Description(
        "vector",
        source.name,
        taken,
        (max(1, width),),
        classes,
        int(np.count_nonzero(labels)),
        taken * max(1, width) * 4,
        notes,
    )


def read(path: Path, options: Options, progress: Progress, fitted: Preprocessing | None = None) -> Dataset:
    """Load a table. Raises DataError with file, column and row of what is wrong."""
    return read_source(open_table(path, options), options, progress, fitted, path.stat().st_size)


def read_source(
    source: TableSource, options: Options, progress: Progress, fitted: Preprocessing | None, stored: int
) -> Dataset:
    """Load any table; `stored` is how many bytes it takes on disk."""
    special = special_columns(source.columns, options, source.name)
    coordinate_names = [part.strip() for part in options.coordinates.split(",") if part.strip()]
    if coordinate_names and (
        len(coordinate_names) not in (2, 3) or not set(coordinate_names) <= set(source.columns)
    ):
        raise DataError(
            "{name}: coordinates are two or three columns like x,y,z; it has {known}.",
            name=source.name, known=listed(source.columns),
        )
    if fitted is None:
        leave_out = {name for name in special.values() if name} | options.ignored()
        # of a split, what is held out must not touch a scale
        part = options.rows(source.count()) if isinstance(options, Part) else None
        columns, notes, count = plan(source, leave_out, part, progress)
        fitted = Preprocessing({"scaling": "by column", "columns": [vars(column) for column in columns]})
    else:
        fitted.require("columns", source.name, "a table")
        columns = [Column(**{**kept, "values": tuple(kept["values"])}) for kept in fitted.steps["columns"]]
        gone = [column.name for column in columns if column.name not in source.columns]
        if gone:
            raise DataError(
                "{name} has no column {gone!r}, which the run was trained on; it has {known}.",
                name=source.name, gone=printable(gone[0], 40), known=listed(source.columns),
            )
        notes, count = [], source.count()
    check_samples(count, source.name)
    width = sum(column.width for column in columns)
    check_columns(width, f"{source.name}, encoded,")
    rows = options.rows(count)
    check_promise(len(rows) * width * 4, stored, source.name)
    features, texts, coordinates, digest = fill(
        source, columns, special, coordinate_names, rows, count, progress
    )
    said = [column.said for column in columns]
    notes = [
        options.sampled(count),
        *(f"{what} from column {printable(name, 40)!r}" for what, name in special.items() if name),
        *said,
        *notes,
    ]
    names = (
        texts["name"]
        or ([] if texts["id"] is None else texts["id"])
        or [str(row + source.first_row) for row in rows]
    )
    return finished(
        "vector",
        source.name,
        features,
        texts["id"] or content_ids(np.ascontiguousarray(line).tobytes() for line in features),
        names,
        np.array(texts["label"], dtype=str) if texts["label"] is not None else None,
        digest,
        fitted,
        notes,
        coordinates=coordinates,
    )


def fill(
    source: TableSource,
    columns: list[Column],
    special: dict[str, str],
    coordinate_names: list[str],
    rows: Int64Array,
    count: int,
    progress: Progress,
) -> tuple[Float32Array, dict[str, list[str] | None], Float32Array | None, str]:
    """(features (M, D) float32, texts of the special columns, coordinates (M, 2 or 3), hash): the second pass."""
    features = np.empty((len(rows), sum(column.width for column in columns)), dtype=np.float32)
    texts: dict[str, list[str] | None] = {what: [] if name else None for what, name in special.items()}
    coordinates = np.empty((len(rows), len(coordinate_names)), dtype=np.float32) if coordinate_names else None
    plain = [Column(name, "number") for name in coordinate_names]
    needed = list(
        dict.fromkeys([*(c.name for c in columns), *coordinate_names, *(n for n in special.values() if n)])
    )
    digest = hashlib.sha256()
    row = done = 0
    for batch in source.batches(needed):
        last, part = row + batch.num_rows, rows_of(batch, rows, row)
        cells = {name: part.column(place) for place, name in enumerate(part.schema.names)}
        at = 0
        for column in columns:
            block = encode(column, cells[column.name], source, row)
            features[done : done + part.num_rows, at : at + column.width] = block
            at += column.width
        if coordinates is not None:
            for place, column in enumerate(plain):
                # one scale for all directions is found later: here they are as they were, clipped by nothing
                coordinates[done : done + part.num_rows, place] = raw_numbers(
                    column, cells[column.name], source, row
                )
        digest.update(features[done : done + part.num_rows].tobytes())
        for what, name in special.items():
            if name:
                found = texts[what]
                assert found is not None
                found += column_texts(cells[name], source.name, name)
        row, done = last, done + part.num_rows
        progress(min(1.0, row / max(1, count)), f"Reading row {row:,} of {count:,}")
    for values in texts.values():
        digest.update("\0".join(values or ()).encode())
    return features, texts, coordinates, digest.hexdigest()


def raw_numbers(column: Column, cells: Any, source: TableSource, row: int) -> Float32Array:
    """(B,) float32 as they are. Raises DataError for a gap or a text."""
    from .tally import numbers

    values, bad = numbers(cells, source)
    if bad is not None or not np.isfinite(values).all():
        place = bad[0] if bad is not None else int(np.flatnonzero(~np.isfinite(values))[0])
        raise DataError(
            f"{source.name}: column {printable(column.name, 40)!r}, row {row + place + source.first_row} holds no number, and it "
            "is a coordinate; mend the cell."
        )
    return values.astype(np.float32)


def column_texts(cells: Any, source: str, name: str) -> list[str]:
    """Cells of a column as text; whole numbers without a point, gaps empty. Raises DataError for lists and the like."""
    pa = arrow()
    if pa.types.is_floating(cells.type):
        return [
            "" if v is None or v != v else str(int(v)) if v == int(v) else str(v) for v in cells.to_pylist()
        ]
    try:
        return [text or "" for text in stripped(cells.cast(pa.string())).to_pylist()]
    except pa.ArrowException as error:
        raise DataError(
            "{source}: column {column!r} holds {kind}, not a text or a number in each row; choose another.",
            source=source, column=printable(name, 40), kind=printable(str(cells.type), 60),
        ) from error


def special_columns(columns: list[str], options: Options, source: str) -> dict[str, str]:
    """{"label", "name", "id"}: the columns that are no features; empty where there is none. Raises DataError."""
    lower = {name.strip().lower(): name for name in reversed(columns)}
    found = {}
    for what, chosen, usual in (
        ("label", options.label, LABEL_NAMES),
        ("name", options.name, NAME_NAMES),
        ("id", options.id, ID_NAMES),
    ):
        if chosen and chosen != NOTHING and chosen not in columns:
            raise DataError(
                "{source} has no column {chosen!r} for the {what}; it has {known}.",
                source=source, chosen=printable(chosen, 40), what=what, known=listed(columns),
            )
        first = next((lower[name] for name in usual if name in lower), "")
        found[what] = "" if chosen == NOTHING else chosen or first
    return found


def listed(columns: list[str]) -> str:
    """Some names of columns, for a sentence."""
    return ", ".join(printable(name, 24) for name in columns[:6]) + (
        f" and {len(columns) - 6} more" if len(columns) > 6 else ""
    )
