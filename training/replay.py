"""Running a run again from what its engine was told: labels, forces, checkpoints, in order, at their steps. Imports torch.

On one thread, with the same versions, every recorded epoch comes out bit for bit; where it does not, what differs is said.
"""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..core.arrays import Float32Array
from ..core.errors import StoreError
from . import same_data
from .config import Forces, TrainConfig
from .datasets.dataset import Dataset, Progress
from .engine import Engine
from .opening import versions
from .run_view import RunView
from .segments import read_sample


@dataclass(frozen=True)
class Replayed:
    """records: how many recorded epochs were compared, equal: how many came out bit for bit. first: the step of the first

    that did not, -1 where all did; distance: how far its farthest point lies off, in room units, NaN where that epoch is
    not kept any more. differs: what is not as it was when the run was made.
    """

    steps: int
    records: int
    equal: int
    first: int
    distance: float
    differs: tuple[str, ...]


def replay(run: Path, progress: Progress, trusted: tuple[str, ...] = (), threads: int = 0) -> Replayed:
    """Repeat the run in a folder and compare. threads: 0 takes as many as the run did. Raises StoreError or DataError."""
    view = RunView(run)
    try:
        log = view.engine_log()
        if not any(what == "start" for _, what, _ in log):
            raise StoreError(
                "The run in {run} kept no log of its engine (an older version made it, or it never trained), so it cannot be "
                "replayed; train a new run.",
                run=run,
            )
        meta = view.meta
        dataset, _different = same_data.read(view, same_data.reference(view), progress)
        chosen = threads or int(meta["threads"])
        config = TrainConfig.from_dict({**meta["configuration"], "threads": chosen})
        differs = differences(meta, chosen)
        body = None
        if config.encoder:
            from .encoders import own

            body = own.load(run, config, trusted, dataset.features.shape[1:])
        return Player(view, dataset, config, body, progress).play(log, differs)
    finally:
        view.close()


def differences(meta: dict[str, Any], threads: int) -> list[str]:
    """What is not as it was when the run was made."""
    now = versions()
    found = [
        f"{name} {was} then, {now.get(name, 'none')} now"
        for name, was in meta["versions"].items()
        if now.get(name, "none") != was
    ]
    if threads != int(meta["threads"]):
        found.append(f"{meta['threads']} threads then, {threads} now")
    elif threads > 1:
        found.append(f"{threads} threads, whose sums are not always added in the same order")
    return found


class Player:
    """One engine that is led through the log."""

    def __init__(
        self, view: RunView, dataset: Dataset, config: TrainConfig, body: Any, progress: Progress
    ) -> None:
        self.view, self.dataset, self.config, self.body, self.progress = view, dataset, config, body, progress
        self.engine: Engine | None = None
        self.states: dict[int, dict[str, Any]] = {}
        self.made = 0

    def play(self, log: list[tuple[int, str, Any]], differs: list[str]) -> Replayed:
        """Do what the log says, and compare every recorded epoch."""
        records = equal = 0
        first, distance = -1, 0.0

        def compare(step: int, crc: int) -> None:
            nonlocal records, equal, first, distance
            assert self.engine is not None
            records += 1
            positions = self.engine.positions()
            assert positions is not None
            if zlib.crc32(np.ascontiguousarray(positions, dtype="<f4").tobytes()) == crc:
                equal += 1
            elif first < 0:
                first, distance = step, self.distance(step, positions)

        self.follow(log, compare)
        return Replayed(self.made, records, equal, first, distance, tuple(differs))

    def follow(self, log: list[tuple[int, str, Any]], recorded: Callable[[int, int], None]) -> None:
        """Do what the log says; recorded is told the step and the CRC of each epoch when the engine is there."""
        resumed = {step for step, what, value in log if what == "start" and value["checkpoint"]}
        last = max((step for step, _, _ in log), default=0)
        for step, what, value in log:
            if what == "start":
                self.start(step, value)
                continue
            assert self.engine is not None
            while self.engine.step_count < step:
                self.engine.step()
                self.made += 1
                if self.made % 20 == 0:
                    self.progress(
                        min(1.0, self.engine.step_count / max(1, last)),
                        f"Step {self.engine.step_count:,} of {last:,}",
                    )
            if what == "labels":
                self.engine.set_labels(self.view.labels_after(int(value)))
            elif what == "forces":
                self.engine.set_forces(Forces(**value))
            elif what == "checkpoint" and step in resumed:
                self.states[step] = copy.deepcopy(self.engine.state_dict())
            elif what == "record":
                recorded(step, int(value))

    def start(self, step: int, value: dict[str, Any]) -> None:
        """A new engine, or one from the checkpoint that the run went on from."""
        self.engine = Engine(
            self.dataset, self.config, np.zeros(self.dataset.size, dtype=np.int32), self.body
        )
        if value["checkpoint"]:
            if step not in self.states:
                raise StoreError(
                    "The log of {folder} goes on from a checkpoint at step {step} that it did not note, so it cannot be "
                    "replayed; train a new run.",
                    folder=self.view.folder, step=step,
                )
            self.engine.load_state_dict(copy.deepcopy(self.states[step]))
        self.engine.set_forces(Forces(**value["forces"]))

    def distance(self, step: int, positions: Float32Array) -> float:
        """How far the farthest point lies from where it was recorded at `step`."""
        record = next((record for record in self.view.history.records if record.step == step), None)
        if record is None:
            return float("nan")
        was = read_sample(self.view.history.positions_path, record.row)
        return float(np.linalg.norm(positions - was, axis=1).max())
