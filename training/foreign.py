"""A run folder that somebody sent: nothing in it leads out of it, and its database holds tables alone, nothing that acts by itself.

Standard library only.
"""

from __future__ import annotations

import functools
import os
import sqlite3
import struct
from pathlib import Path

from ..core.errors import StoreError
from ..core.text import printable
from .migrations import VERSION, text_of

STATISTICS = ("CREATE TABLE sqlite_stat1(tbl,idx,stat)", "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)")
"""What a person's own look at the database may leave in it: they concern how fast it is asked."""
JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
TAIL = struct.Struct(">II8s")
"""How a journal ends that names another file (SQLite's file format, 4.4): the name's length and checksum, and this."""


def check_files(folder: Path) -> None:
    """Raise StoreError where a run folder holds a link, a pipe or a device, or a journal of SQLite that names another file.

    A trainer writes to the files here, and what a link leads to would be written over; SQLite deletes what a journal names.
    """
    inner = [os.fspath(folder)]
    while inner:
        with os.scandir(inner.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    inner.append(entry.path)
                elif not entry.is_file(follow_symlinks=False):
                    raise StoreError(
                        "The run in {folder} may not hold links, pipes or devices ({name}); put the file itself there, or use "
                        "another copy of the run.",
                        folder=folder, name=printable(entry.name, 60),
                    )
                elif entry.name.endswith("-journal") and names_another(Path(entry.path)):
                    raise StoreError(
                        "The run in {folder} says that one of its files lies elsewhere ({name}), which it may not; do not use "
                        "this run.",
                        folder=folder, name=printable(entry.name, 60),
                    )


def names_another(journal: Path) -> bool:
    """Whether a journal says that it is part of a change of several databases, of which SQLite would delete the common journal."""
    try:
        with journal.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - TAIL.size))
            tail = stream.read(TAIL.size)
    except FileNotFoundError:
        return False  # a trainer at work has just deleted it
    return len(tail) == TAIL.size and tail.endswith(JOURNAL_MAGIC) and 0 < TAIL.unpack(tail)[0] <= size - TAIL.size


def check_tables(database: sqlite3.Connection, folder: Path) -> None:
    """Raise StoreError where the database holds a trigger, a view, or a table that a trainer did not make just so.

    Any of them may do something by itself when a label is stored or the run is read: drop it, or never end.
    """
    for kind, name, text in database.execute("SELECT type, name, sql FROM sqlite_master"):
        automatic = kind == "index" and text is None
        if not automatic and not (isinstance(text, str) and bare(text) in ours()):
            raise StoreError(
                "The run in {folder} holds something that no trainer made ({kind} {name}); do not use this run.",
                folder=folder, kind=printable(str(kind), 20), name=printable(str(name), 60),
            )


@functools.cache
def ours() -> frozenset[str]:
    """How SQLite notes the tables of every version of a run."""
    found = {bare(text) for text in STATISTICS}
    database = sqlite3.connect(":memory:")
    for schema in ("schema.sql", *(f"schema_{version}.sql" for version in range(2, VERSION + 1))):
        database.executescript(text_of(schema))
        found |= {bare(row[0]) for row in database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    database.close()
    return frozenset(found)


def bare(text: str) -> str:
    """A text without its blanks."""
    return "".join(text.split())
