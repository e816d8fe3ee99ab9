"""The trainer dies under a scripted labeller, again and again on the same run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from . import POINTS
from .journal import Compared
from .labeller import Labeller
from .processes import SIGNALS, Shot, gone_within

PATIENCE = 60.0


def trial(python: Path, folder: Path, torch: bool, number: int, seed: int, stop_seconds: float) -> dict[str, Any]:
    """One death: label, kill, restart, compare. The run in `folder` is made if it is not there. Returns the table's row."""
    rng = np.random.default_rng([seed, number, int(torch)])
    signal_name = SIGNALS[number % len(SIGNALS)]
    folder.mkdir(parents=True, exist_ok=True)
    labeller = Labeller(python, folder, rng)
    wrong: list[str] = []
    recover: float | None = None
    orphans = 0
    try:
        # half of them while it starts, reads the run and imports, half while it works
        if number % 2:
            ends = time.monotonic() + PATIENCE
            while not (labeller.trainer.ready and (labeller.snapshots or not torch)) and time.monotonic() < ends:
                labeller.turn()
        pid = labeller.trainer.client.pid
        shot = Shot([pid], signal_name, float(rng.uniform(0.0, 3.0 if torch else 1.2)), stop_seconds)
        while not shot.over.is_set():
            labeller.turn()
        recover = come_back(labeller, shot, signal_name, torch, wrong)
        ends = time.monotonic() + float(rng.uniform(0.0, 0.4))
        while time.monotonic() < ends:
            labeller.turn()
        last = labeller.trainer.client.pid
    finally:
        labeller.close()
    if not gone_within(pid) or not gone_within(last):
        orphans += 1
    compared = reopened(python, folder, labeller.journal.before, wrong)
    wrong += compared.wrong
    return {
        "kind": "trainer, torch" if torch else "trainer",
        "signal": signal_name,
        "trial": number,
        "survived": not wrong and not orphans and not compared.duplicates,
        "acknowledged": compared.acknowledged,
        "found": compared.found,
        "duplicates": compared.duplicates,
        "orphans": orphans,
        "longest_wait_s": labeller.longest_wait,
        "recover_s": recover,
        "wrong": wrong,
    }


def come_back(labeller: Labeller, shot: Shot, signal_name: str, torch: bool, wrong: list[str]) -> float | None:
    """Restart what died, until every label is stored (and, with torch, the cloud moves again). Returns the seconds it took."""
    ends = time.monotonic() + PATIENCE
    deaths = 0
    snapshots = labeller.snapshots
    while time.monotonic() < ends:
        labeller.turn(labelling=False)
        if labeller.trainer.failure:
            deaths += 1
            if deaths > 1:
                wrong.append(f"it failed again: {labeller.trainer.failure}")
            snapshots = labeller.snapshots
            labeller.restart()
        died = signal_name == "SIGSTOP" or deaths
        if died and labeller.settled and (labeller.snapshots > snapshots or not torch or signal_name == "SIGSTOP"):
            return time.monotonic() - shot.hit
    wrong.append(f"it was not back after {PATIENCE:.0f} s; it said: {labeller.sentences[-2:]}")
    return None


def reopened(python: Path, folder: Path, since: int, wrong: list[str]) -> Compared:
    """Open the run once more and compare it with the journal."""
    again = Labeller(python, folder, np.random.default_rng(0))
    ends = time.monotonic() + PATIENCE
    while again.shown is None and not again.trainer.failure and time.monotonic() < ends:
        again.turn(labelling=False)
    if again.shown is None:
        wrong.append(f"the run does not open again: {again.trainer.failure}")
    again.close()
    return again.journal.compare(again.run_path, POINTS, again.shown, since)
