"""How edits lie in the database, and the connection that loses nothing. Standard library and numpy."""

from __future__ import annotations

import sqlite3
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from ..core.arrays import Int32Array
from ..core.edits import LabelEdit
from ..core.errors import StoreError
from ..core.text import reason
from . import filesystem

LARGE = 512
"""Points from which an edit is compressed."""
POINTS = "number, samples, old, new, points, crc"
"""The columns that points_of() takes."""
POINTS_BEFORE_3 = "number, samples, old, new, length(samples) / 4, NULL"
"""The same of a run of version 1 or 2."""


def connect(path: Path, network: bool | None = None) -> sqlite3.Connection:
    """A connection that loses nothing it has committed, even to a power cut.

    network: the folder lies on a network drive, where WAL's shared memory does not work; None: look.
    """
    connection = sqlite3.connect(path, check_same_thread=False)
    if filesystem.is_network(path.parent) if network is None else network:
        connection.execute("PRAGMA journal_mode = DELETE")
        # FULL would not sync the folder after the journal's end, which is what commits here
        connection.execute("PRAGMA synchronous = EXTRA")
    else:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


INSERT_EDIT = (
    "INSERT INTO edits (edit_id, gesture_id, client_id, source, mode, samples, old, new, displayed_step, annotator, "
    "polygon, view, viewport_width, viewport_height, duration_s, created_unix, stored_unix, points, crc) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def edit_row(edit: LabelEdit) -> tuple[Any, ...]:
    """The row of an edit."""
    width, height = edit.viewport or (None, None)
    raw = [values.astype("<i4").tobytes() for values in (edit.samples, edit.old, edit.new)]
    return (
        edit.edit_id,
        edit.gesture_id,
        edit.client_id,
        edit.source,
        edit.mode,
        *(packed(values) for values in raw),
        edit.displayed_step,
        edit.annotator,
        None if edit.polygon is None else edit.polygon.astype("<f4").tobytes(),
        None if edit.view is None else edit.view.astype("<f8").tobytes(),
        width,
        height,
        edit.duration_s,
        edit.created_unix,
        time.time(),
        len(edit.samples),
        crc_of(raw),
    )


def crc_of(raw: list[bytes]) -> int:
    """CRC-32 of the three arrays of an edit, one after another."""
    crc = 0
    for values in raw:
        crc = zlib.crc32(values, crc)
    return crc


def packed(raw: bytes) -> bytes:
    """An array's bytes, compressed where that is worth it: then they are fewer than 4 a point, which tells them apart."""
    if len(raw) < 4 * LARGE:
        return raw
    small = zlib.compress(raw, 1)
    return small if len(small) < len(raw) else raw


def unpacked(blob: object, points: int) -> bytes:
    """The 4 * points bytes of an array; no more than that is ever made of a blob. Raises ValueError where it holds others."""
    if not isinstance(blob, bytes):
        raise ValueError("is no array")
    if len(blob) == 4 * points:
        return blob
    decoder = zlib.decompressobj()
    try:
        raw = decoder.decompress(blob, 4 * points + 1)
    except zlib.error as error:
        raise ValueError("cannot be unpacked") from error
    if len(raw) != 4 * points or not decoder.eof:
        raise ValueError("holds another number of points than it says")
    return raw


def points_of(row: tuple[Any, ...], most: int) -> tuple[Int32Array, Int32Array, Int32Array]:
    """(samples, old, new), each (n,) int32, of a row of POINTS. most: how many samples the run holds, numbered from 0.

    Raises StoreError where the edit is damaged.
    """
    number, *blobs, points, crc = row
    try:
        if not isinstance(points, int) or points < 0 or points > most:
            raise ValueError("holds an impossible number of points")
        raw = [unpacked(blob, points) for blob in blobs]
        if crc is not None and crc != crc_of(raw):
            raise ValueError("is not what was written (its checksum differs)")
        samples, old, new = (np.frombuffer(values, dtype="<i4").astype(np.int32) for values in raw)
        if points and not (samples[0] >= 0 and samples[-1] < most and bool(np.all(np.diff(samples) > 0))):
            raise ValueError("names samples that the run does not hold")
    except ValueError as error:
        raise StoreError(
            "Edit {number} of the run {error}; restore run.sqlite from a copy.",
            number=number, error=reason(error),
        ) from error
    return samples, old, new
