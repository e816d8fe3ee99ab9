"""Labels out: CSV, JSON and Parquet with ids and provenance. Standard library; pyarrow for Parquet."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..cells import safe
from ..datasets.dataset import Progress
from ..datasets.guard import library
from ..run_view import RunView

FIELDS = ("id", "name", "category", "source", "mode", "annotator", "labelled_at", "step", "gesture", "edit")


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
                "labelled_at": datetime.fromtimestamp(origin.created_unix, UTC).isoformat(
                    timespec="milliseconds"
                ),
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
