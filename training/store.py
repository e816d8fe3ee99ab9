"""The run folder: every label edit, every recorded epoch, where the data came from. Standard library and numpy.

run.sqlite (WAL, synchronous=FULL) is the truth; nothing is acknowledged before it is committed there. A lock lets the
control thread store edits while the training thread records epochs.
"""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from ..core.arrays import Float32Array, Int32Array
from ..core.edits import LabelEdit
from ..core.errors import StoreError
from . import runlock, segments
from .datasets.dataset import Media
from .edit_rows import INSERT_EDIT, connect, edit_row
from .store_notes import Notes

DATABASE = "run.sqlite"
USER_VERSION = 2
"""2 added the tables media and engine_log; a run of version 1 gets them, empty, when it is opened."""


class RunStore(Notes):
    """An open run folder. Made by create() or open_run(); close() it."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, lock_file: Any) -> None:
        super().__init__(connection)
        self.folder = folder
        self._lock_file = lock_file
        count = connection.execute("SELECT COUNT(*) FROM samples").fetchone()[0]
        pairs = connection.execute("SELECT sample, tile FROM samples ORDER BY sample")
        table = np.fromiter((value for pair in pairs for value in pair), dtype=np.int32, count=2 * count)
        self.samples: Int32Array = np.ascontiguousarray(table[::2])
        self.tiles: Int32Array = np.ascontiguousarray(table[1::2])
        self.labels: Int32Array = self._replay()
        self.edits = int(connection.execute("SELECT COUNT(*) FROM edits").fetchone()[0])
        self.records = int(connection.execute("SELECT COUNT(*) FROM records").fetchone()[0])
        self._positions: segments.PointCache | None = None
        self._state: segments.PointCache | None = None
        self._segment = 0

    @classmethod
    def create(
        cls,
        folder: Path,
        ids: Sequence[str],
        names: Sequence[str],
        tiles: Int32Array,
        meta: Mapping[str, Any],
        media: Sequence[Media] = (),
    ) -> RunStore:
        """Make a new run folder. Raises StoreError where it holds a run already or cannot be written."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / DATABASE).exists():
                raise StoreError(f"{folder} holds a run already; choose another folder, or open that run.")
            lock_file = runlock.acquire(folder)
        except OSError as error:
            raise StoreError(f"The run folder {folder} cannot be made: {error.strerror}; choose another.") from error
        # under another name until it is whole: a crash in between leaves nothing that looks like a run
        partial = folder / f"{DATABASE}.partial"
        partial.unlink(missing_ok=True)
        connection = sqlite3.connect(partial)
        for schema in ("schema.sql", "schema_2.sql"):
            connection.executescript(resources.files(__package__).joinpath(schema).read_text(encoding="utf-8"))
        whole = {"run_id": uuid.uuid4().hex, "created_unix": time.time(), **meta}
        with connection:
            connection.executemany(
                "INSERT INTO meta VALUES (?, ?)", [(key, json.dumps(value)) for key, value in whole.items()]
            )
            connection.executemany(
                "INSERT INTO samples VALUES (?, ?, ?, ?)",
                ((i, ids[i], names[i], int(tiles[i])) for i in range(len(ids))),
            )
            connection.executemany(
                "INSERT INTO media VALUES (?, ?, ?, ?)", ((i, m.file, m.start, m.end) for i, m in enumerate(media))
            )
        connection.close()
        partial.replace(folder / DATABASE)
        return cls(folder, connect(folder / DATABASE), lock_file)

    @classmethod
    def open_run(cls, folder: Path) -> RunStore:
        """Open the run in `folder`. Raises StoreError: none there, damaged, of a newer version, or in use."""
        path = folder / DATABASE
        if not path.is_file():
            raise StoreError(f"There is no run in {folder}; open the data set again to start one.")
        lock_file = runlock.acquire(folder)
        try:
            connection = connect(path)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 1:
                connection.executescript(resources.files(__package__).joinpath("schema_2.sql").read_text(encoding="utf-8"))
                version = USER_VERSION
            if version != USER_VERSION:
                raise StoreError(
                    f"The run in {folder} has format {version}; this version reads {USER_VERSION}, update the extension."
                )
            return cls(folder, connection, lock_file)
        except sqlite3.DatabaseError as error:
            lock_file.close()
            raise StoreError(f"The run in {folder} is damaged ({error}); restore run.sqlite from a copy.") from error
        except StoreError:
            lock_file.close()
            raise

    def sample_ids(self) -> list[str]:
        """The id of every sample, in order."""
        with self._lock:
            return [str(row[0]) for row in self._db.execute("SELECT id FROM samples ORDER BY sample")]

    def _replay(self) -> Int32Array:
        """The labels now: every edit on top of the ones before."""
        labels = np.zeros(len(self.samples), dtype=np.int32)
        for samples, new in self._db.execute("SELECT samples, new FROM edits ORDER BY number"):
            rows = np.searchsorted(self.samples, np.frombuffer(samples, dtype="<i4"))
            labels[rows] = np.frombuffer(new, dtype="<i4")
        return labels

    def apply_edits(self, edits: Iterable[LabelEdit]) -> list[str]:
        """Store edits, each once, and apply them to `labels`. Returns their ids; all are on disk then.

        Raises StoreError for a sample the run does not know, or a disk that takes no more: then none is stored.
        """
        edits = list(edits)
        with self._lock:
            labels = self.labels.copy()
            count = self.edits
            try:
                with self._db:
                    for edit in edits:
                        if self._db.execute("SELECT 1 FROM edits WHERE edit_id = ?", (edit.edit_id,)).fetchone():
                            continue
                        rows = np.searchsorted(self.samples, edit.samples)
                        known = np.minimum(rows, len(self.samples) - 1)
                        if not np.array_equal(self.samples[known], edit.samples):
                            raise StoreError("An edit names a sample that this run does not hold; reopen the cloud.")
                        labels[rows] = edit.new
                        self._db.execute(INSERT_EDIT, edit_row(edit))
                        count += 1
            except sqlite3.Error as error:
                raise StoreError(f"A label could not be written to {self.folder} ({error}); free some space.") from error
            self.labels, self.edits = labels, count
        return [edit.edit_id for edit in edits]

    def mark_applied(self, edits: int, step: int) -> None:
        """Note the step at which the engine took the first `edits` edits in."""
        with self._lock, self._db:
            self._db.execute(
                "UPDATE edits SET applied_step = ? WHERE number <= ? AND applied_step IS NULL", (step, edits)
            )

    def record(
        self, step: int, epoch: float, positions: Float32Array, state: Float32Array, metrics: Mapping[str, float]
    ) -> int:
        """Record an epoch: positions and state (N, 3) float32. Returns how many the run holds now."""
        with self._lock:
            if self._positions is None or self._state is None:
                self._open_segment()
            assert self._positions is not None and self._state is not None
            try:
                positions_crc = self._positions.append(positions)
                state_crc = self._state.append(state)
                row = self._positions.samples - 1
                with self._db:
                    self._db.execute(
                        "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        (self.records, self._segment, row, step, epoch, positions_crc, state_crc, time.time()),
                    )
                    self._db.execute(
                        "INSERT INTO engine_log (step, what, value) VALUES (?, 'record', ?)", (step, str(positions_crc))
                    )
                    self._db.executemany(
                        "INSERT OR REPLACE INTO metrics VALUES (?, ?, ?)",
                        [(step, name, float(value)) for name, value in metrics.items()],
                    )
            except (OSError, sqlite3.Error) as error:
                raise StoreError(
                    f"An epoch could not be recorded in {self.folder} ({error}); free some space, then train on."
                ) from error
            self.records += 1
            return self.records

    def _open_segment(self) -> None:
        """Open the newest segment, cut back to what the index knows, or start the first."""
        points = len(self.samples)
        row = self._db.execute("SELECT segment, file FROM segments ORDER BY segment DESC LIMIT 1").fetchone()
        if row is None:
            row = (1, "segment-0001.pc2")
            with self._db:
                self._db.execute("INSERT INTO segments VALUES (?, ?, ?)", (*row, points))
        self._segment, name = row
        held = self._db.execute("SELECT COUNT(*) FROM records WHERE segment = ?", (self._segment,)).fetchone()[0]
        self._positions = segments.PointCache(self.folder / name, points, held)
        self._state = segments.PointCache(segments.state_file(self.folder / name), points, held)

    def thin(self, keep: Sequence[int]) -> int:
        """Keep only these recorded epochs: a new segment is written, then the index is swapped in one transaction.

        Returns how many the run holds now. The old files go last, so a crash at any moment leaves a whole run.
        """
        with self._lock:
            if self._positions is None or self._state is None:
                self._open_segment()
            assert self._positions is not None and self._state is not None
            old = (self._positions, self._state)
            rows = self._db.execute("SELECT record, row, step, epoch, created_unix FROM records").fetchall()
            kept = [row for row in rows if row[0] in set(keep)]
            segment, points = self._segment + 1, len(self.samples)
            path = self.folder / f"segment-{segment:04d}.pc2"
            for leftover in (path, segments.state_file(path)):
                leftover.unlink(missing_ok=True)
            fresh = (segments.PointCache(path, points, 0), segments.PointCache(segments.state_file(path), points, 0))
            new_rows = []
            for number, (_record, row, step, epoch, created) in enumerate(kept):
                crcs = [new.append(segments.read_sample(was.path, row)) for new, was in zip(fresh, old, strict=True)]
                new_rows.append((number, segment, number, step, epoch, *crcs, created))
            with self._db:
                self._db.execute("DELETE FROM records")
                self._db.execute("DELETE FROM segments")
                self._db.execute("INSERT INTO segments VALUES (?, ?, ?)", (segment, path.name, points))
                self._db.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)", new_rows)
            for cache in old:
                cache.close()
                cache.path.unlink(missing_ok=True)
            (self._positions, self._state), self._segment, self.records = fresh, segment, len(kept)
            return self.records

    def last_record(self) -> tuple[int, float, Float32Array] | None:
        """(step, epoch, positions) of the newest recorded epoch, or None."""
        with self._lock:
            row = self._db.execute(
                "SELECT r.step, r.epoch, r.row, s.file FROM records r JOIN segments s USING (segment) "
                "ORDER BY r.record DESC LIMIT 1"
            ).fetchone()
        return (row[0], row[1], segments.read_sample(self.folder / row[3], row[2])) if row else None

    def close(self) -> None:
        """Close files, database and lock."""
        with self._lock:
            for cache in (self._positions, self._state):
                if cache is not None:
                    cache.close()
            self._db.close()
            self._lock_file.close()
