"""From older formats of run.sqlite to this one: a copy first, then one transaction a step. Standard library and numpy."""

from __future__ import annotations

import os
import sqlite3
import zlib
from importlib import resources
from pathlib import Path

import numpy as np

from ..core.errors import StoreError
from ..core.text import reason
from . import label_table
from .filesystem import sync_folder

VERSION = 3
"""2 added the tables media and engine_log; 3 the table labels, and points, checksum and epoch of an edit."""


def version_of(database: sqlite3.Connection, folder: Path) -> int:
    """The format of a run. Raises StoreError for one that this version does not know."""
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if not 1 <= version <= VERSION:
        raise StoreError(f"The run in {folder} has format {version}; this version reads 1 to {VERSION}: update the extension.")
    return version


def create(database: sqlite3.Connection) -> None:
    """Make the tables of a new run."""
    for schema in ("schema.sql", "schema_2.sql", "schema_3.sql"):
        database.executescript(text_of(schema))
    database.execute(f"PRAGMA user_version = {VERSION}")


def migrate(database: sqlite3.Connection, path: Path) -> str:
    """Bring the database at `path` to this version, after a copy beside it. Returns a sentence where that was needed.

    Raises StoreError where there is no room for the copy; then nothing has changed.
    """
    before = version_of(database, path.parent)
    if before == VERSION:
        return ""
    copy = backup(database, path, before)
    try:
        for version in range(before, VERSION):
            # a script commits what is open before it begins, so its transaction begins inside
            database.executescript(f"BEGIN IMMEDIATE;\n{text_of(f'schema_{version + 1}.sql')}")
            if version == 2:
                fill_3(database)
            database.execute(f"PRAGMA user_version = {version + 1}")
            database.commit()
    except sqlite3.Error:
        database.rollback()
        raise
    return f"This run was of format {before} and is of format {VERSION} now; as it was before, it lies in {copy.name}."


def backup(database: sqlite3.Connection, path: Path, version: int) -> Path:
    """Copy the whole database to run.sqlite.vN.bak, under another name until it is whole and on disk."""
    target = path.with_name(f"{path.name}.v{version}.bak")
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        copied = sqlite3.connect(partial)
        try:
            database.backup(copied)
        finally:
            copied.close()
        with partial.open("r+b") as stream:
            os.fsync(stream.fileno())
        partial.replace(target)
        sync_folder(path.parent)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise StoreError(
            "The run in {parent} is of an older format, and the copy to be made before it is changed could not be written "
            "({reason}); free some space.",
            parent=path.parent, reason=reason(error),
        ) from error
    return target


def fill_3(database: sqlite3.Connection) -> None:
    """What version 3 keeps of each edit, and the labels they fold to."""
    count = database.execute("SELECT COUNT(*) FROM samples").fetchone()[0]
    labels = np.zeros(count, dtype=np.int32)
    rows = []
    for number, samples, old, new in database.execute("SELECT number, samples, old, new FROM edits ORDER BY number"):
        rows.append((len(samples) // 4, zlib.crc32(new, zlib.crc32(old, zlib.crc32(samples))), number))
        labels[np.frombuffer(samples, dtype="<i4")] = np.frombuffer(new, dtype="<i4")
    database.executemany("UPDATE edits SET points = ?, crc = ? WHERE number = ?", rows)
    last = database.execute("SELECT epoch / step FROM records WHERE step > 0 ORDER BY record DESC LIMIT 1").fetchone()
    database.execute("UPDATE edits SET epoch = applied_step * ? WHERE applied_step IS NOT NULL", last or (0.0,))
    label_table.write(database, labels)


def text_of(schema: str) -> str:
    """A schema's text, without the version that the older ones set: migrate() sets it with the rest."""
    text = resources.files(__package__).joinpath(schema).read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("PRAGMA user_version"))
