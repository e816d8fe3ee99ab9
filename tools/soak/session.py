"""One piece of the soak: the client, book and restart that Blender uses, a label every few seconds, a row of figures each time."""

from __future__ import annotations

import math
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from latent_lasso.core.categories import Category
from latent_lasso.core.palette import colour_for
from latent_lasso.live.book import Gesture
from latent_lasso.live.running import Request, RunningTrainer
from latent_lasso.training import protocol
from latent_lasso.training.datasets.reference import DatasetRef

COLUMNS, KINDS = 32, 8
LABELLED = 40
"""Points in one label."""
PATIENCE = 300.0
"""For the run to open, and for a label to be acknowledged."""
Row = dict[str, Any]


def data(folder: Path, points: int) -> np.ndarray[Any, Any]:
    """(points,) int: which of the groups each point of points.npy belongs to; the file is made where it is not there."""
    rng = np.random.default_rng(11)
    truth = rng.integers(0, KINDS, points)
    if not (folder / "points.npy").exists():
        folder.mkdir(parents=True, exist_ok=True)
        middles = rng.normal(0, 3, (KINDS, COLUMNS))
        np.save(folder / "points.npy", (middles[truth] + rng.normal(0, 1, (points, COLUMNS))).astype(np.float32))
    return truth


def held(pid: int | str) -> dict[str, float]:
    """What a process holds: memory of its own in MB, file descriptors, threads, processor seconds so far."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = {line.partition(":")[0]: line.split()[1] for line in status.splitlines() if line.startswith(("RssAnon", "Threads"))}
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return {
        "memory_mb": int(found["RssAnon"]) / 1024,
        "descriptors": len(os.listdir(f"/proc/{pid}/fd")),
        "threads": int(found["Threads"]),
        "processor_s": ticks / os.sysconf("SC_CLK_TCK"),
    }


def on_disk(run: Path) -> dict[str, float]:
    """MB of a run folder by what takes them."""
    sizes = {"database": 0.0, "epochs": 0.0, "checkpoints": 0.0, "log": 0.0}
    for path in run.glob("*"):
        try:
            size = path.stat().st_size / 1e6
        except FileNotFoundError:  # it was renamed or cleared away just now
            continue
        name = path.name
        kind = "database" if name.startswith("run.sqlite") else "epochs" if name.startswith("segment") else ""
        kind = kind or ("checkpoints" if name.startswith("checkpoint") else "log" if name.startswith("trainer.log") else "")
        if kind:
            sizes[kind] += size
    return sizes


class Session:
    """A trainer on the soak's run, from open to close."""

    def __init__(self, python: Path, folder: Path, points: int, seed: int) -> None:
        self.truth = data(folder, points)
        self.rng = np.random.default_rng(seed)
        run = folder / "run.latent"
        reference = None if (run / "run.sqlite").exists() else DatasetRef("auto", str(folder / "points.npy"))
        request = Request("soak", run, reference, {"threads": 1, "seed": 1})
        self.trainer = RunningTrainer(str(python), folder / "run.log", request)
        self.run_path = run
        self.sentences: list[str] = []
        self.until(lambda: self.trainer.ready and self.trainer.book is not None, "the run to open")
        self.until(lambda: self.trainer.step_clock, "the first snapshot")

    def turn(self) -> None:
        """What a tick of Blender's does, without a mesh."""
        now = time.monotonic()
        trainer = self.trainer
        for message in trainer.client.poll():
            if isinstance(message, protocol.Opened):
                trainer.adopt(message, now)
                if not message.categories:
                    names = [Category(n, f"kind {n}", colour_for(n)) for n in range(1, KINDS + 1)]
                    trainer.client.send(protocol.SetCategories("categories", names))
            elif isinstance(message, protocol.Acknowledged) and trainer.book is not None:
                trainer.book.acknowledge(message.edit_ids)
            elif isinstance(message, protocol.Failed):
                self.sentences.append(message.sentence)
                if message.fatal:
                    raise RuntimeError(f"the trainer ended: {message.sentence}")
        snapshot = trainer.client.take_snapshot()
        if snapshot is not None and trainer.newest is not None:
            trainer.newest[...] = snapshot.positions
            trainer.step, trainer.records = snapshot.step, snapshot.records
            trainer.step_clock = [*trainer.step_clock[-9:], (now, snapshot.step)]
        if trainer.ready and now - trainer.lease_granted > 0.5:
            trainer.lease(10**9, 10.0, now)
        time.sleep(0.004)

    def until(self, done: Callable[[], object], what: str) -> None:
        """Ticks until it is done. Raises RuntimeError where that takes too long."""
        ends = time.monotonic() + PATIENCE
        while not done():
            self.turn()
            if time.monotonic() > ends:
                raise RuntimeError(f"gave up waiting for {what}; it said {self.sentences[-3:]}")

    def label(self) -> float:
        """Call some points of one group what they are. Returns the milliseconds until that was on disk."""
        book = self.trainer.book
        assert book is not None
        kind = int(self.rng.integers(KINDS))
        rows = self.rng.choice(np.flatnonzero(self.truth == kind), LABELLED, replace=False)
        current = book.sent.copy()
        current[rows] = kind + 1
        edit = book.difference(current, Gesture(), self.trainer.step)
        begin = time.monotonic()
        if edit is not None:
            self.trainer.send_edit(edit)
            self.until(lambda: not book.pending, "an acknowledgement")
        return (time.monotonic() - begin) * 1000

    def rows(self, seconds: float, every: float, piece: int, most: float = math.inf) -> list[Row]:
        """Label and train for so long, or until there are `most` rows. A row each `every` seconds."""
        begin = time.monotonic()
        found: list[Row] = []
        pid = self.trainer.client.pid
        step, since, worked = self.trainer.step, begin, held(pid)["processor_s"]
        while time.monotonic() - begin < seconds and len(found) < most:
            waited = self.label()
            while time.monotonic() - since < every:
                self.turn()
            now, its, mine = time.monotonic(), held(pid), held("self")
            steps = max(1, self.trainer.step - step)
            found.append(
                {
                    "piece": piece,
                    "at_s": round(now - begin, 1),
                    "step": self.trainer.step,
                    "steps": steps,
                    "clock_ms_a_step": (now - since) * 1000 / steps,
                    "processor_ms_a_step": (its["processor_s"] - worked) * 1000 / steps,
                    "acknowledged_ms": waited,
                    "memory_mb": its["memory_mb"],
                    "descriptors": its["descriptors"],
                    "threads": its["threads"],
                    "client_memory_mb": mine["memory_mb"],
                    "client_descriptors": mine["descriptors"],
                    "client_threads": mine["threads"],
                    **{f"{name}_mb": size for name, size in on_disk(self.run_path).items()},
                    "free_gb": shutil.disk_usage(self.run_path).free / 1e9,
                    "load": os.getloadavg()[0],
                }
            )
            step, since, worked = self.trainer.step, now, its["processor_s"]
        return found

    def close(self) -> None:
        """End the trainer in good order."""
        self.trainer.close(8.0)
