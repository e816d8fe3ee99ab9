"""The trainer is started and ended many times on one run: what either process holds stays as it was."""

from __future__ import annotations

import gc
import os
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from . import POINTS
from .labeller import Labeller
from .processes import gone_within

PATIENCE = 60.0
MOST_KB = 8_000
"""By how much the resident memory may have grown over a batch of restarts: what caches of the allocator vary by."""


def held(pid: int | str) -> tuple[int, int, int]:
    """(open file descriptors, threads, resident kB) of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = {line.partition(":")[0]: line.split()[1] for line in status.splitlines() if line.startswith(("VmRSS", "Threads"))}
    return len(os.listdir(f"/proc/{pid}/fd")), int(found["Threads"]), int(found["VmRSS"])


def trial(python: Path, folder: Path, torch: bool, number: int, times: int, seed: int) -> dict[str, Any]:
    """So many restarts in a row, a label in each. Returns the table's row."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, number])
    wrong: list[str] = []
    orphans = acknowledged = found = duplicates = 0
    longest = 0.0
    seconds = []
    mine: list[tuple[int, int, int]] = []
    its: list[tuple[int, int, int]] = []
    for _ in range(times):
        begin = time.monotonic()
        labeller = Labeller(python, folder, rng)
        labelled = False
        while time.monotonic() - begin < PATIENCE:
            labeller.turn(labelling=False)
            if labeller.trainer.ready and not labelled:
                labeller.label()
                labelled = True
            if labelled and labeller.settled and (labeller.snapshots or not torch):
                break
        else:
            wrong.append(f"no label was stored in {PATIENCE:.0f} s; it said {labeller.sentences[-2:]}")
        seconds.append(time.monotonic() - begin)
        pid = labeller.trainer.client.pid
        its.append(held(pid))
        labeller.close()
        orphans += not gone_within(pid)
        longest = max(longest, labeller.longest_wait)
        compared = labeller.journal.compare(labeller.run_path, POINTS, None, labeller.journal.before)
        acknowledged += compared.acknowledged
        found += compared.found
        duplicates += compared.duplicates
        wrong += compared.wrong
        del labeller
        gc.collect()
        mine.append((len(os.listdir("/proc/self/fd")), threading.active_count(), held("self")[2]))
    first, last = mine[min(2, times - 1)], mine[-1]
    for name, before, after, most in zip(("descriptors", "threads", "kB"), first, last, (0, 0, MOST_KB), strict=True):
        if after - before > most:
            wrong.append(f"who restarts it holds {after:,} {name}, and held {before:,}")
    if its[-1][:2] != its[0][:2] and not torch:
        wrong.append(f"the trainer holds {its[-1]} descriptors, threads, kB, and held {its[0]}")
    return {
        "kind": "restarts, torch" if torch else "restarts",
        "signal": "Close",
        "trial": number,
        "times": times,
        "survived": not wrong and not orphans and not duplicates,
        "acknowledged": acknowledged,
        "found": found,
        "duplicates": duplicates,
        "orphans": orphans,
        "longest_wait_s": longest,
        "recover_s": float(np.median(seconds)),
        "held_before": first,
        "held_after": last,
        "trainer_before": its[0],
        "trainer_after": its[-1],
        "wrong": wrong,
    }
