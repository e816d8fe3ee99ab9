"""A sample's own picture for its card, read when somebody looks at it: by a thread of its own, for labels wait for nothing.

Only the newest question is answered. Needs Pillow, as opening the pictures did; whatever cannot be shown is answered with no
pixels, and the card keeps the small picture that it has.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..core.arrays import Int32Array, UInt8Array
from ..core.errors import DataError
from .datasets import Dataset
from .datasets.images import Picture, fitted_into
from .datasets.own_file import opened
from .told import AskPicture, PictureTold

LARGEST = 1024
"""Pixels of a side that are sent at most."""
NOTHING: UInt8Array = np.zeros((0, 0, 3), dtype=np.uint8)


def answer(dataset: Dataset | None, root: Path, samples: Int32Array, question: AskPicture) -> PictureTold:
    """The picture of a sample, no side longer than asked. root: the data's folder; samples: (N,) int32, the run's, ascending."""
    try:
        return PictureTold(question.request, question.sample, picture(dataset, root, samples, question))
    except DataError:
        return PictureTold(question.request, question.sample, NOTHING)


def picture(dataset: Dataset | None, root: Path, samples: Int32Array, question: AskPicture) -> UInt8Array:
    """(H, W, 3) uint8; empty where the data has no pictures in files of their own. Raises DataError where it cannot be read."""
    if dataset is None or dataset.description.kind != "image" or dataset.media is None:
        return NOTHING
    row = int(np.searchsorted(samples, question.sample))
    if row >= len(samples) or samples[row] != question.sample or question.side < 1:
        return NOTHING
    file = dataset.media[row].file
    with opened(root, file) as stream:
        return fitted_into(Picture(Path(file).name, lambda: stream), min(question.side, LARGEST))


class Showing:
    """Answers questions for pictures of one run."""

    def __init__(self, dataset: Dataset | None, root: Path, samples: Int32Array, send: Callable[[PictureTold], None]) -> None:
        self._data = (dataset, root, samples)
        self._send = send
        self._condition = threading.Condition()
        self._asked: AskPicture | None = None
        self._thread: threading.Thread | None = None

    def ask(self, question: AskPicture) -> None:
        """Answer this; one that was not begun yet is dropped, for the mouse has gone on."""
        with self._condition:
            self._asked = question
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="latent-pictures", daemon=True)
                self._thread.start()
            self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                while self._asked is None:
                    self._condition.wait()
                question, self._asked = self._asked, None
            begun = time.monotonic()
            self._send(answer(*self._data, question))
            time.sleep(min(1.0, time.monotonic() - begun))  # large ones one after another leave half of the time to training
