"""What the rows of a soak come to: each figure's middle, and by how much it grew an hour, over pieces that begin anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

WARM_SECONDS = 60.0
"""Of each piece, left out: libraries load, buffers are made."""


@dataclass(frozen=True)
class Figure:
    """field: of a row. flat: whether it may not grow. most: what it may grow an hour beside its error; None where it may."""

    field: str
    title: str
    unit: str
    most: float | None


FIGURES = (
    Figure("memory_mb", "trainer: memory of its own", "MB", 30.0),
    Figure("descriptors", "trainer: file descriptors", "", 0.5),
    Figure("threads", "trainer: threads", "", 0.5),
    Figure("client_memory_mb", "Blender's side: memory", "MB", 30.0),
    Figure("client_descriptors", "Blender's side: file descriptors", "", 0.5),
    Figure("client_threads", "Blender's side: threads", "", 0.5),
    Figure("processor_ms_a_step", "a step, by the processor's time", "ms", None),
    Figure("clock_ms_a_step", "a step, by the clock, which others share", "ms", None),
    Figure("acknowledged_ms", "a label until it is acknowledged", "ms", None),
    Figure("database_mb", "disk: run.sqlite with its log", "MB", None),
    Figure("epochs_mb", "disk: recorded epochs", "MB", None),
    Figure("checkpoints_mb", "disk: checkpoints", "MB", None),
    Figure("log_mb", "disk: trainer.log", "MB", 0.5),
)


@dataclass(frozen=True)
class Slope:
    """middle: the median. an_hour: growth by least squares, one line through all pieces, each with a start of its own.

    error: standard error of an_hour, of rows that are taken for independent.
    """

    middle: float
    highest: float
    an_hour: float
    error: float


def warm(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows behind each piece's beginning."""
    return [row for row in rows if row["at_s"] > WARM_SECONDS]


def slope(rows: Sequence[dict[str, Any]], field: str) -> Slope:
    """A figure of warm rows, three at least in one piece, else its slope is NaN."""
    values = np.array([row[field] for row in rows], dtype=np.float64)
    hours = np.array([row["at_s"] for row in rows], dtype=np.float64) / 3600
    pieces = np.array([row["piece"] for row in rows])
    x, y = np.zeros(len(values)), np.zeros(len(values))
    for piece in np.unique(pieces):
        own = pieces == piece
        x[own], y[own] = hours[own] - hours[own].mean(), values[own] - values[own].mean()
    spread, free = float((x**2).sum()), len(values) - len(np.unique(pieces)) - 1
    if spread == 0 or free < 1:
        return Slope(float(np.median(values)), float(values.max()), float("nan"), float("nan"))
    grown = float((x * y).sum() / spread)
    error = float(np.sqrt(((y - grown * x) ** 2).sum() / free / spread))
    return Slope(float(np.median(values)), float(values.max()), grown, error)


def growing(rows: Sequence[dict[str, Any]]) -> list[str]:
    """A sentence for each figure that grows and may not: by more than it may, and by more than three times its error."""
    found = []
    for figure in FIGURES:
        grown = slope(rows, figure.field)
        if figure.most is not None and grown.an_hour > figure.most and grown.an_hour > 3 * grown.error:
            found.append(f"{figure.title} grows by {grown.an_hour:.1f} {figure.unit} an hour (up to {figure.most:g} may be)")
    return found


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The figures as Markdown."""
    lines = ["| | median | highest | an hour more | ± |", "|---|--:|--:|--:|--:|"]
    for figure in FIGURES:
        s = slope(rows, figure.field)
        title = figure.title + (f", {figure.unit}" if figure.unit else "")
        lines.append(f"| {title} | {s.middle:,.1f} | {s.highest:,.1f} | {s.an_hour:+,.2f} | {s.error:,.2f} |")
    return "\n".join(lines)
