"""Label edits: what changed, from what to what, and how it came about. Pure numpy.

An edit is the unit that travels, is acknowledged and is kept for ever in the run; it is applied once, whatever is resent.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import numpy as np

from .arrays import Float32Array, Float64Array, Int32Array
from .errors import LabelError

SOURCES = ("MOUSE", "VR", "SCRIPT", "SUGGESTION", "IMPORT", "UNDO", "REDO", "MERGE", "DELETE")
MODES = ("ASSIGN", "CLEAR", "MERGE", "DELETE", "UNDO", "IMPORT")


@dataclass(frozen=True, eq=False)
class LabelEdit:
    """One change of labels by one gesture.

    samples, old, new: (n,) int32, samples strictly ascending run numbers, old and new category ids (0 unlabelled).
    edit_id: unique, made by the client; gesture_id: shared by what one gesture caused. displayed_step: the step whose
    positions the annotator saw. polygon: (V, 2) float32 pixels of a loop or box, view: (4, 4) float64 the projection it was
    drawn in, viewport: its size in pixels; each None where there was no loop. Without a view, the polygon is (V, 3) a VR
    stroke's corners, or else (V, 4) a brush's spheres, centre and radius in the cloud's own space.
    """

    edit_id: str
    gesture_id: str
    client_id: str
    source: str
    mode: str
    samples: Int32Array
    old: Int32Array
    new: Int32Array
    displayed_step: int = 0
    annotator: str = ""
    polygon: Float32Array | None = None
    view: Float64Array | None = None
    viewport: tuple[int, int] | None = None
    duration_s: float = 0.0
    created_unix: float = 0.0

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise LabelError(
                "An edit came from {source!r}; it must be one of {known}.",
                source=self.source,
                known=", ".join(SOURCES),
            )
        if self.mode not in MODES:
            raise LabelError("An edit has mode {mode!r}; it must be one of {known}.", mode=self.mode, known=", ".join(MODES))
        if not (self.samples.ndim == self.old.ndim == self.new.ndim == 1):
            raise LabelError("An edit must name its samples, old and new categories one after another; flatten them.")
        if not (len(self.samples) == len(self.old) == len(self.new)):
            raise LabelError("An edit names a different number of samples, old and new categories; give as many of each.")
        if len(self.samples) > 1 and not bool(np.all(np.diff(self.samples) > 0)):
            raise LabelError("An edit must name each sample once, in ascending order; sort them.")


def new_id() -> str:
    """A unique id for an edit or a gesture: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def difference(
    samples: Int32Array, acknowledged: Int32Array, current: Int32Array
) -> tuple[Int32Array, Int32Array, Int32Array]:
    """What differs between two labellings, each (N,) int32 aligned with `samples` (N,).

    Returns (samples, old, new), each (n,) int32, in ascending order of sample where `samples` ascends.
    """
    rows = np.flatnonzero(acknowledged != current)
    return samples[rows], acknowledged[rows], current[rows]


def inverse(edit: LabelEdit, client_id: str, displayed_step: int, created_unix: float) -> LabelEdit:
    """The edit that takes `edit` back. It shares the gesture's id, so that one can see what was taken back."""
    return LabelEdit(
        edit_id=new_id(),
        gesture_id=edit.gesture_id,
        client_id=client_id,
        source="UNDO",
        mode="UNDO",
        samples=edit.samples,
        old=edit.new,
        new=edit.old,
        displayed_step=displayed_step,
        annotator=edit.annotator,
        created_unix=created_unix,
    )


def apply(labels: Int32Array, rows: Int32Array, edit: LabelEdit) -> Int32Array:
    """A copy of `labels` (N,) with the edit's new categories at `rows` (n,), the rows of its samples."""
    result = labels.copy()
    result[rows] = edit.new
    return result
