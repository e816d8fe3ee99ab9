"""The small facts of a run: categories, forces, checkpoints, what the engine was told and when. Standard library only."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..core import outside_json
from ..core.categories import Category
from ..core.errors import StoreError
from ..core.text import reason
from . import noted
from .reading import category_of, reads


class Notes:
    """What RunStore keeps beside labels and recorded epochs; all of it is on disk when a method returns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._lock = threading.RLock()
        try:
            self.meta: dict[str, Any] = {
                str(key): outside_json.parse(value) for key, value in connection.execute("SELECT key, value FROM meta")
            }
            noted.check(self.meta)
        except (ValueError, TypeError, RecursionError) as error:
            raise StoreError(
                "The run's settings are damaged ({error}); restore run.sqlite from a copy.",
                error=reason(error),
            ) from error

    def set_categories(self, categories: Sequence[Category]) -> int:
        """Store the categories as they are now; what they were before is kept. Returns their revision. Raises StoreError."""
        now = time.time()
        try:
            with self._lock, self._db:
                revision = self._db.execute("SELECT COALESCE(MAX(revision), 0) + 1 FROM categories").fetchone()[0]
                self._db.executemany(
                    "INSERT INTO categories VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [(revision, i, c.id, c.name, *c.colour, now) for i, c in enumerate(categories)],
                )
        except UnicodeEncodeError as error:
            raise StoreError("The name of a category holds half a character, which no file takes; rename it.") from error
        return int(revision)

    @reads
    def revision(self) -> int:
        """Which revision of the categories is the newest; 0 before the first."""
        with self._lock:
            return int(self._db.execute("SELECT COALESCE(MAX(revision), 0) FROM categories").fetchone()[0])

    @reads
    def categories(self) -> list[Category]:
        """The categories as they are now, in order."""
        with self._lock:
            rows = self._db.execute(
                "SELECT id, name, red, green, blue FROM categories "
                "WHERE revision = (SELECT MAX(revision) FROM categories) ORDER BY position"
            ).fetchall()
        return [category_of(row) for row in rows]

    def note_forces(self, step: int, forces: Mapping[str, float]) -> None:
        """Record the multipliers of the loss terms from `step` on."""
        with self._lock, self._db:
            self._db.execute(
                "INSERT INTO forces VALUES (?, ?, ?, ?, ?, ?)",
                (step, forces["attract"], forces["repel"], forces["neighbours"], forces["room"], time.time()),
            )

    def last_forces(self) -> dict[str, float] | None:
        """The multipliers noted last, or None."""
        with self._lock:
            row = self._db.execute(
                "SELECT attract, repel, neighbours, room FROM forces ORDER BY rowid DESC LIMIT 1"
            ).fetchone()
        return dict(zip(("attract", "repel", "neighbours", "room"), row, strict=True)) if row else None

    def note_metrics(self, step: int, values: Mapping[str, float]) -> None:
        """Record values at a step, beside the losses that a recorded epoch brings."""
        with self._lock, self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO metrics VALUES (?, ?, ?)", [(step, name, float(v)) for name, v in values.items()]
            )

    def note_checkpoint(self, step: int, file: str, edits: int) -> None:
        """Record that a checkpoint is on disk."""
        with self._lock, self._db:
            self._db.execute("INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)", (step, file, edits, time.time()))

    def set_meta(self, key: str, value: Any) -> None:
        """Set one fact about the run."""
        with self._lock:
            with self._db:
                self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))
            self.meta[key] = value  # only once it is on disk

    def log_engine(self, step: int, what: str, value: Any) -> None:
        """Note what the engine was told or did at `step`: start, labels, forces, checkpoint or record."""
        with self._lock, self._db:
            self._db.execute(
                "INSERT INTO engine_log (step, what, value) VALUES (?, ?, ?)", (step, what, json.dumps(value))
            )
