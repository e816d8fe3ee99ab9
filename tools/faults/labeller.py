"""The scripted labeller: the very client, book and restart that Blender uses, without Blender."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from latent_lasso.core.categories import Category
from latent_lasso.core.palette import colour_for
from latent_lasso.live.book import Gesture
from latent_lasso.live.running import Request, RunningTrainer
from latent_lasso.training import protocol
from latent_lasso.training.datasets.reference import DatasetRef

from . import COLUMNS, POINTS
from .journal import Journal

CATEGORIES = 5
MOST = 40
"""Labels in one edit, at most."""


class Labeller:
    """Labels random points now and then, notes what is acknowledged, and knows how long it had to wait."""

    def __init__(self, python: Path, folder: Path, rng: np.random.Generator) -> None:
        data = folder / "points.npy"
        if not data.exists():
            np.save(data, np.random.default_rng(7).normal(size=(POINTS, COLUMNS)).astype(np.float32))
        self.rng = rng
        self.journal = Journal(folder / "acknowledged.jsonl")
        self.run_path = folder / "run.latent"
        dataset = None if (self.run_path / "run.sqlite").exists() else DatasetRef("auto", str(data))
        request = Request("faults", self.run_path, dataset, {"threads": 1, "seed": 1})
        self.trainer = RunningTrainer(str(python), folder / "run.log", request)
        self.shown: list[int] | None = None
        self.labels = np.zeros(POINTS, dtype=np.int32)
        self.sentences: list[str] = []
        self.snapshots = 0
        self.next_label = 0.0
        self.next_save = time.monotonic() + 1.0
        self.longest_wait = 0.0

    def turn(self, labelling: bool = True) -> None:
        """What a tick does: take messages in, label if it is time, let the trainer train. How long it took is kept."""
        begin = time.monotonic()
        for message in self.trainer.client.poll():
            self._take(message, begin)
        if self.trainer.client.take_snapshot() is not None:
            self.snapshots += 1
        if self.trainer.ready:
            if labelling and begin >= self.next_label:
                self.next_label = begin + float(self.rng.uniform(0.0, 0.06))
                self.label()
            if begin - self.trainer.lease_granted > 0.5:
                self.trainer.lease(10**9, 10.0, begin)
            if labelling and begin >= self.next_save:
                self.next_save = begin + float(self.rng.uniform(0.2, 2.0))
                self.trainer.save()
        self.longest_wait = max(self.longest_wait, time.monotonic() - begin)
        time.sleep(0.002)

    def _take(self, message: protocol.Message, now: float) -> None:
        trainer = self.trainer
        if isinstance(message, protocol.Opened):
            trainer.adopt(message, now)
            self.shown = [int(value) for value in message.category]
            if not message.categories:
                categories = [Category(n, f"c{n}", colour_for(n)) for n in range(1, CATEGORIES + 1)]
                trainer.client.send(protocol.SetCategories("categories", categories))
        elif isinstance(message, protocol.Acknowledged) and trainer.book is not None:
            for edit_id in message.edit_ids:
                edit = trainer.book.pending.get(edit_id)
                if edit is not None:
                    self.journal.acknowledged(edit_id, edit.gesture_id, edit.samples.tolist(), edit.new.tolist())
            trainer.book.acknowledge(message.edit_ids)
        elif isinstance(message, protocol.Failed):
            self.sentences.append(message.sentence)
            if message.fatal and not trainer.failure:
                trainer.failure, trainer.code = message.sentence, message.code

    def label(self) -> None:
        """Give some points a category, as the tick's difference would send it."""
        book = self.trainer.book
        assert book is not None
        current = book.sent.copy()
        rows = self.rng.choice(POINTS, size=int(self.rng.integers(1, MOST)), replace=False)
        current[rows] = self.rng.integers(0, CATEGORIES + 1)
        edit = book.difference(current, Gesture(), self.trainer.step)
        if edit is not None:
            self.trainer.send_edit(edit)

    def restart(self) -> None:
        """What Blender does when the trainer died."""
        begin = time.monotonic()
        self.shown = None
        self.trainer.restart()
        self.longest_wait = max(self.longest_wait, time.monotonic() - begin)

    @property
    def settled(self) -> bool:
        """The run is open and nothing is on its way."""
        book = self.trainer.book
        return self.shown is not None and self.trainer.ready and book is not None and not book.pending

    def close(self) -> None:
        """End the trainer in good order."""
        begin = time.monotonic()
        self.trainer.close(8.0)
        self.longest_wait = max(self.longest_wait, time.monotonic() - begin)
        self.journal.close()
