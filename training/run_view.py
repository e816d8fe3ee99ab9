"""A run as it lies on disk, for those that only read: exports, predictions, replays. Needs no lock, so it works beside a
running trainer. Standard library and numpy.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..core import outside_json
from ..core.arrays import Float32Array, Int32Array
from ..core.categories import Category
from ..core.errors import StoreError
from . import noted, trouble
from .datasets import own_file
from .edit_rows import points_of
from .history import RunHistory
from .reading import category_of, connect_to_read, count_of, number_of, points_columns, reads, text_of
from .segments import read_sample

LATEST = 2.0**37
"""Seconds since 1970, beyond which a date has five digits."""


@dataclass(frozen=True)
class Provenance:
    """Where a label comes from: the edit that gave it."""

    source: str
    mode: str
    annotator: str
    gesture: str
    edit: str
    created_unix: float
    displayed_step: int


@dataclass(frozen=True)
class SampleRow:
    """One sample as the run knows it. file: below the data set's folder, empty where it has none of its own; start, end: the part

    of a sound in seconds (end 0: all of it).
    """

    sample: int
    id: str
    name: str
    file: str = ""
    start: float = 0.0
    end: float = 0.0


@reads
def sample_row(folder: Path, sample: int) -> SampleRow | None:
    """One sample, without reading the run as a whole; None where it has no such sample. Raises StoreError."""
    query = (
        "SELECT s.sample, s.id, s.name, m.file, m.start_s, m.end_s "
        "FROM samples s LEFT JOIN media m USING (sample) WHERE s.sample = ?"
    )
    for row in asked(folder, query, (sample,)):
        return SampleRow(row[0], str(row[1]), str(row[2]), *part_of(row[3] or "", row[4] or 0.0, row[5] or 0.0))
    return None


def part_of(file: object, start: object, end: object) -> tuple[str, float, float]:
    """A sample's own file, and the part of it in seconds, from a row of media."""
    return text_of(file), number_of(start), number_of(end)


@reads
def data_folder(folder: Path) -> Path:
    """Where the run's data lies. Raises StoreError."""
    rows = asked(folder, "SELECT value FROM meta WHERE key = 'dataset'", ())
    return Path(text_of(outside_json.parse(rows[0][0])["path"]) if rows else "")


def file_at(folder: Path, file: str) -> Path:
    """Where a sample's own file lies. Raises StoreError, DataError where it is none that other programs may be given."""
    return own_file.lies_at(data_folder(folder), file)


@reads
def samples_named(folder: Path, words: str, most: int) -> list[SampleRow]:
    """Up to `most` samples whose name or id holds `words`, in any case; those that are called just so first. Raises StoreError."""
    like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    query = (
        "SELECT sample, id, name FROM samples WHERE name LIKE ?1 ESCAPE '\\' OR id LIKE ?1 ESCAPE '\\' "
        "ORDER BY (name = ?2 OR id = ?2) DESC, sample LIMIT ?3"
    )
    return [SampleRow(row[0], str(row[1]), str(row[2])) for row in asked(folder, query, (like, words, most))]


@reads
def categories_at(folder: Path, revision: int) -> dict[int, Category]:
    """The categories by number as they were at a revision; none where there is no such one. Raises StoreError."""
    query = "SELECT id, name, red, green, blue FROM categories WHERE revision = ?"
    return {category.id: category for category in map(category_of, asked(folder, query, (revision,)))}


