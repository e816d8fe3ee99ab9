"""One trainer a run folder: an exclusive lock that the system takes back when its holder ends, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from ..core.errors import StoreError

NAME = "run.lock"


def acquire(folder: Path) -> IO[str]:
    """Lock a run folder until the returned file is closed. Raises StoreError where another trainer holds it."""
    stream = (folder / NAME).open("a+", encoding="utf-8")
    try:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        stream.close()
        raise StoreError(
            f"Another trainer is working on {folder}; stop it there, or save this .blend under another name to fork the run."
        ) from error
    if sys.platform != "win32":
        stream.truncate(0)
        stream.write(f"{os.getpid()}\n")
        stream.flush()
    return stream
