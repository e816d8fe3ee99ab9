"""What was acknowledged, written down by a process that nobody kills, and how a run compares with it."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Compared:
    """Labels acknowledged and found again in the run; edits that lie in it twice; sentences about what is wrong."""

    acknowledged: int
    found: int
    duplicates: int
    wrong: tuple[str, ...]


class Journal:
    """Acknowledged edits, a line each, on disk when a method returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream = path.open("a+", encoding="ascii")
        self._stream.seek(0)
        self.edits: list[dict[str, Any]] = [json.loads(line) for line in self._stream]
        self.before = len(self.edits)

    def acknowledged(self, edit_id: str, gesture: str, samples: list[int], new: list[int]) -> None:
        """Note an edit whose acknowledgement came."""
        edit = {"id": edit_id, "gesture": gesture, "samples": samples, "new": new}
        self._stream.write(json.dumps(edit) + "\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self.edits.append(edit)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def compare(self, run: Path, points: int, shown: list[int] | None, since: int = 0) -> Compared:
        """Look every acknowledged edit up in the run; those from number `since` on are counted.

        shown: (points,) the labels that a reopened cloud has.
        """
        with sqlite3.connect(run / "run.sqlite") as database:
            rows = database.execute("SELECT number, edit_id, gesture_id, samples, new FROM edits ORDER BY number").fetchall()
        database.close()
        held = {row[1]: row for row in rows}
        wrong: list[str] = []
        found = last = 0
        for number, edit in enumerate(self.edits):
            row = held.get(edit["id"])
            if row is None:
                wrong.append(f"the acknowledged edit {edit['id']} of {len(edit['samples'])} labels is not in the run")
                continue
            if numbers(row[3]) != edit["samples"] or numbers(row[4]) != edit["new"]:
                wrong.append(f"the acknowledged edit {edit['id']} lies changed in the run")
                continue
            if row[0] < last:
                wrong.append(f"the edit {edit['id']} lies before one that was made earlier")
            last = row[0]
            found += len(edit["samples"]) if number >= since else 0
        gestures = [row[2] for row in rows]
        duplicates = len(gestures) - len(set(gestures)) + len(rows) - len(held)
        if shown is not None and fold(rows, points) != shown:
            wrong.append("the reopened cloud shows other labels than the edits of the run come to")
        return Compared(sum(len(edit["samples"]) for edit in self.edits[since:]), found, duplicates, tuple(wrong))


def numbers(blob: bytes) -> list[int]:
    """The numbers of one column of an edit."""
    return [int(value) for value in np.frombuffer(blob, dtype="<i4")]


def fold(rows: list[tuple[int, str, str, bytes, bytes]], points: int) -> list[int]:
    """(points,) the labels that the edits come to, one on top of the other."""
    labels = np.zeros(points, dtype=np.int32)
    for _number, _edit, _gesture, samples, new in rows:
        labels[np.frombuffer(samples, dtype="<i4")] = np.frombuffer(new, dtype="<i4")
    return [int(value) for value in labels]
