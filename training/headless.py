"""Training without Blender: the same thread, run until it has made its steps. Imports torch late."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..core import palette
from ..core.categories import Category
from ..core.edits import LabelEdit, new_id
from ..core.errors import TrainerError
from ..core.version import PROTOCOL, VERSION
from . import causes, protocol
from .datasets.dataset import Progress
from .datasets.reference import DatasetRef
from .opening import OpenRun, open_run
from .orders import Orders
from .store import RunStore
from .training_thread import TrainingThread

FOREVER = 1e9


@dataclass(frozen=True)
class Outcome:
    """What a training run came to."""

    run: str
    samples: int
    labelled: int
    steps: int
    epochs: float
    seconds: float
    metrics: dict[str, float]
    warnings: tuple[str, ...]


class Listener:
    """Takes the trainer's messages in place of Blender: progress, warnings, the reason of a failure."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.steps = 0
        self.epoch = 0.0
        self.metrics: dict[str, float] = {}
        self.failure = ""
        self.warnings: list[str] = []
        self.begin, self.target = 0, 1

    def send(self, message: protocol.Message) -> None:
        """Take one message; called from the training thread too."""
        if isinstance(message, protocol.Snapshot):
            self.steps, self.epoch, self.metrics = message.step, message.epoch, dict(message.metrics)
            share = (message.step - self.begin) / max(1, self.target - self.begin)
            self.progress(min(1.0, share), f"Step {message.step:,} of {self.target:,}")
        elif isinstance(message, protocol.Status) and message.state == "LOADING":
            self.progress(message.progress, message.sentence)
        elif isinstance(message, protocol.Failed):
            if message.fatal or message.code == causes.DIVERGED:
                self.failure = message.sentence
            else:
                self.warnings.append(message.sentence)


def train(
    run: Path,
    reference: DatasetRef | None,
    config: Mapping[str, Any],
    steps: int,
    labels: Mapping[str, str],
    progress: Progress,
    trusted: tuple[str, ...] = (),
    annotator: str = "",
    stopped: Callable[[], bool] = bool,
    disk_limit: float | None = None,
) -> Outcome:
    """Train a new run on `reference`, or (None) the one in the folder, `steps` steps further.

    labels: {sample id: category name}, taken in before the first step. stopped: asked now and then; True ends early with
    a checkpoint. disk_limit: GB that recorded epochs may take; None leaves it. Raises LatentError with one sentence.
    """
    begun = time.monotonic()
    listener = Listener(progress)
    message = protocol.Open(
        VERSION, PROTOCOL, uuid.uuid4().hex, str(run), reference, dict(config), annotator, list(trusted)
    )
    opened = open_run(message, listener.send)
    try:
        if opened.missing:
            raise TrainerError(opened.missing)
        if disk_limit is not None:
            opened.store.set_limit(disk_limit)
        if labels:
            import_labels(opened.store, labels, message)
        listener.begin, listener.target = opened.step, opened.step + steps
        run_thread(opened, listener, stopped)
        labelled = int(np.count_nonzero(opened.store.labels))
        return Outcome(
            str(run),
            len(opened.store.samples),
            labelled,
            listener.steps,
            listener.epoch,
            time.monotonic() - begun,
            listener.metrics,
            tuple(listener.warnings),
        )
    finally:
        opened.store.close()


def run_thread(opened: OpenRun, listener: Listener, stopped: Callable[[], bool]) -> None:
    """Let the training thread make its steps, write its checkpoint, and end. Raises TrainerError where it failed."""
    orders = Orders(opened.store.labels, opened.store.edits)
    thread = TrainingThread(opened, orders, listener.send)
    orders.tell(until_step=listener.target, lease_ends=time.monotonic() + FOREVER, paused=False)
    thread.start()
    try:
        while thread.is_alive() and listener.steps < listener.target and not stopped():
            thread.join(0.05)
    finally:
        orders.tell(closing=True)
        thread.join()
    if listener.failure:
        raise TrainerError(listener.failure)


def import_labels(store: RunStore, labels: Mapping[str, str], message: protocol.Open) -> int:
    """Give samples the categories that a file names, as one edit. Returns how many changed. Raises TrainerError.

    Categories that are not there yet are made; an empty name takes a label away.
    """
    rows = {text: row for row, text in enumerate(store.sample_ids())}
    unknown = [key for key in labels if key not in rows]
    if unknown:
        raise TrainerError(
            f"{len(unknown):,} of {len(labels):,} labels are of samples that the run does not hold, the first is "
            f"{unknown[0][:40]!r}; are they of this data?"
        )
    categories = store.categories()
    numbers = {category.name: category.id for category in categories}
    for name in sorted({name for name in labels.values() if name}):
        if name not in numbers:
            number = max([0, *numbers.values(), int(store.labels.max(initial=0))]) + 1
            numbers[name] = number
            categories.append(Category(number, name[:60], palette.colour_for(number)))
    changed = [(rows[key], numbers.get(name, 0)) for key, name in labels.items()]
    changed = sorted((row, number) for row, number in changed if store.labels[row] != number)
    store.set_categories(categories)
    if not changed:
        return 0
    places = np.array([row for row, _ in changed], dtype=np.int32)
    store.apply_edits(
        [
            LabelEdit(
                edit_id=new_id(),
                gesture_id=new_id(),
                client_id=message.client_id,
                source="IMPORT",
                mode="IMPORT",
                samples=store.samples[places],
                old=store.labels[places],
                new=np.array([number for _, number in changed], dtype=np.int32),
                annotator=message.annotator,
                created_unix=time.time(),
            )
        ]
    )
    return len(changed)
