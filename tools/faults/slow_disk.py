"""A disk whose syncs take as long as one says: a small library, preloaded into a trainer, stands in between. Linux."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

HERE = Path(__file__).parent
ENTRY = """
import os, sys
environ = {{**os.environ, "LD_PRELOAD": {library!r}, "SLOW_SYNC": {told!r}}}
os.execve(sys.executable, [sys.executable, "-I", {entry!r}, "serve"], environ)
"""


def compiler() -> str:
    """The C compiler that builds slow_sync.c; empty where there is none."""
    return (shutil.which("cc") or shutil.which("gcc") or shutil.which("clang") or "") if sys.platform == "linux" else ""


class SlowDisk:
    """entry: what to start in the place of the trainer's own folder, so that its syncs are as slow as said."""

    def __init__(self, folder: Path, trainer: Path) -> None:
        """folder: for the library and the notes. trainer: the folder `training`, or another entry."""
        self.told = folder / "slow_sync"
        library = folder / "slow_sync.so"
        build = [compiler(), "-O1", "-shared", "-fPIC", "-o", str(library), str(HERE / "slow_sync.c"), "-ldl"]
        subprocess.run(build, check=True)
        self.entry = folder / "slowly.py"
        self.entry.write_text(
            textwrap.dedent(ENTRY).format(library=str(library), told=str(self.told), entry=str(trainer)), encoding="utf-8"
        )

    def takes(self, seconds: float) -> None:
        """From now on each sync takes so long."""
        fresh = self.told.with_suffix(".new")
        fresh.write_text(str(round(seconds * 1000)), encoding="ascii")
        fresh.replace(self.told)

    @property
    def syncs(self) -> int:
        """How many there were so far."""
        counted = self.told.with_name(self.told.name + ".count")
        return counted.stat().st_size if counted.exists() else 0
