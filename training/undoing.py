"""The last act in a run that still stands, so that taking back reaches beyond a restart. Standard library and numpy."""

from __future__ import annotations

from pathlib import Path

from ..core.edits import LabelEdit
from . import own_labels
from .edit_rows import points_of
from .reading import connect_to_read, points_columns, reads


@reads
def last_standing(folder: Path, passed: set[str]) -> LabelEdit | None:
    """The newest edit of the run that was not taken back and is none of the gestures in `passed`; None where none is left.

    What an edit took back stays in the history: it is told by the gesture that it shares with the edit that did. The labels that
    the data came with are nobody's act. Raises StoreError.
    """
    database = connect_to_read(folder)
    try:
        count = int(database.execute("SELECT COUNT(*) FROM samples").fetchone()[0])
        undone = {row[0] for row in database.execute("SELECT DISTINCT gesture_id FROM edits WHERE mode = 'UNDO'")} | passed
        own = own_labels.number(folder, database)
        query = "SELECT number, gesture_id, mode FROM edits ORDER BY number DESC"
        for number, gesture, mode in database.execute(query):
            if mode == "UNDO" or gesture in undone or number == own:
                continue
            row = database.execute(f"SELECT {points_columns(database)} FROM edits WHERE number = ?", (number,)).fetchone()
            samples, old, new = points_of(row, count)
            return LabelEdit("", gesture, "", "UNDO", "UNDO", samples, old, new)
    finally:
        database.close()
    return None
