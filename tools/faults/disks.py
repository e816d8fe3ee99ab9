"""Disks that fill up: a small tmpfs where one may mount, else a limit on the size of a process's files. Linux."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from . import POINTS
from .labeller import Labeller
from .processes import gone_within

MB = 32
PATIENCE = 60.0


class Tmpfs:
    """A file system of its own. Raises OSError where one may not mount."""

    which = f"tmpfs of {MB} MB"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._mount("mount", "-t", "tmpfs", "-o", f"size={MB}m", "tmpfs", str(folder))

    def _mount(self, *command: str) -> None:
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise OSError("there is no mount command") from error
        if done.returncode:
            raise OSError(done.stderr.strip())

    def fill(self, pid: int) -> None:
        """Take all that is left."""
        block = bytes(4096)
        with (self.folder / "filler").open("wb") as stream:
            try:
                while True:
                    os.write(stream.fileno(), block)
            except OSError:
                return

    def free(self, pid: int) -> None:
        """Give it back."""
        (self.folder / "filler").unlink()

    def protect(self, read_only: bool) -> None:
        """Let nothing be written, or again."""
        self._mount("mount", "-o", f"remount,{'ro' if read_only else 'rw'}", str(self.folder))

    def close(self) -> None:
        """Take it away."""
        self._mount("umount", "-l", str(self.folder))


class Limited:
    """A folder on the disk that is there, and a trainer whose files may not grow."""

    which = "RLIMIT_FSIZE of 1 byte on the trainer"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def fill(self, pid: int) -> None:
        """From now on this process can write to no file."""
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))

    def free(self, pid: int) -> None:
        """It can again."""
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self) -> None:
        """Nothing to take away."""


def small(folder: Path) -> Tmpfs | Limited:
    """The best of the two that can be had here."""
    try:
        return Tmpfs(folder)
    except OSError:
        return Limited(folder)


def turns(labeller: Labeller, done: Callable[[], bool], labelling: bool = False, seconds: float = PATIENCE) -> bool:
    """Ticks until it is done; False if it never is."""
    ends = time.monotonic() + seconds
    while not done() and time.monotonic() < ends:
        labeller.turn(labelling)
    return done()


def trial(python: Path, folder: Path, torch: bool, number: int, seed: int) -> dict[str, Any]:
    """The disk fills up under the labeller, and is freed, while the trainer lives (even numbers) or after it was killed."""
    rng = np.random.default_rng([seed, number, 5])
    disk = small(folder)
    killed = number % 2 == 1
    wrong: list[str] = []
    recover = None
    labeller = Labeller(python, folder, rng)
    try:
        turns(labeller, lambda: labeller.settled and (labeller.snapshots > 0 or not torch))
        turns(labeller, lambda: False, labelling=True, seconds=float(rng.uniform(0.2, 2.0)))
        pid = labeller.trainer.client.pid
        disk.fill(pid)
        turns(labeller, lambda: False, labelling=True, seconds=float(rng.uniform(1.0, 4.0)))
        turns(labeller, lambda: bool(labeller.sentences))
        if labeller.trainer.failure:
            wrong.append(f"a full disk ended the trainer: {labeller.trainer.failure}")
        if labeller.settled or not labeller.sentences:
            wrong.append("a full disk was not said")
        if killed:
            os.kill(pid, 9)
        disk.free(pid)
        begin = time.monotonic()
        if killed:
            turns(labeller, lambda: bool(labeller.trainer.failure))
            labeller.restart()
        if turns(labeller, lambda: labeller.settled):
            recover = time.monotonic() - begin
        else:
            wrong.append(f"not all was stored once there was space; it said {labeller.sentences[-2:]}")
        last = labeller.trainer.client.pid
        labeller.close()
        orphans = int(not gone_within(last))
        again = Labeller(python, folder, rng)
        turns(again, lambda: again.shown is not None)
        again.close()
        compared = labeller.journal.compare(labeller.run_path, POINTS, again.shown)
    finally:
        labeller.close()
        disk.close()
    wrong += compared.wrong
    return {
        "kind": f"full disk ({disk.which})",
        "signal": "SIGKILL, too" if killed else "",
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
