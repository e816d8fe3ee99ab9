"""The process that is written down: a real trainer, labelled, saved, thinned out. `labelling.py ROOT first|second [network]`.

It serves in this process, on a pipe that a scripted person writes to; what it answers goes to ROOT/answers, so that an
acknowledgement stands in the sequence of writes at its own place.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from latent_lasso.core.categories import Category
from latent_lasso.core.edits import LabelEdit
from latent_lasso.core.errors import ProtocolError
from latent_lasso.core.version import PROTOCOL, VERSION
from latent_lasso.training import filesystem, frames, protocol, thinning
from latent_lasso.training.datasets.reference import DatasetRef
from latent_lasso.training.server import Server

SAMPLES = 700
EDITS = 12
STEPS = 8
"""A label: two recorded epochs."""
PATIENCE = 120.0


def edit(number: int) -> LabelEdit:
    """The edit of this number: known by it, so that a reader can tell whether it is whole. Every fourth one is large."""
    count = 600 if number % 4 == 3 else 1 + number % 5
    samples = np.arange(count, dtype=np.int32) + number
    old, new = np.zeros(count, dtype=np.int32), np.full(count, number + 1, dtype=np.int32)
    return LabelEdit(f"edit-{number}", f"gesture-{number}", "client", "MOUSE", "ASSIGN", samples, old, new)


class Answers(io.RawIOBase):
    """What the trainer says: written down in ROOT/answers, and read here."""

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.said = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        raw = bytes(data)  # type: ignore[call-overload]
        self.said += raw
        return os.write(self.descriptor, raw)

    def messages(self) -> list[protocol.Message]:
        """Every whole message so far."""
        return messages_in(bytes(self.said))


def messages_in(data: bytes) -> list[protocol.Message]:
    """The whole messages that `data` begins with."""
    stream, found = io.BytesIO(data), []
    with contextlib.suppress(ProtocolError):  # the last one is not whole yet
        while (message := frames.read(stream)) is not None:  # type: ignore[arg-type]
            found.append(message)
    return found


class Person(threading.Thread):
    """Labels, trains, saves, ends; waits for each answer."""

    def __init__(self, pipe: int, answers: Answers, run: Path, data: DatasetRef | None, edits: range) -> None:
        super().__init__(daemon=True)
        self.pipe, self.answers, self.run_, self.data, self.edits = pipe, answers, run, data, edits

    def send(self, message: protocol.Message) -> None:
        """One message to the trainer."""
        for piece in frames.encode(message):
            os.write(self.pipe, piece)

    def wait(self, kind: type, count: int) -> None:
        """Until so many messages of a kind have come."""
        self.until(lambda: sum(isinstance(message, kind) for message in self.answers.messages()) >= count)

    @staticmethod
    def until(met: Callable[[], bool]) -> None:
        """Until a condition is met. Raises TimeoutError."""
        end = time.monotonic() + PATIENCE
        while not met():
            if time.monotonic() > end:
                raise TimeoutError("the trainer did not answer")
            time.sleep(0.01)

    def run(self) -> None:
        """One session."""
        config = {"threads": 1, "seed": 0}
        self.send(protocol.Open(VERSION, PROTOCOL, "client", str(self.run_), self.data, config if self.data else {}, "", []))
        self.wait(protocol.Opened, 1)
        self.send(protocol.SetCategories("c", [Category(n, f"category {n}", (0.5, 0.5, 0.5)) for n in range(1, EDITS + 1)]))
        for count, number in enumerate(self.edits, 1):
            self.send(protocol.ApplyEdits([edit(number)]))
            self.wait(protocol.Acknowledged, count + 1)
            step = STEPS * (number + 1)
            self.send(protocol.Lease(step, PATIENCE))
            self.until(lambda step=step: any(isinstance(m, protocol.Snapshot) and m.step >= step for m in self.answers.messages()))
            if count % 3 == 0:
                self.send(protocol.Save(f"save-{number}"))
                self.wait(protocol.Saved, count // 3)
        self.send(protocol.Close())
        os.close(self.pipe)


def session(root: Path, data: DatasetRef | None, edits: range) -> int:
    """One trainer from open to close."""
    inlet, outlet = os.pipe()
    answers = Answers(root / "answers")
    person = Person(outlet, answers, root / "run.latent", data, edits)
    person.start()
    with os.fdopen(inlet, "rb") as source:
        code = Server(source, answers).serve()  # type: ignore[arg-type]
    person.join(10.0)
    return code


def main() -> int:
    """One of the two sessions on one run, each a process of its own: a trainer ends its process when its stream has ended."""
    root = Path(sys.argv[1])
    if "network" in sys.argv:
        filesystem.is_network = lambda folder: True
    thinning.MOST_RECORDS = 8
    rng = np.random.default_rng(0)
    np.savez(root.parent / "data.npz", x=rng.normal(size=(SAMPLES, 6)).astype(np.float32))
    half = EDITS // 2
    reference = DatasetRef("arrays", str(root.parent / "data.npz"))
    return session(root, reference, range(half)) if "first" in sys.argv else session(root, None, range(half, EDITS))


if __name__ == "__main__":
    sys.exit(main())
