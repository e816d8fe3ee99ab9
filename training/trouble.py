"""Why a run cannot be opened, read or written: the place it lies in is at fault, or what lies there. Standard library only."""

from __future__ import annotations

import os
import sqlite3

from ..core.errors import StoreError
from ..core.text import reason

OF_THE_PLACE = frozenset((
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
))  # fmt: skip
LONGEST = 480
"""Bytes of a folder's path, beyond which SQLite may open no file in it: it takes 512 with the names of its files."""


def in_words(error: Exception, folder: object) -> StoreError:
    """What is wrong with a run and what to do. A disk that is full or a file that is in use is no damage: nobody is to put an old
    copy in the place of a whole run for it.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    length = len(os.fsencode(str(folder)))
    if code == sqlite3.SQLITE_CANTOPEN and length > LONGEST:
        return StoreError(
            "The path of {folder} is too long ({length} bytes, {most} are possible); choose a shorter one.",
            folder=folder, length=length, most=LONGEST,
        )
    if isinstance(error, OSError) or code in OF_THE_PLACE:
        return StoreError(
            "The run in {folder} cannot be read or written now ({error}); see that the disk has space and takes writing, and that "
            "no other program has run.sqlite open.",
            folder=folder, error=reason(error, 80),
        )
    return StoreError("The run in {folder} is damaged ({error}); restore it from a copy.", folder=folder, error=reason(error, 80))
