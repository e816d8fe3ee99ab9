"""The values of a run over its epochs, read from its folder, beside a running trainer or without one. Standard library, numpy.

Loss terms and gradient norms lie in the table of metrics; labels, agreement and fill are worked out from what each recorded
epoch shows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..core.arrays import Float32Array
from ..core.curves import GRADIENT, agreement
from ..core.errors import StoreError
from ..core.metrics import fill
from ..core.text import reason
from .cells import safe
from .history import Record, RunHistory
from .reading import reads
from .segments import HEADER

MOST_POINTS = 20_000
"""Of a cloud, for its fill."""
MOST_RECORDS = 400
READ_BYTES = 256 * 2**20
"""Of recorded epochs at a time; of a large cloud fewer epochs are looked at."""


@dataclass(frozen=True)
class Noted:
    """What a run noted at a step."""

    step: int
    epoch: float
    values: dict[str, float]


@reads
def read(folder: Path, since: int = 0, everything: bool = False) -> list[Noted]:
    """What was noted from step `since` on, ascending; everything: every recorded epoch, else as many as a chart can show.

    Raises StoreError where there is no readable run.
    """
    history = RunHistory(folder)
    try:
        rate = history.records[-1].epoch / history.records[-1].step if history.records and history.records[-1].step else 0.0
        by_step: dict[int, dict[str, float]] = {}
        for step, name, value in history.connection.execute(
            "SELECT step, name, value FROM metrics WHERE step >= ? AND value IS NOT NULL ORDER BY step", (since,)
        ):
            by_step.setdefault(step, {})[str(name)] = float(value)
        new = [record for record in history.records if record.step >= since]
        for record, values in _looked_at(history, new, everything):
            by_step.setdefault(record.step, {}).update(values)
    finally:
        history.close()
    return [Noted(step, step * rate, by_step[step]) for step in sorted(by_step)]


def _looked_at(
    history: RunHistory, records: list[Record], everything: bool
) -> Iterator[tuple[Record, dict[str, float]]]:
    """Labels, agreement and fill of recorded epochs."""
    if not records:
        return
    try:
        points = int(np.fromfile(history.positions_path, dtype="<i4", count=5)[4])
        positions, state = (_mapped(path, points) for path in (history.positions_path, history.state_path))
    except (OSError, ValueError, IndexError) as error:
        raise StoreError(
            "The recorded epochs in {run_path} cannot be read ({reason}); restore them from a copy.",
            run_path=history.run_path, reason=reason(error),
        ) from error
    stride = max(1, points // MOST_POINTS)
    most = len(records) if everything else max(2, min(MOST_RECORDS, READ_BYTES // (points * 24)))
    chosen = np.unique(np.linspace(len(records) - 1, 0, min(most, len(records))).astype(np.int64))
    for place in chosen:
        record = records[place]
        if record.row >= min(len(positions), len(state)):
            continue  # it is being written
        now = np.asarray(positions[record.row])
        labels = np.asarray(state[record.row, :, 0]).astype(np.int32)
        values = {"labels": float(np.count_nonzero(labels)), "fill": fill(now[::stride]), "agreement": agreement(now, labels)}
        yield record, {name: value for name, value in values.items() if value == value}


def _mapped(path: Path, points: int) -> Float32Array:
    """(M, N, 3): the recorded epochs of a point cache that are whole, as they lie on disk."""
    flat = np.memmap(path, dtype="<f4", mode="r", offset=HEADER.size)
    whole: Float32Array = flat[: len(flat) // (points * 3) * points * 3].reshape(-1, points, 3)
    return whole


@reads
def recorded(folder: Path) -> list[float]:
    """The epochs that the run holds positions of."""
    history = RunHistory(folder)
    history.close()
    return [record.epoch for record in history.records]


@reads
def marks(folder: Path) -> list[tuple[float, tuple[int, ...], int]]:
    """(epoch, categories given, points) of each label edit, oldest first."""
    history = RunHistory(folder)
    try:
        last = history.records[-1] if history.records else None
        rate = last.epoch / last.step if last is not None and last.step else 0.0
        return [(edit.applied_step * rate, edit.categories, edit.count) for edit in history.edits()]
    finally:
        history.close()


def write_csv(folder: Path, target: Path) -> int:
    """Write every value of a run, a row a step: step, epoch, then the names. Returns how many rows. Raises StoreError."""
    noted = read(folder, everything=True)
    names = sorted({name for row in noted for name in row.values}, key=lambda name: (name.startswith(GRADIENT), name))
    partial = target.with_name(f".{target.name}.partial")
    try:
        with partial.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(["step", "epoch", *map(safe, names)])
            for row in noted:
                writer.writerow([row.step, f"{row.epoch:.6g}", *(row.values.get(name, "") for name in names)])
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StoreError(
            "{target} cannot be written ({reason}); choose another place.",
            target=target, reason=reason(error),
        ) from error
    return len(noted)
