"""`python -m tools.faults [KIND ...]`: see `--help`. Runs under the trainer's Python; `make faults` does so."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.layout import OUT, python_of

from . import blender_kills, disks, restarts, trainer_kills
from .processes import STOP_SECONDS
from .table import LONGEST_WAIT, Table, summary

COUNTS = {"trainer": 160, "trainer-torch": 40, "blender": 50, "both": 50, "disk": 10, "restarts": 20, "restarts-torch": 2}
"""Trials of each kind in a full run; one of restarts is many of them in a row."""
DEATHS_A_RUN, BLENDER_DEATHS_A_RUN = 20, 5
"""So often the same run is taken up again; then a new one begins."""
RESTARTS, TORCH_RESTARTS = 50, 10
"""In a row."""


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("kinds", nargs="*", default=list(COUNTS), help=f"some of {', '.join(COUNTS)}; all by default")
    parser.add_argument("--count", type=int, default=0, help="trials of each kind, those of the table included")
    parser.add_argument("--minutes", type=float, default=0.0, help="stop after so long; the next run goes on")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stop-seconds", type=float, default=STOP_SECONDS, help="how long SIGSTOP lasts")
    parser.add_argument("--table", type=Path, default=OUT / "faults" / "table.jsonl")
    parser.add_argument("--summary", action="store_true", help="only print what the table holds")
    return parser.parse_args()


def makers(chosen: argparse.Namespace, scratch: Path) -> dict[str, Callable[[int], dict[str, Any]]]:
    """How a trial of each kind is made from its number."""
    torch_free, torch = python_of("blender52"), python_of("trainer")

    def trainer(number: int) -> dict[str, Any]:
        folder = scratch / f"trainer-{number // DEATHS_A_RUN}"
        return trainer_kills.trial(torch_free, folder, False, number, chosen.seed, chosen.stop_seconds)

    def with_torch(number: int) -> dict[str, Any]:
        folder = scratch / f"torch-{number // DEATHS_A_RUN}"
        return trainer_kills.trial(torch, folder, True, number, chosen.seed, chosen.stop_seconds)

    def blender(number: int, both: bool = False) -> dict[str, Any]:
        # a fifth of them with torch; a run is taken up by the same kind of trainer
        kind = "torch" if number // BLENDER_DEATHS_A_RUN % 5 == 0 else "free"
        folder = scratch / f"{'both' if both else 'blender'}-{kind}-{number // BLENDER_DEATHS_A_RUN}"
        python = str(torch) if kind == "torch" else ""
        return blender_kills.trial(folder, scratch / "user", python, both, number, chosen.seed, chosen.stop_seconds)

    def restart(number: int) -> dict[str, Any]:
        return restarts.trial(torch_free, scratch / "restarts", False, number, RESTARTS, chosen.seed)

    def restart_torch(number: int) -> dict[str, Any]:
        return restarts.trial(torch, scratch / "restarts-torch", True, number, TORCH_RESTARTS, chosen.seed)

    def full_disk(number: int) -> dict[str, Any]:
        return disks.trial(torch if number % 4 > 1 else torch_free, scratch / f"disk-{number}", number % 4 > 1, number, chosen.seed)

    return {
        "disk": full_disk,
        "restarts": restart,
        "restarts-torch": restart_torch,
        "trainer": trainer,
        "trainer-torch": with_torch,
        "blender": blender,
        "both": lambda number: blender(number, both=True),
    }


def main() -> int:
    """Do what is left of each kind, print the table. 1 where anything was lost, double, orphaned or hung."""
    chosen = arguments()
    table = Table(chosen.table)
    ends = time.monotonic() + chosen.minutes * 60 if chosen.minutes else float("inf")
    scratch = Path(tempfile.mkdtemp(prefix="latent-lasso-faults-"))
    made = {} if chosen.summary else makers(chosen, scratch)
    for kind in chosen.kinds if made else ():
        done = sum(row.get("of") == kind for row in table.rows())
        for number in range(done, chosen.count or COUNTS[kind]):
            if time.monotonic() > ends:
                break
            row = made[kind](number)
            table.add(of=kind, **row)
            print(
                f"[faults] {kind} {number}: {row['signal']}, {row['found']:,} of {row['acknowledged']:,} labels found, "
                f"back in {row['recover_s'] or float('nan'):.1f} s {' '.join(row['wrong'])}",
                flush=True,
            )
    rows = table.rows()
    print(summary(rows))
    sound = all(row["survived"] and row["longest_wait_s"] <= LONGEST_WAIT for row in rows)
    if sound:
        shutil.rmtree(scratch, ignore_errors=True)
    else:
        print(f"What is left of the runs lies in {scratch}")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
