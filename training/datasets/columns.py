"""What each column of a table holds, and how it becomes numbers: scaled, one-hot, dates in days. Needs pyarrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Int64Array
from ...core.errors import DataError
from ...core.text import printable
from .dataset import Progress
from .scaling import CLIP
from .table_source import TableSource, arrow
from .tally import MOST_VALUES, Tally, dates, numbers

MOST_CATEGORIES = 50
"""A text column with more different values is a name or free text, and says nothing as a feature."""
MOSTLY = 0.8
"""A column of which so much is numbers is meant to be one: a text in it is a mistake that is told."""


@dataclass(frozen=True)
class Column:
    """One column that is used. type: number, date, category or vector. mean, scale: of a number or a date (in days).

    values: of a category, in order; scale then makes its one-hot columns weigh as much together as one number.
    width: how many features it becomes.
    """

    name: str
    type: str
    mean: float = 0.0
    scale: float = 1.0
    values: tuple[str, ...] = ()
    width: int = 1
    missing: int = 0

    @property
    def said(self) -> str:
        """What was done to it, for people."""
        if self.type == "category":
            done = f"category of {len(self.values)} values, one-hot"
        elif self.type == "vector":
            done = f"{self.width} numbers"
        elif self.scale == 0:
            done = f"{self.type}, constant, says nothing"
        else:
            done = f"{self.type}, scaled (mean {self.mean:.4g}, deviation {1 / self.scale:.4g})"
        gaps = f", {self.missing:,} empty cells taken as the mean" if self.missing else ""
        return f"{printable(self.name, 40)}: {done}{gaps}"


def plan(
    source: TableSource, leave_out: set[str], rows: Int64Array | None, progress: Progress
) -> tuple[list[Column], list[str], int]:
    """(columns to use, notes on those left out, rows), from a look at every cell, or at those of `rows` (M,) alone.

    Raises DataError.
    """
    wanted = [name for name in source.columns if name not in leave_out]
    tallies = {name: Tally(name) for name in wanted}
    row = 0
    for batch in source.batches():
        part = batch if rows is None else rows_of(batch, rows, row)
        for name in wanted:
            tallies[name].add(part.column(part.schema.get_field_index(name)), row, source)
        row += batch.num_rows
        progress(0.0, f"Looking at row {row:,} of {source.name}")
    used, notes = [], []
    for tally in tallies.values():
        column, note = decide(tally, source)
        if column is not None:
            used.append(column)
        if note:
            notes.append(note)
    if row and not used:
        raise DataError(
            f"{source.name}: none of its {len(source.columns)} columns can be used "
            f"({'; '.join(notes)[:150] or 'all are left out'}); are separator and kind right?"
        )
    return used, notes, row


def rows_of(batch: Any, rows: Int64Array, first: int) -> Any:
    """Those of `rows` (M,) ascending that lie in a record batch which begins at row `first`."""
    take = rows[np.searchsorted(rows, first) : np.searchsorted(rows, first + batch.num_rows)] - first
    return batch if len(take) == batch.num_rows else batch.take(arrow().array(take))


def decide(tally: Tally, source: TableSource) -> tuple[Column | None, str]:
    """(the column as it is used, or None; a note where it is not). Raises DataError for a text among numbers."""
    name = printable(tally.name, 40)
    if tally.other:
        return None, f"{name}: left out, holds {tally.other}"
    if tally.present == 0:
        return None, f"{name}: left out, empty"
    missing = tally.rows - tally.present
    if tally.width:
        return Column(tally.name, "vector", width=tally.width), ""
    if tally.numeric == tally.present:
        return Column(tally.name, "number", *tally.number_scale(), missing=missing), ""
    if tally.dated == tally.present:
        return Column(tally.name, "date", *tally.date_scale(), missing=missing), ""
    if tally.numeric >= MOSTLY * tally.present and tally.numeric >= 2:
        row, text = tally.first_text
        raise DataError(
            f"{source.name}: column {name!r}, row {row + source.first_row} holds {printable(text, 40)!r}, and "
            f"{tally.numeric:,} other rows hold numbers; mend the cell, or leave the column out."
        )
    if (
        tally.distinct is None
        or len(tally.distinct) > MOST_CATEGORIES
        or len(tally.distinct) > max(2, 0.8 * tally.present)
    ):
        many = f"over {MOST_VALUES:,}" if tally.distinct is None else f"{len(tally.distinct):,}"
        return None, f"{name}: left out, {many} different texts"
    values = tuple(sorted(tally.distinct))
    shares = np.array([tally.distinct[value] for value in values]) / tally.rows
    spread = float(np.sqrt((shares * (1 - shares)).sum()))
    return Column(
        tally.name,
        "category",
        scale=1 / spread if spread > 0 else 0.0,
        values=values,
        width=len(values),
        missing=missing,
    ), ""


def encode(column: Column, cells: Any, source: TableSource, row: int) -> Float32Array:
    """(B, width) float32: the cells of one batch as `column` says. Raises DataError for what does not fit it."""
    count = len(cells)
    pa = arrow()
    if column.type == "vector":
        if not (pa.types.is_list(cells.type) or pa.types.is_fixed_size_list(cells.type)):
            raise DataError(
                f"{source.name}: column {column.name!r} holds no lists of numbers, which the run was trained on; "
                "give the same data."
            )
        flat: Float32Array = cells.flatten().to_numpy(zero_copy_only=False).astype(np.float32)
        if flat.size != count * column.width:
            raise DataError(
                f"{source.name}: column {column.name!r} holds lists of another length than {column.width}, which the run "
                "was trained on; give the same data."
            )
        return flat.reshape(count, column.width)
    if column.type == "category":
        texts = [None if text is None else text.strip() for text in cells.cast(pa.string()).to_pylist()]
        places = {value: place for place, value in enumerate(column.values)}
        found = np.array([places.get(text, -1) if text is not None else -1 for text in texts], dtype=np.int64)
        hot = np.zeros((count, column.width), dtype=np.float32)
        hot[np.flatnonzero(found >= 0), found[found >= 0]] = column.scale
        return hot
    read = numbers if column.type == "number" else dates
    values, bad = read(cells, source)
    if bad is not None:
        place, text = bad
        raise DataError(
            f"{source.name}: column {printable(column.name, 40)!r}, row {row + place + source.first_row} holds "
            f"{printable(text, 40)!r} where a {column.type} belongs; mend the cell."
        )
    scaled = np.clip((values - column.mean) * column.scale, -CLIP, CLIP)
    return np.where(np.isnan(values), 0.0, scaled).astype(np.float32)[:, None]
