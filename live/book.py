"""The label difference: what the mesh says, what the trainer acknowledged, and the edits on their way between.

Every way a label can change (mouse, VR, script, undo, redo, file load, reconnect) ends in the same comparison, so none
can be forgotten. Pure numpy; knows neither mesh nor stream.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ..core import edits
from ..core.arrays import Float32Array, Float64Array, Int32Array
from ..core.edits import LabelEdit


@dataclass(frozen=True)
class Gesture:
    """How a label came about: kept with the edit in the run, so that results can be traced to what a person did."""

    source: str = "SCRIPT"
    mode: str = "ASSIGN"
    gesture_id: str = ""
    polygon: Float32Array | None = None
    view: Float64Array | None = None
    viewport: tuple[int, int] | None = None
    duration_s: float = 0.0


@dataclass(frozen=True, eq=False)
class Drawn:
    """The positions (N, 3) float32 that a gesture was drawn on: adjusting it later means them, though the cloud moves on."""

    gesture_id: str
    positions: Float32Array


class LabelBook:
    """What of a cloud's labels is acknowledged, what is on its way, and what can be taken back.

    `samples` (N,) int32 are the run's sample numbers; every other array here is aligned with it.
    """

    def __init__(self, samples: Int32Array, acknowledged: Int32Array, client_id: str, annotator: str) -> None:
        self.samples = samples
        self.acknowledged = acknowledged.copy()
        self.sent = acknowledged.copy()
        self.client_id = client_id
        self.annotator = annotator
        self.pending: dict[str, LabelEdit] = {}
        self.history: list[LabelEdit] = []
        self.sent_count = 0
        self.acknowledged_count = 0

    def difference(self, current: Int32Array, gesture: Gesture, displayed_step: int) -> LabelEdit | None:
        """The edit that takes what was sent to `current` (N,) int32, or None where nothing differs.

        The edit counts as sent; hand it to the trainer at once.
        """
        samples, old, new = edits.difference(self.samples, self.sent, current)
        if len(samples) == 0:
            return None
        edit = LabelEdit(
            edit_id=edits.new_id(),
            gesture_id=gesture.gesture_id or edits.new_id(),
            client_id=self.client_id,
            source=gesture.source,
            mode=gesture.mode,
            samples=samples,
            old=old,
            new=new,
            displayed_step=displayed_step,
            annotator=self.annotator,
            polygon=gesture.polygon,
            view=gesture.view,
            viewport=gesture.viewport,
            duration_s=gesture.duration_s,
            created_unix=time.time(),
        )
        self.sent = current.copy()
        self.pending[edit.edit_id] = edit
        self.history.append(edit)
        self.sent_count += len(samples)
        return edit

    def acknowledge(self, edit_ids: list[str]) -> int:
        """Count the edits that reached the disk as acknowledged. Returns how many labels they held."""
        labels = 0
        for edit_id in edit_ids:
            edit = self.pending.pop(edit_id, None)
            if edit is None:  # a resent edit is acknowledged twice
                continue
            rows = np.searchsorted(self.samples, edit.samples)
            self.acknowledged[rows] = edit.new
            labels += len(edit.samples)
        self.acknowledged_count += labels
        return labels

    def unsent(self) -> list[LabelEdit]:
        """Edits not acknowledged yet, oldest first, with their ids: resent after a reconnect, applied once."""
        return list(self.pending.values())

    def last(self, passed: Collection[str] = ()) -> LabelEdit | None:
        """The newest edit that was not itself an undo, was not taken back and is none of the gestures in `passed`, or None."""
        undone = {edit.gesture_id for edit in self.history if edit.mode == "UNDO"}.union(passed)
        for edit in reversed(self.history):
            if edit.mode != "UNDO" and edit.gesture_id not in undone:
                return edit
        return None

    def carry_over(self, older: LabelBook) -> None:
        """Take over what an earlier trainer of the same run had not acknowledged, to be sent again.

        Its edits are rebuilt in order on top of what the run holds; those it already holds change nothing there.
        """
        self.history = older.history
        self.sent_count, self.acknowledged_count = older.sent_count, older.acknowledged_count
        for edit in older.unsent():
            rows = np.searchsorted(self.samples, edit.samples)
            self.sent[rows] = edit.new
            self.pending[edit.edit_id] = replace(edit)
