"""Reading a file of labels: one that an export wrote, or any with id and category. Standard library; pyarrow for Parquet."""

from __future__ import annotations

import csv
from pathlib import Path

from ..core import outside_json
from ..core.errors import DataError
from ..core.text import printable, reason
from .cells import plain
from .datasets.table_source import ParquetSource

ID_FIELDS = ("id",)
MOST_BYTES = 2**30
CATEGORY_FIELDS = ("category", "label")


def parquet_rows(path: Path) -> list[dict[str, object]]:
    """The rows of a Parquet file, read as a table of data is: limits first, each block checked. Raises DataError."""
    return [row for batch in ParquetSource(path).batches() for row in batch.to_pylist()]


def read(path: Path) -> dict[str, str]:
    """{sample id: category name} from a file of labels: an export's, or any CSV, JSON or Parquet with id and category.

    Raises DataError that names the row that is wrong.
    """
    try:
        if path.exists() and not path.is_file():
            raise OSError(0, "it is no file but a folder, a pipe or a device")
        if path.suffix.lower() != ".parquet" and path.stat().st_size > MOST_BYTES:
            raise OSError(0, "it is too large for labels")
        if path.suffix.lower() == ".json":
            rows = outside_json.parse(path.read_text(encoding="utf-8"))
            rows = rows.get("labels") if isinstance(rows, dict) else rows
        elif path.suffix.lower() == ".parquet":
            rows = parquet_rows(path)
        else:
            with path.open("r", newline="", encoding="utf-8-sig") as stream:
                rows = [
                    {k: plain(v or "") for k, v in row.items() if k and isinstance(v, str)}
                    for row in csv.DictReader(stream)
                ]
    except UnicodeError as error:
        raise DataError("{name} is not UTF-8 text; save it as UTF-8.", name=path.name) from error
    except (OSError, ValueError, RecursionError, csv.Error) as error:
        raise DataError(
            "{name} cannot be read as labels ({reason}); check the file.",
            name=path.name, reason=reason(error, 80),
        ) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DataError("{name} holds no list of labels; give rows with id and category.", name=path.name)
    found: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        key = next((row[field] for field in ID_FIELDS if row.get(field) not in (None, "")), None)
        category = next((row[field] for field in CATEGORY_FIELDS if field in row), None)
        if key is None or category is None:
            raise DataError(
                "{name}: row {number} has no id or no category; give both columns.",
                name=path.name, number=number,
            )
        if str(key) in found and found[str(key)] != str(category):
            raise DataError(
                "{name}: row {number} gives {key!r} another category than a row before it; keep one.",
                name=path.name, number=number, key=printable(str(key), 40),
            )
        found[str(key)] = str(category).strip()
    return found
