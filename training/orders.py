"""What the control thread wants of the training thread. Standard library and numpy."""

from __future__ import annotations

import threading

from ..core.arrays import Int32Array
from .asking import Question
from .config import Forces


class Orders:
    """What the control thread wants of the training thread. Guarded by `condition`."""

    def __init__(self, labels: Int32Array, edits: int) -> None:
        self.condition = threading.Condition()
        self.labels, self.edits = labels, edits
        self.forces: Forces | None = None
        self.layer = "z"
        self.asked: list[Question] = []
        self.until_step = 0
        self.lease_ends = 0.0
        self.paused = True
        self.saves: list[str] = []
        self.closing = False

    def tell(self, **values: object) -> None:
        """Change orders and wake the training thread."""
        with self.condition:
            for name, value in values.items():
                setattr(self, name, value)
            self.condition.notify()
