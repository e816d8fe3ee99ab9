"""Reading a run folder while a trainer may be writing it: recorded epochs, edits, categories. Standard library and numpy."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..core.categories import Category
from . import trouble
from .edit_rows import points_of
from .reading import category_of, connect_to_read, count_of, inside, number_of, points_columns, reads, text_of
from .segments import state_file


@dataclass(frozen=True)
class Record:
    """A recorded epoch: `row` is its sample in the segment's point cache."""

    index: int
    step: int
    epoch: float
    row: int


@dataclass(frozen=True)
class EditSummary:
    """An edit in short. categories: the new category ids it gave, 0 for cleared. gained: labelled samples more or less."""

    number: int
    applied_step: int
    displayed_step: int
    gesture_id: str
    source: str
    mode: str
    count: int
    gained: int
    categories: tuple[int, ...]


class RunHistory:
    """A run's past as it was when this was made. Raises StoreError where there is no readable run."""

    @reads
    def __init__(self, run_path: Path) -> None:
        self.run_path = Path(run_path)
        self.folder = self.run_path
        self._db = connect_to_read(self.run_path)
        try:
            rows = self._db.execute(
                "SELECT r.record, r.step, r.epoch, r.row, s.file FROM records r JOIN segments s USING (segment) "
                "ORDER BY r.record"
            ).fetchall()
        except sqlite3.DatabaseError as error:
            raise trouble.in_words(error, run_path) from error
        self.samples = int(self._db.execute("SELECT COUNT(*) FROM samples").fetchone()[0])
        self.records = [Record(count_of(row[0]), count_of(row[1]), number_of(row[2]), count_of(row[3])) for row in rows]
        self.positions_path = inside(self.run_path, rows[-1][4] if rows else "segment-0001.pc2")
        self.state_path = state_file(self.positions_path)

    @reads
    def edits(self) -> list[EditSummary]:
        """Every edit, oldest first. One that the engine has not taken yet counts from the step it was seen at."""
        rows = self._db.execute(
            f"SELECT applied_step, displayed_step, gesture_id, source, mode, {points_columns(self._db)} FROM edits ORDER BY number"
        ).fetchall()
        found = []
        for applied, displayed, gesture, source, mode, *row in rows:
            number, (_, old, ids) = row[0], points_of(tuple(row), self.samples)
            gained = int(np.count_nonzero(ids)) - int(np.count_nonzero(old))
            distinct = tuple(int(value) for value in np.unique(ids))
            displayed = count_of(displayed)
            step = displayed if applied is None else count_of(applied)
            said = text_of(gesture), text_of(source), text_of(mode)
            found.append(EditSummary(number, step, displayed, *said, len(ids), gained, distinct))
        return found

    @reads
    def categories(self) -> list[Category]:
        """The categories as they are now, in order."""
        rows = self._db.execute(
            "SELECT id, name, red, green, blue FROM categories "
            "WHERE revision = (SELECT MAX(revision) FROM categories) ORDER BY position"
        ).fetchall()
        return [category_of(row) for row in rows]

    @property
    def connection(self) -> sqlite3.Connection:
        """The open database, for those that read more of it."""
        return self._db

    def labels_stored(self) -> int:
        """How many labels all edits on disk hold together."""
        return sum(edit.count for edit in self.edits())

    def close(self) -> None:
        """Close the database."""
        self._db.close()
