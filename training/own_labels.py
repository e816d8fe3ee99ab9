"""The labels that the data came with: a run's first edit, which is nobody's act. They are there from epoch 0 on.

Standard library and numpy.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np

from ..core import outside_json
from ..core.arrays import Int32Array
from .edit_rows import points_of
from .reading import connect_to_read, points_columns, reads


@reads
def number(_folder: Path, connection: sqlite3.Connection) -> int:
    """The number of the edit of a run that holds them, 0 where its data came with none. Raises StoreError.

    A label file that somebody imported as a first act is an edit of the same kind, so what the data held is asked too.
    """
    told = connection.execute("SELECT value FROM meta WHERE key = 'description'").fetchone()
    first = connection.execute("SELECT number, mode FROM edits ORDER BY number LIMIT 1").fetchone()
    if not told or not first or first[1] != "IMPORT" or not outside_json.parse(told[0]).get("labelled"):
        return 0
    return int(first[0])


@reads
def read(folder: Path, samples: int) -> Int32Array | None:
    """(N,) int32: the labels that the data of a run of N samples came with; None without any. Raises StoreError."""
    connection = connect_to_read(folder)
    try:
        own = number(folder, connection)
        if not own:
            return None
        query = f"SELECT {points_columns(connection)} FROM edits WHERE number = ?"
        rows, _, new = points_of(connection.execute(query, (own,)).fetchone(), samples)
    finally:
        connection.close()
    labels = np.zeros(samples, dtype=np.int32)
    labels[rows] = new
    return labels
