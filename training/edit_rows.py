"""How edits lie in the database, and the connection that loses nothing. Standard library and numpy."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from ..core.edits import LabelEdit


def connect(path: Path) -> sqlite3.Connection:
    """A connection that loses nothing it has committed, even to a power cut."""
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


INSERT_EDIT = (
    "INSERT INTO edits (edit_id, gesture_id, client_id, source, mode, samples, old, new, displayed_step, annotator, "
    "polygon, view, viewport_width, viewport_height, duration_s, created_unix, stored_unix) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def edit_row(edit: LabelEdit) -> tuple[Any, ...]:
    """The row of an edit."""
    width, height = edit.viewport or (None, None)
    return (
        edit.edit_id,
        edit.gesture_id,
        edit.client_id,
        edit.source,
        edit.mode,
        edit.samples.astype("<i4").tobytes(),
        edit.old.astype("<i4").tobytes(),
        edit.new.astype("<i4").tobytes(),
        edit.displayed_step,
        edit.annotator,
        None if edit.polygon is None else edit.polygon.astype("<f4").tobytes(),
        None if edit.view is None else edit.view.astype("<f8").tobytes(),
        width,
        height,
        edit.duration_s,
        edit.created_unix,
        time.time(),
    )
