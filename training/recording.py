"""Recorded epochs of an open run: written, read back, thinned out within a limit. Standard library and numpy."""

from __future__ import annotations

import sqlite3
import sys
import time
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..core.arrays import Float32Array, Int32Array
from ..core.errors import StoreError
from ..core.text import reason
from . import filesystem, segments, thinning
from .reading import count_of, inside, number_of, reads
from .store_notes import Notes


class Recorder(Notes):
    """What RunStore keeps in segments. notices: sentences about what was found and mended, for the user to read."""

    samples: Int32Array

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        super().__init__(connection)
        self.folder = folder
        self.notices: list[str] = []
        self.records = int(connection.execute("SELECT COUNT(*) FROM records").fetchone()[0])
        self._positions: segments.PointCache | None = None
        self._state: segments.PointCache | None = None
        self._segment = 0
        self._thin_at = 0

    @property
    def limit(self) -> float:
        """GB that recorded epochs may take."""
        return float(self.meta.get("disk_limit", thinning.DEFAULT_LIMIT))

    def set_limit(self, limit: float) -> None:
        """Let recorded epochs take so many GB; they are thinned out when the next one is recorded. Raises StoreError."""
        if not thinning.LEAST_LIMIT <= limit <= 1e6:
            raise StoreError(
                "The limit of recorded epochs is {limit:g} GB; choose {least_limit:g} or more.",
                limit=limit, least_limit=thinning.LEAST_LIMIT,
            )
        self.set_meta("disk_limit", limit)
        self._thin_at = 0

    def record(
        self, step: int, epoch: float, positions: Float32Array, state: Float32Array, metrics: Mapping[str, float]
    ) -> int:
        """Record an epoch: positions and state (N, 3) float32. Returns how many the run holds now."""
        with self._lock:
            caches: tuple[segments.PointCache, ...] = ()
            held = 0
            try:
                caches = self._caches()
                held = caches[0].samples
                crcs = [cache.append(values) for cache, values in zip(caches, (positions, state), strict=True)]
                row = caches[0].samples - 1
                with self._db:
                    self._db.execute(
                        "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        (self.records, self._segment, row, step, epoch, *crcs, time.time()),
                    )
                    self._db.execute(
                        "INSERT INTO engine_log (step, what, value) VALUES (?, 'record', ?)", (step, str(crcs[0]))
                    )
                    self._db.executemany(
                        "INSERT OR REPLACE INTO metrics VALUES (?, ?, ?)",
                        [(step, name, float(value)) for name, value in metrics.items()],
                    )
            except (OSError, sqlite3.Error) as error:
                for cache in caches:
                    cache.samples = held  # what one of them took is written over: both count alike
                raise StoreError(
                    "An epoch could not be recorded in {folder} ({reason}); free some space, then train on.",
                    folder=self.folder, reason=reason(error),
                ) from error
            self.records += 1
            return self.records

    def _caches(self) -> tuple[segments.PointCache, segments.PointCache]:
        """The newest segment's two files, opened or begun."""
        if self._positions is None or self._state is None:
            if self._db.execute("SELECT COUNT(*) FROM segments").fetchone()[0] == 0:
                with self._db:
                    self._db.execute("INSERT INTO segments VALUES (1, 'segment-0001.pc2', ?)", (len(self.samples),))
            self.open_segment()
        assert self._positions is not None and self._state is not None
        return self._positions, self._state

    def open_segment(self) -> None:
        """Open the newest segment, if there is one, cut back to what the index knows; what was lost or cut is noted."""
        row = self._db.execute("SELECT segment, file FROM segments ORDER BY segment DESC LIMIT 1").fetchone()
        if row is None:
            return
        self._segment, path = row[0], inside(self.folder, row[1])
        self._remove_leftovers(path)
        paths = (path, segments.state_file(path))
        held = self._whole(paths)
        self._positions, self._state = (segments.PointCache(path, len(self.samples), held) for path in paths)
        cut = self._positions.cut + self._state.cut
        if cut:
            self.notices.append(
                f"{cut:,} bytes of an epoch that was being recorded when the trainer ended were cut off; no label was in them."
            )

    def _whole(self, paths: tuple[Path, Path]) -> int:
        """How many indexed epochs the files hold whole; the index forgets the newest ones that they do not."""
        stride = len(self.samples) * 12
        rows = self._db.execute(
            "SELECT row, positions_crc, state_crc FROM records WHERE segment = ? ORDER BY row", (self._segment,)
        ).fetchall()
        sizes = [path.stat().st_size if path.is_file() else 0 for path in paths]
        held = min(len(rows), *((max(0, size - segments.HEADER.size) // max(1, stride)) for size in sizes))
        while held and not all(
            zlib.crc32(segments.raw_sample(path, held - 1, stride)) == crc
            for path, crc in zip(paths, rows[held - 1][1:], strict=True)
        ):
            held -= 1
        lost = len(rows) - held
        if lost:
            with self._db:
                self._db.execute("DELETE FROM records WHERE segment = ? AND row >= ?", (self._segment, held))
            self.records -= lost
            self.notices.append(f"The last {lost:,} recorded epochs of this run were not whole and are gone; no label was in them.")
        return held

    def _remove_leftovers(self, current: Path) -> None:
        """Delete what a death left: checkpoints half written, and segments that the index does not know, since thinning was cut
        short before or after the swap.
        """
        known = {current.name, segments.state_file(current).name}
        for path in (*self.folder.glob("segment-*.pc2"), *self.folder.glob("checkpoint-*.partial")):
            if path.name not in known:
                remove(path)

    def keep_within_limit(self) -> bool:
        """Thin the recorded epochs out if they have passed the limit. Returns whether they were.

        All recent ones stay, those at which labels changed too; of the others fewer the older they are (thinning.py).
        """
        most = thinning.most_records(len(self.samples), self.limit)
        if self.records <= max(most, self._thin_at):
            return False
        with self._lock:
            steps = [row[0] for row in self._db.execute("SELECT step FROM records ORDER BY record")]
            applied = [row[0] for row in self._db.execute("SELECT applied_step FROM edits WHERE applied_step IS NOT NULL")]
        protected = thinning.labelled(steps, applied)
        # to three quarters, so that it is not done again at once
        stay = thinning.kept(steps, protected, most * 3 // 4)
        if len(stay) > most:
            self.notices.append(
                f"The recorded epochs at which labels changed take more than the limit of {self.limit:g} GB and stay all the same; "
                "raise it to keep others too."
            )
        self._thin_at = len(stay) * 4 // 3
        if len(stay) < len(steps):
            self.thin(stay)
        return True

    def thin(self, keep: Sequence[int]) -> int:
        """Keep only these recorded epochs: a new segment is written, then the index is swapped in one transaction.

        Returns how many the run holds now. The old files go last, so a crash at any moment leaves a whole run. Labels are
        stored meanwhile: only the swap holds the lock. Belongs to the thread that records.
        """
        with self._lock:
            old = self._caches()
            rows = self._db.execute("SELECT * FROM records ORDER BY record").fetchall()
        chosen = set(keep)
        kept = [row for row in rows if row[0] in chosen]
        segment, points = self._segment + 1, len(self.samples)
        path = self.folder / f"segment-{segment:04d}.pc2"
        try:
            for leftover in (path, segments.state_file(path)):
                leftover.unlink(missing_ok=True)
            fresh = (segments.PointCache(path, points, 0), segments.PointCache(segments.state_file(path), points, 0))
            for new, was in zip(fresh, old, strict=True):
                for row in kept:
                    new.add(segments.read_sample(was.path, row[2]))
                new.finish()
            with self._lock:
                with self._db:
                    self._db.execute("DELETE FROM records")
                    self._db.execute("DELETE FROM segments")
                    self._db.execute("INSERT INTO segments VALUES (?, ?, ?)", (segment, path.name, points))
                    # the checksums are those of before: what was damaged since is found, not taken over
                    self._db.executemany(
                        "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        [(number, segment, number, *row[3:]) for number, row in enumerate(kept)],
                    )
                # only once the swap is on disk: where it fails the old files go on
                (self._positions, self._state), self._segment, self.records = fresh, segment, len(kept)
        except (OSError, sqlite3.Error) as error:
            for leftover in (path, segments.state_file(path)):
                remove(leftover)
            raise StoreError(
                "Recorded epochs could not be thinned out in {folder} ({reason}); free some space.",
                folder=self.folder, reason=reason(error),
            ) from error
        filesystem.sync_folder(self.folder)
        for cache in old:
            cache.close()
            remove(cache.path)
        return self.records

    @reads
    def last_record(self) -> tuple[int, float, Float32Array] | None:
        """(step, epoch, positions) of the newest recorded epoch, or None."""
        with self._lock:
            row = self._db.execute(
                "SELECT r.step, r.epoch, r.row, s.file FROM records r JOIN segments s USING (segment) "
                "ORDER BY r.record DESC LIMIT 1"
            ).fetchone()
        if row is None:
            return None
        return count_of(row[0]), number_of(row[1]), segments.read_sample(inside(self.folder, row[3]), count_of(row[2]))

    def close(self) -> None:
        """Close the segment's files."""
        for cache in (self._positions, self._state):
            if cache is not None:
                cache.close()


def remove(path: Path) -> None:
    """Delete a file that nobody needs; where another program has it open (Windows), the next start does it."""
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        print(f"{path.name} is in use and stays until the run is opened again", file=sys.stderr)
