"""Rows of figures by method: mean and deviation over seeds, differences to `ours` paired by seed, kept in a JSON file.

The file is a list of rows, written anew after each result, so that an interrupted benchmark goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...core.errors import DataError
from ...core.version import VERSION
from ..datasets.guard import library

OURS = "ours"
CONFIDENCE = 0.95
Figures = dict[str, dict[int, float]]
"""By name, then by seed."""


class Table:
    """Figures of methods by seed. has() and add() for those who measure, rows() for those who read."""

    def __init__(self, path: Path | None, facts: Mapping[str, Any], best_by: Sequence[str] = ()) -> None:
        """facts: what the figures belong to (data, labels, settings); a file of other facts is refused (DataError).

        best_by: the figures by which the best baseline is named.
        """
        self.path, self.best_by = path, tuple(best_by)
        self.facts: dict[str, Any] = json.loads(json.dumps(dict(facts)))
        self.command = ""
        self.figures: dict[str, Figures] = {}
        self.codes: set[str] = set()
        if path is not None and path.exists():
            self._read(path)

    def _read(self, path: Path) -> None:
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
            for row in rows:
                if {name: row.get(name) for name in self.facts} != self.facts or row["version"] != VERSION:
                    raise DataError(
                        f"{path} holds figures of another benchmark or version; choose another file, or remove it."
                    )
                self.figures[row["method"]] = {
                    name: {s: v for s, v in zip(row["seeds"], values, strict=True) if v is not None}
                    for name, values in row["values"].items()
                }
                self.codes |= set(row["code"])
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise DataError(f"{path} is no file of this benchmark; choose another file, or remove it.") from error

    def has(self, method: str, seed: int) -> bool:
        """Whether a method is done for a seed."""
        return any(seed in values for values in self.figures.get(method, {}).values())

    def add(self, method: str, seed: int, figures: Mapping[str, float]) -> None:
        """Take the figures of a method in, and write the file."""
        row = self.figures.setdefault(method, {})
        for name, value in figures.items():
            row.setdefault(name, {})[seed] = round(float(value), 6)
        self.codes.add(code_of())
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            partial = self.path.with_name(f"{self.path.name}.partial")
            partial.write_text(json.dumps(self.rows(), indent=1) + "\n", encoding="utf-8")
            partial.replace(self.path)

    def rows(self) -> list[dict[str, Any]]:
        """A row a method: each figure as {"mean", "std"}, `values` by seed, `difference` of ours to it with a 95 % interval."""
        best = {name: method for name in self.best_by if (method := self.best(name))}
        rows = []
        for method, row in self.figures.items():
            seeds = sorted({seed for values in row.values() for seed in values})
            made: dict[str, Any] = {"method": method}
            made |= {name: summary(list(values.values())) for name, values in row.items()}
            made["values"] = {name: [values.get(seed) for seed in seeds] for name, values in row.items()}
            made["seeds"] = seeds
            if method != OURS:
                made["ours_minus_this"] = self.differences(method)
            elif best:
                made["best_baseline"] = best
            made |= {**self.facts, "command": self.command, "version": VERSION, "code": sorted(self.codes)}
            rows.append(made)
        return rows

    def best(self, name: str) -> str:
        """The baseline with the highest mean of a figure; empty where there is none. What begins with `ours` is none."""
        means = {
            method: float(np.mean(list(row[name].values())))
            for method, row in self.figures.items()
            if not method.startswith(OURS) and row.get(name)
        }
        return max(means, key=lambda method: means[method]) if means else ""

    def differences(self, method: str) -> dict[str, dict[str, float]]:
        """Ours less a method, for every figure that both have for two seeds or more."""
        mine, other = self.figures.get(OURS, {}), self.figures[method]
        found = {}
        for name in mine.keys() & other.keys():
            shared = sorted(mine[name].keys() & other[name].keys())
            if len(shared) > 1:
                found[name] = interval([mine[name][seed] - other[name][seed] for seed in shared])
        return {name: found[name] for name in mine if name in found}


def summary(values: Sequence[float]) -> dict[str, float]:
    """Mean and sample standard deviation, 0 for a single value."""
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return {"mean": round(float(np.mean(values)), 6), "std": round(spread, 6)}


def interval(values: Sequence[float]) -> dict[str, float]:
    """Mean of paired differences and its 95 % interval by Student's t: mean, low, high."""
    stats = library("scipy.stats", "bench", "The benchmark")
    mean, count = float(np.mean(values)), len(values)
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, count - 1) * np.std(values, ddof=1) / np.sqrt(count))
    return {"mean": round(mean, 6), "low": round(mean - half, 6), "high": round(mean + half, 6)}


def code_of() -> str:
    """Short hash of the code that learns and measures: figures of two versions must not be taken for one."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for path in sorted([*(root / "core").rglob("*.py"), *(root / "training").rglob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def text_of(table: Table, names: Sequence[str]) -> str:
    """The table for people: a line a method, mean ± deviation, then ours less the best baselines."""
    shown = [name for name in names if any(name in row for row in table.figures.values())]
    lines = [["", *shown]]
    for method, row in table.figures.items():
        cells = [summary(list(row[name].values())) if name in row else None for name in shown]
        lines.append([method] + [f"{cell['mean']:.3f} ± {cell['std']:.3f}" if cell else "" for cell in cells])
    widths = [max(len(line[column]) for line in lines) for column in range(len(shown) + 1)]
    said = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    for name in table.best_by:
        method = table.best(name)
        found = table.differences(method).get(name) if method else None
        if found:
            said.append(
                f"{name}: ours less {method}, the best baseline: {found['mean']:+.3f} [{found['low']:+.3f}, {found['high']:+.3f}]"
            )
    return "\n".join(said)
