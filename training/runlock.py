"""One trainer a run folder: an exclusive lock that the system takes back when its holder ends, however it ends.

The file says who holds it: process, computer, since when. A trainer that ends in good order empties it.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..core import outside_json
from ..core.errors import LeftLockError, StoreError
from ..core.text import printable, reason
from . import filesystem, foreign

NAME = "run.lock"
LOCKED_AT = 2**20
"""Windows lets nobody read a byte that is locked, so it is one beyond the text."""
LONGEST = 4096
HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
"""What a system says of a lock that somebody holds; anything else is a disk that cannot lock."""


@dataclass(frozen=True)
class Holder:
    """Who wrote a run's lock last and did not end in good order, or works on it now."""

    pid: int
    host: str
    started_unix: float

    def __str__(self) -> str:
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(min(max(0.0, self.started_unix), 2.0**32)))
        return f"process {self.pid} on {printable(self.host, 60)}, since {since}"


def acquire(folder: Path, network: bool | None = None) -> IO[str]:
    """Lock a run folder until release(). Raises StoreError where another trainer holds it or may hold it, or where it
    cannot be opened.

    A lock that a dead process left is taken. On a network drive (network; None: look) another computer's process cannot be seen
    to be dead: then the sentence says how to take it.
    """
    try:
        foreign.check_files(folder)
        stream = (folder / NAME).open("a+", encoding="utf-8", errors="replace")
    except OSError as error:
        raise StoreError(
            "The lock of the run in {folder} cannot be opened ({why}); see that this folder is there and can be written to.",
            folder=folder,
            why=reason(error),
        ) from error
    before = holder(folder)
    try:
        lock(stream)
    except OSError as error:
        stream.close()
        if error.errno not in HELD:
            raise StoreError(
                "The run in {folder} cannot be locked ({why}), so nobody could see that it is in use; copy it to another disk.",
                folder=folder, why=reason(error),
            ) from error
        who = f" ({before})" if before else ""
        raise StoreError(
            "Another trainer is working on {folder}{who}; stop it there, or branch from it: a branch is a run of its own.",
            folder=folder, who=who,
        ) from error
    if before is not None and before.host != platform.node() and (filesystem.is_network(folder) if network is None else network):
        stream.close()
        raise LeftLockError(
            "The run in {folder} lies on a network drive and may be in use ({before}); if that trainer has ended, take the "
            "run: the button does it, or latent-lasso unlock {folder}",
            folder=folder, before=before,
        )
    if before is not None:
        print(f"took the run over from {before}, which did not end in good order", file=sys.stderr)
    said = json.dumps({"pid": os.getpid(), "host": platform.node(), "started_unix": time.time()}) + "\n"
    try:
        stream.truncate(0)
        os.write(stream.fileno(), said.encode())  # nothing is left in a buffer, which closing would write again
    except OSError as error:
        stream.close()
        raise StoreError(
            "The lock of the run in {folder} cannot be written ({why}); free some space.", folder=folder, why=reason(error)
        ) from error
    return stream


def lock(stream: IO[str]) -> None:
    """Have the system lock the file, or raise OSError at once."""
    if sys.platform == "win32":
        import msvcrt

        stream.seek(LOCKED_AT)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def release(stream: IO[str]) -> None:
    """Give the lock back in good order; once is enough."""
    if stream.closed:
        return
    try:
        stream.truncate(0)
    except OSError as error:
        print(f"the lock still names this trainer, which gives it back: {reason(error)}", file=sys.stderr)
    stream.close()


def holder(folder: Path) -> Holder | None:
    """Who the lock file names; None where it names nobody."""
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            said = outside_json.parse(stream.read(LONGEST))
        return Holder(int(said["pid"]), str(said["host"]), float(said["started_unix"]))
    except (OSError, ValueError, OverflowError, KeyError, TypeError, RecursionError):
        return None  # empty, or of an older version, which wrote no name


def take(folder: Path) -> Holder | None:
    """Forget who held the lock, because a person says that this trainer has ended. Returns who that was.

    Raises StoreError where the system knows that it is held, or the lock cannot be opened.
    """
    before = holder(folder)
    release(acquire(folder, network=False))
    return before
