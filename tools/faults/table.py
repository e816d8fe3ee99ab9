"""The table of trials: a JSON line each, so that a long run can be done in pieces, and what it comes to."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools.layout import ROOT

LONGEST_WAIT = 10.0
"""Seconds in which whoever waits must have got on; more counts as a hang."""


class Table:
    """Rows of one file; more are appended."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
        self.commit = commit.stdout.strip()

    def rows(self) -> list[dict[str, Any]]:
        """All rows so far."""
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]

    def add(self, **values: Any) -> None:
        """Append one trial."""
        row = {**values, "when": time.strftime("%Y-%m-%d %H:%M"), "commit": self.commit}
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")


HEAD = (
    "what dies",
    "signal",
    "tried",
    "survived",
    "labels acknowledged",
    "found again",
    "duplicates",
    "orphans",
    "longest wait s",
    "recover median s",
    "worst s",
)


def summary(rows: Iterable[dict[str, Any]]) -> str:
    """The rows as a table in Markdown, one line a kind and signal, and what went wrong below it."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    rows = list(rows)
    for row in rows:
        groups.setdefault((row["kind"], row["signal"]), []).append(row)
    lines = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    for (kind, signal), group in [*sorted(groups.items()), (("all", ""), rows)]:
        recover = [row["recover_s"] for row in group if row["recover_s"] is not None]
        cells = [
            kind,
            signal,
            sum(row.get("times", 1) for row in group),
            sum(row.get("times", 1) for row in group if row["survived"]),
            f"{sum(row['acknowledged'] for row in group):,}",
            f"{sum(row['found'] for row in group):,}",
            sum(row["duplicates"] for row in group),
            sum(row["orphans"] for row in group),
            f"{max((row['longest_wait_s'] for row in group), default=0.0):.1f}",
            f"{statistics.median(recover):.1f}" if recover else "",
            f"{max(recover):.1f}" if recover else "",
        ]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    wrong = [f"{row['kind']} {row['signal']} {row['trial']}: {text}" for row in rows for text in row["wrong"]]
    return "\n".join([*lines, *wrong])
