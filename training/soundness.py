"""Everything in a run folder read once and compared with what the index says of it. Imports torch late, if it is there."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..core.errors import StoreError
from ..core.text import reason
from . import label_table, segments
from .datasets.dataset import Progress
from .edit_rows import points_of
from .reading import HARM, connect_to_read, points_columns


@dataclass
class Soundness:
    """counts: what was read, by name. problems: a sentence each."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def examine(folder: Path, progress: Progress) -> Soundness:
    """Check the run in a folder; nothing in it changes. Raises StoreError where there is no run to be read."""
    found = Soundness()
    database = connect_to_read(folder)
    try:
        said = [str(row[0]) for row in database.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
        found.problems += [f"run.sqlite is damaged: {text}." for text in said]
        stray = database.execute("PRAGMA foreign_key_check").fetchall()
        if stray:
            found.problems.append(f"{len(stray):,} rows of run.sqlite point to rows that are not there.")
        labels(database, found)
        records(database, folder, found, progress)
    except HARM as error:
        found.problems.append(f"run.sqlite cannot be read to its end ({reason(error)}); restore it from a copy.")
    finally:
        database.close()
    checkpoints(folder, found, progress)
    return found


def labels(database: sqlite3.Connection, found: Soundness) -> None:
    """Edits against their checksums, and what they fold to against the table of labels."""
    count = int(database.execute("SELECT COUNT(*) FROM samples").fetchone()[0])
    found.counts["samples"] = count
    found.counts["edits"] = int(database.execute("SELECT COUNT(*) FROM edits").fetchone()[0])
    if database.execute("PRAGMA user_version").fetchone()[0] < 3:
        for row in database.execute(f"SELECT {points_columns(database)} FROM edits ORDER BY number"):
            try:
                points_of(row, count)
            except StoreError as error:
                found.problems.append(error.sentence)
        return
    accounts = label_table.accounts(database, count)
    found.counts["labelled"] = int(np.count_nonzero(accounts.labels))
    found.problems += accounts.damaged
    if accounts.differ:
        found.problems.append(
            f"The table of labels and the edits differ in {accounts.differ:,} samples; opening the run to train mends the table."
        )


def records(database: sqlite3.Connection, folder: Path, found: Soundness, progress: Progress) -> None:
    """Recorded epochs against their checksums."""
    points = found.counts["samples"]
    rows = database.execute(
        "SELECT r.row, r.step, r.positions_crc, r.state_crc, s.file FROM records r JOIN segments s USING (segment) ORDER BY record"
    ).fetchall()
    found.counts["recorded epochs"] = len(rows)
    for number, (row, step, *crcs, name) in enumerate(rows):
        progress(number / len(rows), f"Recorded epoch {number + 1:,} of {len(rows):,}")
        if Path(name).name != name:
            found.problems.append(f"The recorded epoch of step {step:,} is said to lie outside the run's folder.")
            continue
        path = folder / name
        for file, crc in zip((path, segments.state_file(path)), crcs, strict=True):
            try:
                sound = zlib.crc32(segments.raw_sample(file, row, points * 12)) == crc
            except OSError as error:
                found.problems.append(f"{file.name} cannot be read ({reason(error)}).")
                return
            if not sound:
                found.problems.append(f"The recorded epoch of step {step:,} in {file.name} is not what was written.")


def checkpoints(folder: Path, found: Soundness, progress: Progress) -> None:
    """Checkpoints: whether they load. Without torch they are only counted."""
    files = sorted(folder.glob("checkpoint-*.pt"))
    found.counts["checkpoints"] = len(files)
    try:
        from . import checkpoints as written  # imports torch
    except ImportError:
        return
    for number, path in enumerate(files):
        progress(number / len(files), f"Checkpoint {number + 1:,} of {len(files):,}")
        if written.read(path) is None:
            found.problems.append(f"{path.name} is damaged; training goes on from the newest whole one before it.")
