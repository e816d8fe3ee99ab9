"""What is in a column, counted while it streams by: numbers, dates, texts, gaps. Needs pyarrow."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.arrays import Float64Array
from ...core.errors import DataError
from ...core.text import printable
from .scaling import LARGEST
from .table_source import TableSource, arrow

MOST_VALUES = 1000
MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "?", "-")
DAY = 86_400.0

Bad = tuple[int, str]
"""Row within the batch and text of the first cell that does not fit."""


class Tally:
    """One column: rows, cells that are there, how many of them are numbers or dates, and their moments."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows = self.present = self.numeric = self.dated = 0
        self.width = 0
        self.other = ""
        self.first_text: tuple[int, str] = (0, "")
        self.distinct: dict[str, int] | None = {}
        self._number = np.zeros(3)  # count, mean, sum of squared differences
        self._date = np.zeros(3)

    def add(self, cells: Any, row: int, source: TableSource) -> None:
        """Count the cells of one batch that begins at `row`. Raises DataError for an infinite number."""
        pa, kinds = arrow(), arrow().types
        self.rows += len(cells)
        if kinds.is_list(cells.type) or kinds.is_fixed_size_list(cells.type):
            self._add_vectors(cells, row, source)
        elif (
            kinds.is_string(cells.type)
            or kinds.is_large_string(cells.type)
            or kinds.is_dictionary(cells.type)
        ):
            self._add_texts(stripped(cells.cast(pa.string())), row, source)
        elif is_number(cells.type):
            values, _ = numbers(cells, source)
            self._add_numbers(values, row, source)
        elif kinds.is_date(cells.type) or kinds.is_timestamp(cells.type):
            values, _ = dates(cells, source)
            known = values[~np.isnan(values)]
            self.present += len(known)
            self.dated += len(known)
            merge(self._date, known)
        elif not kinds.is_null(cells.type):
            self.other = str(cells.type)[:40]

    def _add_numbers(self, values: Float64Array, row: int, source: TableSource) -> None:
        if (np.abs(values) > LARGEST).any():
            where = int(np.flatnonzero(np.abs(values) > LARGEST)[0])
            raise DataError(
                f"{source.name}: column {printable(self.name, 40)!r}, row {row + where + source.first_row} holds "
                f"{values[where]}; replace or drop it, the trainer needs finite numbers."
            )
        known = values[~np.isnan(values)]
        self.present += len(known)
        self.numeric += len(known)
        merge(self._number, known)

    def _add_texts(self, texts: Any, row: int, source: TableSource) -> None:
        self._count(texts)  # of numbers too: what follows may show that they are codes
        values, bad = numbers(texts, source)
        if bad is None:
            self._add_numbers(values, row, source)
            return
        compute = arrow("pyarrow.compute")
        there = compute.drop_null(texts)
        looks = compute.match_substring_regex(there, r"^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?$")
        self.present += len(there)
        self.numeric += int(compute.sum(looks).as_py() or 0)
        if not self.first_text[1]:
            self.first_text = (row + bad[0], bad[1])
        when, odd = dates(texts, source)
        if odd is None:
            known = when[~np.isnan(when)]
            self.dated += len(known)
            merge(self._date, known)

    def _count(self, texts: Any) -> None:
        if self.distinct is None:
            return
        compute = arrow("pyarrow.compute")
        values, counts = compute.value_counts(compute.drop_null(texts)).flatten()
        for text, count in zip(values.to_pylist(), counts.to_pylist(), strict=True):
            self.distinct[text] = self.distinct.get(text, 0) + count
        if len(self.distinct) > MOST_VALUES:
            self.distinct = None

    def _add_vectors(self, cells: Any, row: int, source: TableSource) -> None:
        if not is_number(cells.type.value_type):
            self.other = str(cells.type)[:40]
            return
        lengths = arrow("pyarrow.compute").list_value_length(cells).to_numpy(zero_copy_only=False)
        self.present += len(cells)
        self.width = self.width or int(np.nan_to_num(lengths[0]) if len(lengths) else 0)
        wrong = np.flatnonzero(lengths != self.width)
        if len(wrong):
            raise DataError(
                f"{source.name}: column {printable(self.name, 40)!r}, row {row + int(wrong[0]) + source.first_row} holds a list of "
                f"{lengths[wrong[0]]:.0f} numbers, the first row one of {self.width}; give all the same length."
            )
        flat = cells.flatten().to_numpy(zero_copy_only=False).astype(np.float64)
        if not np.isfinite(flat).all():
            where = int(np.flatnonzero(~np.isfinite(flat))[0]) // max(1, self.width)
            raise DataError(
                f"{source.name}: column {printable(self.name, 40)!r}, row {row + where + source.first_row} holds a number "
                "that is not finite; replace or drop it."
            )

    def number_scale(self) -> tuple[float, float]:
        """(mean, 1 / deviation; 0 for a constant)."""
        return scale_of(self._number)

    def date_scale(self) -> tuple[float, float]:
        """The same of the dates, in days."""
        return scale_of(self._date)


