"""Labels out, and in again: CSV, JSON and Parquet with ids and provenance. Standard library; pyarrow for Parquet."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...core.errors import DataError
from ...core.text import printable
from ..datasets.dataset import Progress
from ..datasets.guard import library
from ..run_view import RunView
from .cells import plain, safe

FIELDS = ("id", "name", "category", "source", "mode", "annotator", "labelled_at", "step", "gesture", "edit")
ID_FIELDS = ("id",)
CATEGORY_FIELDS = ("category", "label")


def rows_of(view: RunView) -> list[dict[str, Any]]:
    """One row for each labelled sample."""
    rows = []
    for sample, category in enumerate(view.labels):
        if not category:
            continue
        origin = view.provenance(sample)
        assert origin is not None
        rows.append(
            {
                "id": view.ids[sample],
                "name": view.names[sample],
                "category": view.name_of(int(category)),
                "source": origin.source,
                "mode": origin.mode,
                "annotator": origin.annotator,
                "labelled_at": datetime.fromtimestamp(origin.created_unix, UTC).isoformat(timespec="milliseconds"),
                "step": origin.displayed_step,
                "gesture": origin.gesture,
                "edit": origin.edit,
            }
        )
    return rows


def write(view: RunView, target: Path, progress: Progress) -> str:
    """Write the labels by the file's ending."""
    rows = rows_of(view)
    partial = target.with_name(f"{target.name}.partial")
    if target.suffix.lower() == ".csv":
        with partial.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(FIELDS)
            for row in rows:
                writer.writerow([safe(value) if isinstance(value, str) else value for value in row.values()])
    elif target.suffix.lower() == ".json":
        whole = {
            "run": view.meta["run_id"],
            "source": view.meta["description"]["source"],
            "dataset_hash": view.meta["dataset_hash"],
            "samples": len(view.ids),
            "categories": [{"id": c.id, "name": c.name, "colour": list(c.colour)} for c in view.categories],
            "labels": rows,
        }
        partial.write_text(json.dumps(whole, indent=1, ensure_ascii=False), encoding="utf-8")
    else:
        pa, parquet = library("pyarrow", "tables", "Parquet"), library("pyarrow.parquet", "tables", "Parquet")
        types = {field: pa.string() for field in FIELDS} | {"step": pa.int64()}
        table = pa.Table.from_pylist(rows, schema=pa.schema(list(types.items())))
        parquet.write_table(table, partial)
    partial.replace(target)
    return f"Wrote {len(rows):,} labels of {len(view.ids):,} samples to {target.name}"


def read(path: Path) -> dict[str, str]:
    """{sample id: category name} from a file of labels: one that write() made, or any CSV or JSON with id and category.

    Raises DataError that names the row that is wrong.
    """
    try:
        if path.suffix.lower() == ".json":
            rows = json.loads(path.read_text(encoding="utf-8"))
            rows = rows.get("labels") if isinstance(rows, dict) else rows
        elif path.suffix.lower() == ".parquet":
            rows = library("pyarrow.parquet", "tables", "Parquet").read_table(path).to_pylist()
        else:
            with path.open("r", newline="", encoding="utf-8-sig") as stream:
                rows = [{k: plain(v or "") for k, v in row.items() if k and isinstance(v, str)} for row in csv.DictReader(stream)]
    except UnicodeError as error:
        raise DataError(f"{path.name} is not UTF-8 text; save it as UTF-8.") from error
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{path.name} cannot be read as labels ({printable(str(error), 80)}); check the file.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DataError(f"{path.name} holds no list of labels; give rows with id and category.")
    found: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        key = next((row[field] for field in ID_FIELDS if row.get(field) not in (None, "")), None)
        category = next((row[field] for field in CATEGORY_FIELDS if field in row), None)
        if key is None or category is None:
            raise DataError(f"{path.name}: row {number} has no id or no category; give both columns.")
        if str(key) in found and found[str(key)] != str(category):
            raise DataError(f"{path.name}: row {number} gives {printable(str(key), 40)!r} another category than a row before it; keep one.")
        found[str(key)] = str(category).strip()
    return found
