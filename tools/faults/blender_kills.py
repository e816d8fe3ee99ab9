"""Blender dies under a scripted labeller, alone or together with its trainer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from tools.layout import ROOT, python_of, zip_path

from . import COLUMNS, POINTS
from .journal import Compared, Journal
from .processes import SIGNALS, Shot, end, gone_within

PATIENCE = 120.0


def blender_python() -> str:
    """This Python where it has bpy, as in tests/blender; else that of Blender 5.2."""
    return sys.executable if find_spec("bpy") else str(python_of("blender52"))


class Blender:
    """A worker and what it said. Acknowledgements go to the journal as they come."""

    def __init__(self, folder: Path, user_folder: Path, trainer_python: str, seed: int, journal: Journal) -> None:
        self.journal = journal
        self.said: dict[str, Any] = {}
        self.trainers: list[int] = []
        self.ticks: list[tuple[float, float]] = []
        self.stopped = (0.0, 0.0)
        self.log = (folder / "blender.log").open("ab")
        place = str(zip_path())
        command = [blender_python(), "-m", "tools.faults.blender_worker", str(folder), place, trainer_python, str(seed)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(os.environ, BLENDER_USER_RESOURCES=str(user_folder), PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said = json.loads(line)
            if "ack" in said:
                self.journal.acknowledged(*said["ack"])
            elif "trainer" in said:
                self.trainers.append(said["trainer"])
            elif "tick" in said:
                self.ticks.append(tuple(said["tick"]))
            self.said.update(said)

    def until(self, word: str) -> bool:
        """Whether it said so before it ended, or patience did."""
        ends = time.monotonic() + PATIENCE
        while word not in self.said and self.process.poll() is None and time.monotonic() < ends:
            time.sleep(0.01)
        return word in self.said

    def ask_to_end(self) -> None:
        """It settles, saves and ends."""
        assert self.process.stdin is not None
        self.process.stdin.write("end\n")
        self.process.stdin.flush()

    def longest_wait(self) -> float:
        """Seconds that its longest tick took, less what of it lay in the time for which this tool had stopped it."""
        begun, ended = self.stopped
        own = (over - begin - max(0.0, min(over, ended) - max(begin, begun)) for begin, over in self.ticks)
        return max(own, default=0.0)

    def close(self) -> None:
        """End it if it has not ended, and read what it said to the end."""
        end(self.process)
        self._reader.join(10.0)
        self.log.close()


def trial(
    folder: Path, user_folder: Path, trainer_python: str, both: bool, number: int, seed: int, stop_seconds: float
) -> dict[str, Any]:
    """One death and the return. Returns the table's row."""
    rng = np.random.default_rng([seed, number, 7 + int(both)])
    signal_name = SIGNALS[number % len(SIGNALS)]
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "points.npy").exists():
        np.save(folder / "points.npy", np.random.default_rng(7).normal(size=(POINTS, COLUMNS)).astype(np.float32))
    journal = Journal(folder / "acknowledged.jsonl")
    since = journal.before
    wrong: list[str] = []
    recover: float | None = None
    orphans = 0
    first = Blender(folder, user_folder, trainer_python, int(rng.integers(2**31)), journal)
    workers = [first]
    shown = None
    try:
        if number % 4 == 0 and first.until("trainer"):  # while it opens the file and the run
            delay = float(rng.uniform(0.0, 1.0))
        else:
            if not first.until("ready"):
                wrong.append("Blender was not ready in time")
            delay = float(rng.uniform(0.0, 5.0))
        pids = [first.process.pid, *(first.trainers[-1:] if both else [])]
        shot = Shot(pids if number % 2 else pids[::-1], signal_name, delay, stop_seconds)
        shot.over.wait()
        first.stopped = shot.stopped
        last = first
        if signal_name != "SIGSTOP":
            first.process.wait()
            orphans += sum(not gone_within(pid) for pid in first.trainers)
            first.close()
            if not (folder / "mine.blend").exists():  # nothing to open again but the run itself, which is compared as it lies
                lost = folder.rename(folder.with_name(f"{folder.name}-{number}"))
                return row_of(both, trainer_python, number, signal_name, workers, None, orphans, wrong, since, lost, None)
            last = Blender(folder, user_folder, trainer_python, int(rng.integers(2**31)), journal)
            workers.append(last)
        if last.until("ready"):
            recover = time.monotonic() - shot.hit
            last.ask_to_end()
            if signal_name == "SIGSTOP" and last.until("done"):
                recover = time.monotonic() - shot.hit
            if not last.until("done"):
                wrong.append("Blender could not settle and save")
            shown = last.said.get("done")
            last.process.wait(PATIENCE)
        else:
            wrong.append("Blender was not ready again")
    finally:
        for worker in workers:
            worker.close()
            orphans += sum(not gone_within(pid) for pid in worker.trainers)
            if worker.process.returncode not in (0, -9, -15):
                wrong.append(f"Blender ended with code {worker.process.returncode}; see {worker.log.name}")
        journal.close()
    return row_of(both, trainer_python, number, signal_name, workers, recover, orphans, wrong, since, folder, shown)


def row_of(
    both: bool,
    trainer_python: str,
    number: int,
    signal_name: str,
    workers: list[Blender],
    recover: float | None,
    orphans: int,
    wrong: list[str],
    since: int,
    folder: Path,
    shown: list[int] | None,
) -> dict[str, Any]:
    """The table's row. shown: the labels of the reopened cloud, None where no file had been saved yet."""
    named = next((worker.said["run"] for worker in reversed(workers) if "run" in worker.said), "")
    runs = [Path(named)] if shown is not None else [path.parent for path in folder.rglob("run.sqlite")]
    compared = Compared(0, 0, 0, ())
    if len(runs) == 1:  # a copy that a death in the middle of a move left behind is none that a file names
        compared = workers[0].journal.compare(runs[0], POINTS, shown, since)
    elif runs or workers[0].journal.edits:
        wrong.append(f"there are {len(runs)} runs now")
    wrong += compared.wrong
    kind = "Blender and trainer" if both else "Blender"
    return {
        "kind": kind + (", torch" if trainer_python else ""),
        "signal": signal_name,
        "trial": number,
        "survived": not wrong and not orphans and not compared.duplicates,
        "acknowledged": compared.acknowledged,
        "found": compared.found,
        "duplicates": compared.duplicates,
        "orphans": orphans,
        "longest_wait_s": max(worker.longest_wait() for worker in workers),
        "recover_s": recover,
        "wrong": wrong,
    }
