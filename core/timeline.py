"""Recorded epochs to frames and back."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Timeline:
    """Recorded epoch k stands on frame first_frame + k * frames_per_record."""

    first_frame: int
    frames_per_record: float
    records: int

    @property
    def last_frame(self) -> float:
        """The frame of the newest recorded epoch."""
        return self.frame_of_record(max(0, self.records - 1))

    def frame_of_record(self, record: float) -> float:
        """The frame, fractions included, of a recorded epoch."""
        return self.first_frame + record * self.frames_per_record

    def record_of_frame(self, frame: float) -> float:
        """The recorded epoch, fractions included, that a frame shows; before the first and after the last, those."""
        record = (frame - self.first_frame) / self.frames_per_record
        return min(max(record, 0.0), float(max(0, self.records - 1)))

    @staticmethod
    def record_of_step(steps: Sequence[int], step: int) -> int:
        """The first recorded epoch at or after `step`; the last one if none is. steps: ascending, one a record."""
        if not steps:
            return 0
        return min(bisect_left(steps, step), len(steps) - 1)

    @staticmethod
    def record_of_label(steps: Sequence[int], applied_step: int) -> int:
        """The first recorded epoch that knows a label taken in at `applied_step`: that of a later step."""
        return Timeline.record_of_step(steps, applied_step + 1)

    def frame_of_change(self, record: int) -> float:
        """The frame from which recorded labels are those of `record`: they do not blend, the nearest epoch's are shown."""
        return max(float(self.first_frame), self.frame_of_record(record - 0.5))
