"""`make learning`: every table of docs/learning.md, two processes at a time, each on one thread; goes on where it was.

Results lie in out/learning, a JSON file a job; `make clean` forgets them. It begins from docs/measured, what each seed gave
where it was measured, with the code's hash; --afresh measures all of it anew. Everything is measured by the commands that ship.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import learning_data
from tools.layout import OUT, ROOT
from tools.setup.problem import SetupProblem

from .learning_tables import markdown

TARGET = OUT / "learning"
MEASURED = ROOT / "docs" / "measured"
SHORT = ("--set", "opening_steps=12", "--set", "settle_steps=12")
UNKNOWN = "There is no training setting"


@dataclass(frozen=True)
class Job:
    """One table. seeds: which number of them holds: main, own or ablation. data: digits, or a set of tools/learning_data."""

    name: str
    seeds: str
    data: str
    command: str
    settings: str = ""

    def line(self, data: Path | str, seeds: int, short: bool) -> list[str]:
        """The arguments of the command line."""
        sets = [part for text in self.settings.split() for part in ("--set", text)]
        limits = SHORT if short else ()
        target = str((TARGET / f"{self.name}.json").relative_to(ROOT))
        return [*self.command.split(), "--data", here(data), "--seeds", str(seeds), *sets, *limits, "--json", target]


def here(path: Path | str) -> str:
    """A path as the command is typed in the repository: the tables go into the manual."""
    return str(path.relative_to(ROOT)) if isinstance(path, Path) and path.is_relative_to(ROOT) else str(path)


FIVE, ONE = "bench learning --label-fraction .05", "bench learning --label-fraction .01"
SEVEN = "bench learning --labels-per-class 7"
OURS = " --methods ours,ours_predictor"
JOBS = (
    # what takes longest begins first
    Job("mnist-70", "main", "mnist", SEVEN),
    Job("digits-5", "main", "digits", FIVE),
    Job("photographs", "own", "photographs", FIVE),
    Job("mnist-70-live", "main", "mnist", SEVEN + " --mode live" + OURS),
    Job("digits-1", "main", "digits", ONE),
    Job("words", "own", "words", FIVE),
    Job("notes", "own", "notes", FIVE),
    Job("lassos", "main", "digits", "simulate --lassos 15"),
    Job("lassos-core", "main", "digits", "simulate --lassos 15 --follow core"),
    Job("unnamed", "main", "digits", "simulate --unnamed"),
    Job("glosses", "own", "glosses", FIVE),
    Job("satellite", "own", "satellite", FIVE),
    Job("motion", "ablation", "digits", "simulate --lassos 15 --motion --effect"),
    Job("digits-5-live", "main", "digits", FIVE + " --mode live" + OURS),
    Job("ablation-none", "ablation", "digits", FIVE + OURS),
    Job("ablation-attract-repel", "ablation", "digits", FIVE + OURS, "forces.attract=0 forces.repel=0"),
    Job("ablation-neighbours", "ablation", "digits", FIVE + OURS, "forces.neighbours=0"),
    Job("ablation-room", "ablation", "digits", FIVE + OURS, "forces.room=0"),
    Job("ablation-walls", "ablation", "digits", FIVE + OURS, "walls=0"),
    Job("ablation-p-head", "ablation", "digits", FIVE + OURS, "p_weight=0"),
    Job("ablation-guesses", "ablation", "digits", FIVE + OURS, "gate=0"),
    Job("ablation-gate-open", "ablation", "digits", FIVE + OURS, "gate=0.001"),
    Job("ablation-views", "ablation", "digits", FIVE + OURS, "views=0"),
    Job("ablation-label-views", "ablation", "digits", FIVE + OURS, "label_views=0"),
    Job("ablation-views-for-doubt", "ablation", "digits", FIVE + OURS, "views_for_doubt=0"),
    Job("ablation-keep-apart", "ablation", "digits", FIVE + OURS, "keep_apart=0"),
    Job("ablation-given-pull", "ablation", "digits", FIVE + OURS, "given_pull=0"),
    Job("ablation-gather-spread", "ablation", "digits", FIVE + OURS, "gather=0 spread=0 part=0"),
    Job("ablation-average", "ablation", "digits", FIVE + OURS, "average=0"),
    Job("ablation-batch-128", "ablation", "digits", FIVE + OURS, "batch=128"),
    Job("ablation-batch-512", "ablation", "digits", FIVE + OURS, "batch=512"),
    Job("ablation-S-4", "ablation", "digits", FIVE + OURS, "half_side=4"),
    Job("ablation-S-20", "ablation", "digits", FIVE + OURS, "half_side=20"),
)
PICTURES = (
    ("digits", "0.05"),
    ("mnist", "7"),
    ("glosses", "0.05"),
    ("satellite", "0.05"),
    ("photographs", "0.05"),
    ("words", "0.05"),
    ("notes", "0.05"),
)
"""Rooms that are drawn, ours beside UMAP's: the data, and the share that is labelled, or how many of each class."""