def asked(folder: Path, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    """The rows of one question to the run's database, beside whoever writes it. Raises StoreError."""
    connection = connect_to_read(Path(folder), 1.0)
    try:
        return connection.execute(query, values).fetchall()
    except sqlite3.Error as error:
        raise trouble.in_words(error, folder) from error
    finally:
        connection.close()


class RunView:
    """Samples, labels with their provenance, categories and the newest recorded epoch. Raises StoreError."""

    @reads
    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.history = RunHistory(self.folder)
        self._db = self.history.connection
        try:
            self.meta: dict[str, Any] = {
                k: outside_json.parse(v) for k, v in self._db.execute("SELECT key, value FROM meta")
            }
            noted.check(self.meta)
            rows = self._db.execute("SELECT id, name, tile FROM samples ORDER BY sample").fetchall()
        except (sqlite3.DatabaseError, ValueError) as error:
            raise trouble.in_words(error, folder) from error
        self.ids = [str(row[0]) for row in rows]
        self.names = [str(row[1]) for row in rows]
        self.tiles: Int32Array = np.array([row[2] for row in rows], dtype=np.int32)
        self.categories: list[Category] = self.history.categories()
        self.trusted: tuple[str, ...] = ()
        self.labels, self._edit_of, self._edits = self._replay()

    def sample_ids(self) -> list[str]:
        """Every sample's own id, in the run's order."""
        return self.ids

    def _replay(self) -> tuple[Int32Array, Int32Array, list[Provenance]]:
        """(labels (N,), the number of the edit that gave each, the edits)."""
        labels = np.zeros(len(self.ids), dtype=np.int32)
        giver = np.full(len(self.ids), -1, dtype=np.int32)
        edits: list[Provenance] = []
        for row in self._db.execute(
            "SELECT source, mode, annotator, gesture_id, edit_id, created_unix, displayed_step, "
            f"{points_columns(self._db)} FROM edits ORDER BY number"
        ):
            samples, _, new = points_of(row[7:], len(labels))
            labels[samples] = new
            giver[samples] = len(edits)
            source, mode, annotator, gesture, edit = (text_of(cell) for cell in row[:5])
            edits.append(Provenance(source, mode, annotator, gesture, edit, number_of(row[5], LATEST), count_of(row[6])))
        return labels, giver, edits

    @reads
    def labels_after(self, edits: int) -> Int32Array:
        """(N,) int32: the labels as they were after the first `edits` edits."""
        labels = np.zeros(len(self.ids), dtype=np.int32)
        for row in self._db.execute(f"SELECT {points_columns(self._db)} FROM edits ORDER BY number LIMIT ?", (edits,)):
            samples, _, new = points_of(row, len(labels))
            labels[samples] = new
        return labels

    @property
    def edits(self) -> list[Provenance]:
        """Every edit, oldest first."""
        return self._edits

    def provenance(self, sample: int) -> Provenance | None:
        """The edit that gave a sample its label, or took it away; None where nobody touched it."""
        return self._edits[self._edit_of[sample]] if self._edit_of[sample] >= 0 else None

    def name_of(self, category: int) -> str:
        """A category's name; empty for 0, a number where it was deleted."""
        if category == 0:
            return ""
        return next((c.name for c in self.categories if c.id == category), f"category {category}")

    @reads
    def newest(self) -> tuple[Float32Array, Int32Array, Float32Array]:
        """(positions (N, 3), predictions (N,), confidences (N,)) of the newest recorded epoch. Raises StoreError."""
        if not self.history.records:
            raise StoreError("The run in {folder} has no recorded epoch yet; train it a while first.", folder=self.folder)
        row = self.history.records[-1].row
        state = read_sample(self.history.state_path, row)
        positions = read_sample(self.history.positions_path, row)
        return positions, state[:, 1].astype(np.int32), np.ascontiguousarray(state[:, 2])

    @reads
    def media(self) -> dict[int, tuple[str, float, float]]:
        """(file below the data set's folder, start, end in seconds) by sample; empty for data without files."""
        try:
            rows = self._db.execute("SELECT sample, file, start_s, end_s FROM media").fetchall()
        except sqlite3.OperationalError:
            return {}  # a run of version 1 that was not opened since
        return {row[0]: part_of(*row[1:]) for row in rows}

    @reads
    def engine_log(self) -> list[tuple[int, str, Any]]:
        """(step, what, value) of everything the engine was told, in order; empty for a run of version 1."""
        try:
            rows = self._db.execute("SELECT step, what, value FROM engine_log ORDER BY number").fetchall()
        except sqlite3.OperationalError:
            return []
        return [(row[0], row[1], outside_json.parse(row[2])) for row in rows]

    @reads
    def last_metrics(self) -> dict[str, float]:
        """The losses of the newest step that was recorded with any."""
        rows = self._db.execute(
            "SELECT name, value FROM metrics WHERE name NOT LIKE 'gradient %' "
            "AND step = (SELECT MAX(step) FROM metrics WHERE name = 'loss')"
        ).fetchall()
        return {str(name): float(value) for name, value in rows if value is not None}

    def close(self) -> None:
        """Close the database."""
        self.history.close()