def merge(moments: Float64Array, values: Float64Array) -> None:
    """Take values into (count, mean, sum of squared differences); Chan, Golub and LeVeque, 1979."""
    if not len(values):
        return
    count, mean, square = moments
    fresh = float(values.mean())
    total = count + len(values)
    delta = fresh - mean
    moments[:] = (
        total,
        mean + delta * len(values) / total,
        square + float(((values - fresh) ** 2).sum()) + delta**2 * count * len(values) / total,
    )


def scale_of(moments: Float64Array) -> tuple[float, float]:
    """(mean, 1 / deviation), 0 for a constant."""
    count, mean, square = moments
    deviation = float(np.sqrt(square / max(1.0, count)))
    return float(mean), 0.0 if deviation <= 1e-12 * max(1.0, abs(mean)) else 1.0 / deviation


def is_number(kind: Any) -> bool:
    """Whether an Arrow type holds numbers; truths count as 0 and 1."""
    kinds = arrow().types
    return bool(
        kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_boolean(kind) or kinds.is_decimal(kind)
    )


def stripped(texts: Any) -> Any:
    """Texts without the spaces around them, null where they say that nothing is there."""
    compute, pa = arrow("pyarrow.compute"), arrow()
    texts = compute.utf8_trim_whitespace(texts)
    return compute.if_else(compute.is_in(texts, pa.array(MISSING)), pa.scalar(None, pa.string()), texts)


def numbers(cells: Any, source: TableSource) -> tuple[Float64Array, Bad | None]:
    """((B,) float64, NaN where nothing is there; the first cell that is no number, or None)."""
    compute, pa = arrow("pyarrow.compute"), arrow()
    if pa.types.is_dictionary(cells.type) or pa.types.is_large_string(cells.type):
        cells = cells.cast(pa.string())
    if pa.types.is_boolean(cells.type):
        cells = cells.cast(pa.int8())
    texts = pa.types.is_string(cells.type)
    if texts:
        cells = stripped(cells)
        if source.decimal_comma:
            cells = compute.replace_substring(cells, ",", ".")
    try:
        return compute.cast(cells, pa.float64()).to_numpy(zero_copy_only=False), None
    except pa.ArrowInvalid:
        for place, text in enumerate(cells.to_pylist()):
            try:
                float(text or 0)
            except ValueError:
                return np.empty(0), (place, text)
        return np.array([np.nan if text is None else float(text) for text in cells.to_pylist()]), None
    except pa.ArrowNotImplementedError:
        return np.empty(0), (0, str(cells.type))


def dates(cells: Any, source: TableSource) -> tuple[Float64Array, Bad | None]:
    """((B,) float64 days since 1970, NaN where nothing is there; the first cell that is no ISO 8601 date, or None)."""
    compute, pa = arrow("pyarrow.compute"), arrow()
    if pa.types.is_string(cells.type):
        cells = stripped(cells)
    for kind in (pa.timestamp("us"), pa.timestamp("us", tz="UTC")):
        try:
            stamps = compute.cast(cells, kind).cast(pa.int64())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            continue
        micro = compute.cast(stamps, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return micro / (1e6 * DAY), None
    first = next(
        ((place, str(text)) for place, text in enumerate(cells.to_pylist()) if text is not None), (0, "")
    )
    return np.empty(0), first
