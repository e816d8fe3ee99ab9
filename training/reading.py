"""A run's database for those that only read, beside a trainer or on a medium that takes no writing. Standard library only."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..core.categories import Category
from ..core.errors import StoreError
from ..core.text import printable
from . import filesystem, foreign, migrations, trouble
from .edit_rows import POINTS, POINTS_BEFORE_3

DATABASE = "run.sqlite"
HARM = (sqlite3.Error, ValueError, TypeError, KeyError, IndexError, ArithmeticError, RecursionError, AttributeError)
"""What a cell leads to that holds something else than a trainer wrote."""
Given = TypeVar("Given")
Others = ParamSpec("Others")
Found = TypeVar("Found")


def reads(
    function: Callable[Concatenate[Given, Others], Found],
) -> Callable[Concatenate[Given, Others], Found]:
    """For what reads a run, by its folder or as a method of what has one: where a byte was flipped, a cell may hold anything,

    so whatever that leads to is one StoreError.
    """

    @functools.wraps(function)
    def told(given: Given, /, *others: Others.args, **named: Others.kwargs) -> Found:
        try:
            return function(given, *others, **named)
        except HARM as error:
            folder = getattr(given, "folder", given)
            raise trouble.in_words(error, folder) from error

    return told


def text_of(cell: object) -> str:
    """A cell that holds a text. Raises TypeError, for reads() to tell, where it holds another thing, as any cell may."""
    if not isinstance(cell, str):
        raise TypeError("a text is none")
    return cell


def number_of(cell: Any, most: float = 2.0**53) -> Any:
    """A cell that holds a number from 0 to `most`. Raises TypeError."""
    if not isinstance(cell, (int, float)) or not 0 <= cell <= most:
        raise TypeError("a number is none, or one that cannot be")
    return cell


def count_of(cell: object) -> int:
    """A cell that holds a whole number that Blender can hold too. Raises TypeError."""
    if not isinstance(cell, int):
        raise TypeError("a number is none")
    return int(number_of(cell, 2**31 - 1))


def category_of(row: tuple[Any, ...]) -> Category:
    """A category from (id, name, red, green, blue)."""
    red, green, blue = (float(number_of(part)) for part in row[2:])
    return Category(count_of(row[0]), text_of(row[1]), (red, green, blue))


def connect_to_read(folder: Path, timeout: float = 10.0) -> sqlite3.Connection:
    """A connection that changes nothing. Raises StoreError: no run, a newer or damaged one, an unmerged one on read-only media."""
    path = folder / DATABASE
    if not path.is_file():
        raise StoreError(
            "There is no run in {folder}; put its folder back beside the .blend, or train the cloud first.",
            folder=folder,
        )
    try:
        foreign.check_files(folder)
        connection = sqlite3.connect(address(path), timeout=timeout, uri=True)
        try:
            migrations.version_of(connection, folder)
            foreign.check_tables(connection, folder)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, OSError) as error:
        raise trouble.in_words(error, folder) from error
    return connection


def address(path: Path) -> str:
    """The database as a URI: SQLite would want to write beside one that it only reads, so a read-only medium is said to be one."""
    uri = path.absolute().as_uri()
    if not uri.startswith("file:///"):  # a share of Windows: SQLite takes no computer's name there, but a path of two slashes
        uri = uri.replace("file://", "file:////", 1)
    if not filesystem.read_only(path.parent):
        return uri
    wal = path.with_name(f"{path.name}-wal")
    if wal.is_file() and wal.stat().st_size:
        raise StoreError(
            "The run in {parent} was not closed in good order and lies where nothing can be written; copy the folder to a "
            "disk that takes writing and open it there once.",
            parent=path.parent,
        )
    return f"{uri}?immutable=1"


def inside(folder: Path, name: object) -> Path:
    """The file `name` of a run folder. Raises StoreError where a run that somebody sent says it lies elsewhere, or links there."""
    path = folder / str(name)
    if not isinstance(name, str) or name in ("", ".", "..") or Path(name).name != name or "\\" in name or path.is_symlink():
        raise StoreError(
            "The run in {folder} says that one of its files lies elsewhere ({name}), which it may not; do not use this run.",
            folder=folder, name=printable(str(name), 60),
        )
    return path


def points_columns(connection: sqlite3.Connection) -> str:
    """The columns of edits for edit_rows.points_of(), whatever the run's version."""
    return POINTS if connection.execute("PRAGMA user_version").fetchone()[0] >= 3 else POINTS_BEFORE_3
