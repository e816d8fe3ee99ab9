"""The table of labels and the edits, two accounts of the same: each checks the other. Standard library and numpy."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.arrays import Int32Array
from ..core.errors import StoreError
from .edit_rows import POINTS, points_of

BLOCK = 1024
"""Samples whose labels lie in one row: 4 kB, a page of the database."""


@dataclass(frozen=True, eq=False)
class Accounts:
    """folded, table: (N,) int32, the labels by the edits and by the table. damaged: a sentence an edit that cannot be read."""

    folded: Int32Array
    table: Int32Array
    damaged: tuple[str, ...]

    @property
    def differ(self) -> int:
        """How many labels the two accounts do not agree on."""
        return int(np.count_nonzero(self.folded != self.table))

    @property
    def labels(self) -> Int32Array:
        """The account to believe: the edits, which carry checksums; the table where one of them is damaged."""
        return self.table if self.damaged else self.folded

    def sentence(self) -> str:
        """What is wrong and what is believed; empty where both agree."""
        if self.damaged:
            return f"{self.damaged[0].split(';')[0]}: the labels are those of the table beside; the history before is not whole."
        if self.differ:
            return f"The table of labels differed from the edits in {self.differ:,} samples; the edits are believed."
        return ""


def accounts(database: sqlite3.Connection, count: int) -> Accounts:
    """Both accounts of the labels of `count` samples, in a database of version 3."""
    labels, damaged = np.zeros(count, dtype=np.int32), []
    held, newest = database.execute("SELECT COUNT(*), COALESCE(MAX(number), 0) FROM edits").fetchone()
    if held != newest:  # they are numbered from 1, and none is ever deleted
        damaged.append(f"{newest - held:,} edits are missing from the history; restore run.sqlite from a copy.")
    for row in database.execute(f"SELECT {POINTS} FROM edits ORDER BY number"):
        try:
            samples, _, new = points_of(row, count)
        except StoreError as error:
            damaged.append(error.sentence)
            continue
        labels[samples] = new
    table = np.zeros(-(-count // BLOCK) * BLOCK, dtype=np.int32)
    for block, categories in database.execute("SELECT block, categories FROM labels"):
        if isinstance(block, int) and 0 <= block * BLOCK < count and isinstance(categories, bytes) and len(categories) == 4 * BLOCK:
            table[block * BLOCK : (block + 1) * BLOCK] = np.frombuffer(categories, dtype="<i4")
    return Accounts(labels, table[:count], tuple(damaged))


def write(database: sqlite3.Connection, labels: Int32Array, rows: npt.NDArray[np.integer[Any]] | None = None) -> None:
    """Write the blocks that hold `rows`, all where None, of labels (N,) int32. Belongs into the edit's own transaction."""
    every = np.arange(-(-len(labels) // BLOCK), dtype=np.int64)
    blocks = every if rows is None else np.unique(rows.astype(np.int64) // BLOCK)
    if rows is None:
        database.execute("DELETE FROM labels")
    database.executemany(
        "INSERT OR REPLACE INTO labels VALUES (?, ?)",
        ((int(b), labels[b * BLOCK : (b + 1) * BLOCK].astype("<i4").tobytes().ljust(4 * BLOCK, b"\0")) for b in blocks),
    )
