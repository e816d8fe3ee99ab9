"""The run folder: every label edit, every recorded epoch, where the data came from. Standard library and numpy.

run.sqlite (WAL, synchronous=FULL; a rollback journal on network drives) is the truth; nothing is acknowledged before it is
committed there. A lock lets the control thread store edits while the training thread records epochs.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.arrays import Int32Array
from ..core.edits import LabelEdit
from ..core.errors import StoreError
from ..core.text import reason
from . import filesystem, foreign, label_table, migrations, readme, retention, runlock, trouble
from .datasets.dataset import Media
from .edit_rows import INSERT_EDIT, connect, edit_row
from .reading import DATABASE as DATABASE
from .reading import HARM
from .recording import Recorder


class RunStore(Recorder):
    """An open run folder. Made by create() or open_run(); close() it."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, lock_file: Any) -> None:
        super().__init__(connection, folder)
        self._lock_file = lock_file
        self._place = None if os.name == "nt" or filesystem.is_network(folder) else os.stat(folder / DATABASE)
        count = connection.execute("SELECT COUNT(*) FROM samples").fetchone()[0]
        pairs = connection.execute("SELECT sample, tile FROM samples ORDER BY sample")
        table = np.fromiter((value for pair in pairs for value in pair), dtype=np.int32, count=2 * count)
        self.samples: Int32Array = np.ascontiguousarray(table[::2])
        self.tiles: Int32Array = np.ascontiguousarray(table[1::2])
        found = label_table.accounts(connection, len(self.samples))
        self.labels: Int32Array = found.labels
        if found.differ or found.damaged:
            self.notices.append(found.sentence())
        if found.differ and not found.damaged:
            with connection:
                label_table.write(connection, self.labels)
        self.edits = int(connection.execute("SELECT COUNT(*) FROM edits").fetchone()[0])
        self.open_segment()

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
                raise StoreError("{folder} holds a run already; choose another folder, or open that run.", folder=folder)
            lock_file = runlock.acquire(folder)
        except OSError as error:
            raise StoreError(
                "The run folder {folder} cannot be made: {reason}; choose another.",
                folder=folder, reason=reason(error),
            ) from error
        try:
            readme.write(folder)
            cls._write_new(folder, ids, names, tiles, meta, media)
            return cls(folder, connect(folder / DATABASE), lock_file)
        except (OSError, sqlite3.Error) as error:
            runlock.release(lock_file)
            raise trouble.in_words(error, folder) from error

    @staticmethod
    def _write_new(
        folder: Path, ids: Sequence[str], names: Sequence[str], tiles: Int32Array, meta: Mapping[str, Any], media: Sequence[Media]
    ) -> None:
        """The database of a new run."""
        # under another name until it is whole: a crash in between leaves nothing that looks like a run
        partial = folder / f"{DATABASE}.partial"
        partial.unlink(missing_ok=True)
        connection = sqlite3.connect(partial)
        migrations.create(connection)
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
            label_table.write(connection, np.zeros(len(ids), dtype=np.int32))
        connection.close()
        partial.replace(folder / DATABASE)
        filesystem.sync_tree(folder)

    @classmethod
    def open_run(cls, folder: Path) -> RunStore:
        """Open the run in `folder`. Raises StoreError: none there, damaged, of a newer version, or in use."""
        path = folder / DATABASE
        if not path.is_file():
            raise StoreError("There is no run in {folder}; open the data set again to start one.", folder=folder)
        if filesystem.read_only(folder):
            raise StoreError(
                "Nothing can be written to {folder}: its history plays and its results can be exported, but to label or "
                "train it, copy the folder to a disk that takes writing.",
                folder=folder,
            )
        lock_file = runlock.acquire(folder)
        try:
            connection = connect(path)
            foreign.check_tables(connection, folder)
            migrated = migrations.migrate(connection, path)
            store = cls(folder, connection, lock_file)
            readme.write(folder)
        except (*HARM, OSError) as error:
            runlock.release(lock_file)
            raise trouble.in_words(error, folder) from error
        except BaseException:
            runlock.release(lock_file)
            raise
        if migrated:
            store.notices.insert(0, migrated)
        return store

    def sample_ids(self) -> list[str]:
        """The id of every sample, in order."""
        with self._lock:
            return [str(row[0]) for row in self._db.execute("SELECT id FROM samples ORDER BY sample")]

    def apply_edits(self, edits: Iterable[LabelEdit]) -> list[str]:
        """Store edits, each once, and apply them to `labels`: one transaction, one sync. Returns their ids; all are on disk then.

        Raises StoreError for a sample the run does not know, or a disk that takes no more: then none is stored.
        """
        edits = list(edits)
        with self._lock:
            labels = self.labels.copy()
            count = self.edits
            changed: list[npt.NDArray[np.integer[Any]]] = []
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
                        changed.append(rows)
                        count += 1
                    if changed:
                        label_table.write(self._db, labels, np.concatenate(changed))
            except UnicodeEncodeError as error:
                raise StoreError("An edit holds half a character, which no file takes; give it again.") from error
            except sqlite3.Error as error:
                raise StoreError(
                    "A label could not be written to {folder} ({error}); free some space.",
                    folder=self.folder, error=reason(error),
                ) from error
            self.labels, self.edits = labels, count
        return [edit.edit_id for edit in edits]

    def require_here(self) -> None:
        """Raise StoreError where what is stored goes into a folder that is not there any more; nothing in it is to be acknowledged.

        On Windows a folder in use stays; on a network drive numbers of files need not tell which is which.
        """
        try:
            now = os.stat(self.folder / DATABASE)
            if self._place is not None and not os.path.samestat(now, self._place):
                raise FileNotFoundError
        except OSError as error:
            raise StoreError(
                "The run folder {folder} was moved, deleted or replaced while its trainer works; put it back, or stop the trainer "
                "and find the run where it is now: labels are kept until then.",
                folder=self.folder,
            ) from error

    def mark_applied(self, edits: int, step: int, epoch: float) -> None:
        """Note the step, and the epoch, at which the engine took the first `edits` edits in."""
        with self._lock, self._db:
            self._db.execute(
                "UPDATE edits SET applied_step = ?, epoch = ? WHERE number <= ? AND applied_step IS NULL", (step, epoch, edits)
            )

    def note_checkpoint(self, step: int, file: str, edits: int) -> None:
        """Record that a checkpoint is on disk; those that need not stay go (retention.py)."""
        super().note_checkpoint(step, file, edits)
        with self._lock:
            written = self._db.execute("SELECT step, file, edits, created_unix FROM checkpoints ORDER BY step").fetchall()
            log = "SELECT value FROM engine_log WHERE what = 'checkpoint' ORDER BY number DESC LIMIT ?"
            before = [str(row[0]).strip('"') for row in self._db.execute(log, (retention.NEWEST - 1,))]
        retention.prune(self.folder, written, [file, *before])

    def note_resumed(self, step: int, file: str) -> None:
        """A trainer goes on from this checkpoint: note it, where the one that wrote it ended before it could."""
        with self._lock:
            told = self._db.execute("SELECT value FROM engine_log WHERE what = 'labels' ORDER BY number DESC LIMIT 1").fetchone()
            known = self._db.execute("SELECT 1 FROM checkpoints WHERE step = ? AND file = ?", (step, file)).fetchone()
        if known is None:
            self.note_checkpoint(step, file, int(told[0]) if told else 0)
            self.log_engine(step, "checkpoint", file)

    def take_notices(self) -> list[str]:
        """What was found and mended since this was asked last, a sentence each."""
        taken, self.notices = self.notices, []
        return taken

    def close(self) -> None:
        """Close files, database and lock."""
        with self._lock:
            super().close()
            self._db.close()
            runlock.release(self._lock_file)