def begin_from_measured() -> None:
    """Copy what was measured before to where it is gone on with; what lies there already is left."""
    for path in (MEASURED / f"{job.name}.json" for job in JOBS):
        target = TARGET / path.name
        if path.exists() and not target.exists():
            shutil.copyfile(path, target)
            print(f"[learning] {path.stem}: goes on from {here(path)} (--afresh measures all of it anew)", flush=True)


def call(arguments: list[str], log: Path) -> int:
    """A process on one thread, its output in a log."""
    environ = dict(os.environ, OMP_NUM_THREADS="1", NUMBA_NUM_THREADS="1")
    with log.open("a", encoding="utf-8") as stream:
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environ, stdout=stream, stderr=stream, check=False
        ).returncode


def work(job: Job, data: Path | str, seeds: int, short: bool) -> str:
    """Do a job. Returns what is to be said of it: empty where it was done."""
    log = TARGET / f"{job.name}.log"
    log.unlink(missing_ok=True)
    code = call(["-I", str(ROOT / "training"), *job.line(data, seeds, short)], log)
    said = log.read_text(encoding="utf-8")
    if code and UNKNOWN in said:
        return f"left out: this recipe has no setting {job.settings.partition('=')[0]}"
    print(f"[learning] {job.name}: {'done' if code == 0 else f'FAILED, see {log}'}", flush=True)
    return "" if code == 0 else f"failed: {said.strip().splitlines()[-1] if said.strip() else code}"


def draw(name: str, data: Path | str, labels: str, short: bool) -> str:
    """Draw the rooms of a data set."""
    target = TARGET / f"rooms-{name}.jpg"
    if target.exists():
        return ""
    log = TARGET / f"rooms-{name}.log"
    log.unlink(missing_ok=True)
    code = call(["-m", "bench.rooms", str(data), labels, str(target), *(["--short"] if short else [])], log)
    print(f"[learning] rooms of {name}: {'drawn' if code == 0 else f'FAILED, see {log}'}", flush=True)
    return "" if code == 0 else "failed"


def main() -> int:
    """Run what is missing, then print and write the tables. 1 where something failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--main", type=int, default=10, metavar="K", help="seeds of the tables with a bar")
    parser.add_argument("--own", type=int, default=10, metavar="K", help="seeds of our own data sets")
    parser.add_argument("--ablation", type=int, default=3, metavar="K", help="seeds of ablations and of motion")
    parser.add_argument("--only", default="", metavar="A,B", help="jobs whose names begin so")
    parser.add_argument("--data-folder", type=Path, default=learning_data.FOLDER)
    parser.add_argument("--short", action="store_true", help="few steps, to see that everything runs; no figure means anything")
    parser.add_argument("--afresh", action="store_true", help="begin from nothing, not from docs/measured")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="at a time (default %(default)s)")
    parser.add_argument("--no-pictures", action="store_true")
    parser.add_argument("--tables", action="store_true", help="run nothing: print what there is")
    chosen = parser.parse_args()
    TARGET.mkdir(parents=True, exist_ok=True)
    if not (chosen.afresh or chosen.short):
        begin_from_measured()
    prefixes = tuple(name for name in chosen.only.split(",") if name)
    jobs = [job for job in JOBS if not prefixes or job.name.startswith(prefixes)]
    pictures = [] if chosen.no_pictures else [entry for entry in PICTURES if not prefixes or entry[0].startswith(prefixes)]
    notes: dict[str, str] = {}
    if not chosen.tables:
        try:
            wanted = {job.data for job in jobs} | {name for name, _ in pictures}
            data: dict[str, Path | str] = {"digits": "digits"}
            data |= {name: learning_data.ensure(name, chosen.data_folder) for name in sorted(wanted - {"digits"})}
        except SetupProblem as problem:
            print(f"[learning] {problem}")
            return 1
        with ThreadPoolExecutor(chosen.processes) as pool:
            futures: dict[str, Any] = {
                job.name: pool.submit(work, job, data[job.data], vars(chosen)[job.seeds], chosen.short) for job in jobs
            }
            futures |= {
                f"rooms-{name}": pool.submit(draw, name, data[name], labels, chosen.short) for name, labels in pictures
            }
            notes = {name: future.result() for name, future in futures.items()}
    tables = {
        job.name: json.loads(path.read_text(encoding="utf-8"))
        for job in JOBS
        if (path := TARGET / f"{job.name}.json").exists()
    }
    said = markdown(tables, {name: note for name, note in notes.items() if note})
    (TARGET / "tables.md").write_text(said, encoding="utf-8")
    print(f"\n{said}\nThe same in {TARGET / 'tables.md'}; pictures of the rooms beside it.")
    return 1 if any(note.startswith("failed") for note in notes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
