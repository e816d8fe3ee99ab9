"""Positions, predictions and confidences: NPZ, which this very program opens again, or Parquet."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..datasets.dataset import Progress
from ..datasets.guard import library
from ..run_view import RunView


def write(view: RunView, target: Path, progress: Progress) -> str:
    """Write the newest recorded epoch by the file's ending: positions in room units, names of categories."""
    positions, prediction, confidence = view.newest()
    names = {number: view.name_of(int(number)) for number in {*view.labels.tolist(), *prediction.tolist()}}
    category = [names[number] for number in view.labels.tolist()]
    predicted = [names[number] for number in prediction.tolist()]
    partial = target.with_name(f"{target.name}.partial")
    if target.suffix.lower() == ".npz":
        with partial.open("wb") as stream:
            np.savez(
                stream,
                x=positions,
                y=np.array(category),
                ids=np.array(view.ids),
                names=np.array(view.names),
                positions=positions,
                prediction=np.array(predicted),
                confidence=confidence,
            )
    else:
        pa, parquet = library("pyarrow", "tables", "Parquet"), library("pyarrow.parquet", "tables", "Parquet")
        columns = {"id": view.ids, "name": view.names}
        columns |= {axis: pa.array(positions[:, place]) for place, axis in enumerate("xyz")}
        columns |= {"category": category, "prediction": predicted, "confidence": pa.array(confidence)}
        parquet.write_table(pa.table(columns), partial)
    partial.replace(target)
    return f"Wrote {len(positions):,} positions of step {view.history.records[-1].step:,} to {target.name}"
