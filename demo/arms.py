"""Control arms of the demo: the same trainer, seed and steps, with no labels or with names shuffled.

They talk to a real trainer over the same stream as Blender does, without a cloud. Uses the package it is given, which
is the installed extension.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

Import = Callable[[str], ModuleType]


@dataclass(frozen=True)
class Act:
    """One lasso of the main run: the steps reached when it came, the sample numbers it took, the category it gave."""

    step: int
    samples: np.ndarray
    category: int
    name: str


@dataclass(frozen=True)
class Plan:
    """What every arm repeats: where the trainer is, which data, which seed, which acts, how many steps in all."""

    python: str
    folder: Path
    seed: int
    acts: tuple[Act, ...]
    steps: int


def shuffled(acts: tuple[Act, ...], seed: int) -> tuple[Act, ...]:
    """The same loops with the names dealt out anew, so that a loop gets another's name wherever that is possible."""
    names = [(act.category, act.name) for act in acts]
    order = random.Random(seed)
    best = names
    for _ in range(200):
        dealt = names[:]
        order.shuffle(dealt)
        if sum(a == b for a, b in zip(dealt, names, strict=True)) < sum(
            a == b for a, b in zip(best, names, strict=True)
        ):
            best = dealt
    return tuple(
        Act(act.step, act.samples, category, name)
        for act, (category, name) in zip(acts, best, strict=True)
    )


def run_arm(load: Import, plan: Plan, name: str, acts: tuple[Act, ...]) -> np.ndarray:
    """Train `plan.steps` steps with `acts` given where the main run gave its own.

    Returns the positions reached, (N, 3) float32. Raises the package's TrainerError if the trainer fails.
    """
    arm = Arm(load, plan, name)
    try:
        labels = np.zeros(arm.size, dtype=np.int32)
        for act in acts:
            arm.train_to(act.step)
            arm.give(labels, act)
        return arm.train_to(plan.steps)
    finally:
        arm.client.close(8.0)


class Arm:
    """One control run and its trainer."""

    def __init__(self, load: Import, plan: Plan, name: str) -> None:
        self.protocol: Any = load("training.protocol")
        self.edits: Any = load("core.edits")
        self.categories: Any = load("core.categories")
        self.palette: Any = load("core.palette")
        self.errors: Any = load("core.errors")
        version: Any = load("core.version")
        reference: Any = load("training.datasets.reference")
        run_path = plan.folder / f"{name}.latent"
        self.client: Any = load("training.client").TrainerClient.start(plan.python, plan.folder / f"{name}.log")
        self.client.send(
            self.protocol.Open(
                version=version.VERSION,
                protocol=version.PROTOCOL,
                client_id=name,
                run_path=str(run_path),
                dataset=reference.DatasetRef(kind="digits", path="", options={}),
                config={"seed": plan.seed, "threads": 1},
                annotator="demo",
            )
        )
        self.positions: np.ndarray = np.empty((0, 3), dtype=np.float32)
        self.step = -1
        self.named: list[Any] = []
        opened = self.wait_for(self.protocol.Opened)
        self.size = len(opened.samples)
        self.step, self.positions = opened.step, np.array(opened.positions)

    def wait_for(self, kind: type, done: Callable[[Any], bool] = lambda message: True) -> Any:
        """The next message of this kind for which `done` holds."""
        while True:
            for message in self.client.poll():
                if isinstance(message, self.protocol.Failed) and message.fatal:
                    raise self.errors.TrainerError(message.sentence)
                if isinstance(message, kind) and done(message):
                    return message
            time.sleep(0.01)

    def train_to(self, step: int) -> np.ndarray:
        """Let the trainer reach `step`. Returns the positions there."""
        granted = 0.0
        while self.step < step:
            if time.monotonic() - granted > 2.0:
                self.client.send(self.protocol.Lease(until_step=step, ttl_s=10.0))
                granted = time.monotonic()
            for message in self.client.poll():
                if isinstance(message, self.protocol.Failed) and message.fatal:
                    raise self.errors.TrainerError(message.sentence)
            snapshot = self.client.take_snapshot()
            if snapshot is not None:
                self.step, self.positions = snapshot.step, np.array(snapshot.positions)
            time.sleep(0.01)
        return self.positions

    def give(self, labels: np.ndarray, act: Act) -> None:
        """Label what `act` says and wait until it is on disk."""
        if all(c.id != act.category for c in self.named):
            self.named.append(self.categories.Category(act.category, act.name, self.palette.colour_for(act.category)))
            self.client.send(self.protocol.SetCategories(request="categories", categories=list(self.named)))
        edit_id = self.edits.new_id()
        edit = self.edits.LabelEdit(
            edit_id=edit_id,
            gesture_id=edit_id,
            client_id="demo",
            source="SCRIPT",
            mode="ASSIGN",
            samples=act.samples.astype(np.int32),
            old=labels[act.samples].copy(),
            new=np.full(len(act.samples), act.category, dtype=np.int32),
            displayed_step=self.step,
            annotator="demo",
            polygon=None,
            view=None,
            viewport=None,
            duration_s=0.0,
            created_unix=time.time(),
        )
        labels[act.samples] = act.category
        self.client.send(self.protocol.ApplyEdits(edits=[edit]))
        self.wait_for(self.protocol.Acknowledged, lambda message: edit_id in message.edit_ids)
