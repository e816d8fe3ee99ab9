"""Writing a run's sequence down, and looking at what is left of it after each cut."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from latent_lasso.core.errors import LatentError
from latent_lasso.training import protocol, soundness
from latent_lasso.training.store import DATABASE, RunStore

from . import sequence
from .labelling import EDITS, SAMPLES, edit, messages_in

HERE = Path(__file__).parent
RUN = "run.latent"


def compiler() -> str:
    """The C compiler that builds trace.c; empty where there is none."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang") or ""


def write_down(folder: Path, *ways: str) -> tuple[list[sequence.Line], str]:
    """Run labelling.py under trace.c. Returns (the calls, the traced root). Raises RuntimeError where it fails."""
    library, log, root = folder / "trace.so", folder / "trace.log", folder / "root"
    root.mkdir(parents=True)
    build = [compiler(), "-O1", "-shared", "-fPIC", "-o", str(library), str(HERE / "trace.c"), "-ldl", "-lpthread"]
    subprocess.run(build, check=True)
    environ = {**os.environ, "LD_PRELOAD": str(library), "TRACE_ROOT": str(root), "TRACE_LOG": str(log), "OMP_NUM_THREADS": "1"}
    environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    for session in ("first", "second"):
        command = [sys.executable, str(HERE / "labelling.py"), str(root), session, *ways]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            raise RuntimeError(f"the traced trainer ended with {done.returncode}: {done.stderr[-2000:]}")
    return sequence.read(log), str(root)


@dataclass
class Found:
    """What became of the cuts. places: calls after which the power went; states: what the disk may have shown then."""

    places: int = 0
    states: int = 0
    opened: int = 0
    acknowledged: int = 0
    lost: int = 0
    problems: list[str] = field(default_factory=list)


def survey(
    lines: list[sequence.Line], root: str, wanted: Iterable[int], scratch: Path, ways: Iterable[str] = sequence.WAYS
) -> Found:
    """Cut the power after the wanted calls, in these ways, and open what is left."""
    found = Found()
    for place, disk, answers in sequence.states(lines, root, set(wanted)):
        found.places += 1
        acknowledged = {i for m in messages_in(answers) if isinstance(m, protocol.Acknowledged) for i in m.edit_ids}
        looked: set[int] = set()
        for way in ways:
            files = disk.after(way, place)
            key = hash(frozenset(files.items()))
            if key in looked:
                continue  # nothing was waiting: another way shows the same
            looked.add(key)
            found.states += 1
            found.acknowledged += len(acknowledged)
            with contextlib.redirect_stderr(io.StringIO()):  # that a lock was taken over is said each time
                look(found, f"after call {place}, {way}", files, acknowledged, scratch)
    return found


def look(found: Found, where: str, files: dict[str, bytes], acknowledged: set[str], scratch: Path) -> None:
    """Open one state as a trainer does, count the labels that are gone, label on, close, and check all that is left."""
    shutil.rmtree(scratch, ignore_errors=True)
    for name, data in files.items():
        path = scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    run = scratch / RUN
    if not (run / DATABASE).is_file():
        found.lost += len(acknowledged)
        found.opened += not acknowledged
        return
    try:
        store = RunStore.open_run(run)
    except LatentError as error:
        found.problems.append(f"{where}: {error.sentence}")
        found.lost += len(acknowledged)
        return
    if len(store.samples) != SAMPLES:
        found.problems.append(f"{where}: the run has {len(store.samples)} samples")
        found.lost += len(acknowledged)
        store.close()
        return
    try:
        held = {str(row[0]) for row in store._db.execute("SELECT edit_id FROM edits")}
        lost = acknowledged - held
        found.lost += len(lost)
        labels = np.zeros(len(store.samples), dtype=np.int32)
        for number in range(EDITS):
            if f"edit-{number}" in held:
                labels[edit(number).samples] = edit(number).new
        if lost or not np.array_equal(labels, store.labels):
            found.problems.append(f"{where}: {len(lost)} acknowledged edits are gone, or the labels are not what the edits give")
        store.apply_edits([edit(EDITS)])
        points = np.zeros((len(store.samples), 3), dtype=np.float32)
        store.record(10**6, 1.0, points, points, {})
    except LatentError as error:
        found.problems.append(f"{where}: {error.sentence}")
    finally:
        store.close()
    after = soundness.examine(run, lambda share, text: None)
    found.problems += [f"{where}: {problem}" for problem in after.problems]
    found.opened += not after.problems


def same_as_left(lines: list[sequence.Line], root: str) -> list[str]:
    """Files whose bytes by the sequence are not those that the process left: what trace.c did not see. Empty as it should be."""
    *_, (_, disk, _) = sequence.states(lines, root, {len(lines)})
    held = disk.after("kept", 0)
    left = {str(path.relative_to(root)): path.read_bytes() for path in Path(root).rglob("*") if path.is_file()}
    left.pop("answers")
    left = {name: data for name, data in left.items() if not name.endswith("-shm")}  # SQLite's memory; made anew when it is missing
    return sorted(name for name in {*held, *left} if held.get(name) != left.get(name))
