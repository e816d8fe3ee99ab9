"""`python3 -m tools.setup.window`: the folder with Blender's window that the window tests run in.

Lies in the user's cache, outside the repository, under a name that changes with the script that makes it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ..layout import ROOT
from .problem import SetupProblem, say

SCRIPT = ROOT / "tests" / "window" / "setup_root.sh"
PROGRAMS = {"debootstrap": "debootstrap", "ip": "iproute2", "unshare": "util-linux", "cc": "gcc libc6-dev"}
"""What makes and enters the folder; the tests of a power cut build a library."""


def root_path() -> Path:
    """Where the folder is, or will be."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    mark = hashlib.sha256(SCRIPT.read_bytes()).hexdigest()[:12]
    return cache / "latent-lasso" / f"window-root-{mark}"


def ensure() -> Path:
    """Make the folder if it is not there. Raises SetupProblem with the line to run."""
    root = root_path()
    there = (root / "VERSION").is_file()
    lacking = [package for program, package in PROGRAMS.items() if find(program) is None and (program == "cc" or not there)]
    if lacking:
        line = f"apt-get install -y --no-install-recommends {' '.join(lacking)}"
        if os.geteuid() != 0:
            raise SetupProblem(f"The window tests need some Debian packages; run: sudo {line}")
        say(f"installing {', '.join(lacking)}")
        subprocess.run(["apt-get", "update"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(line.split(), check=True, stdout=subprocess.DEVNULL)
    if there:
        return root
    if os.geteuid() != 0:
        raise SetupProblem("The window tests make a Debian of their own, which only root can; run: sudo make setup-window")
    say("making a Debian with Blender's window, Xvfb and Monado: about 380 MB to download, 1.5 GB on disk, 2 minutes")
    answer = subprocess.run(["bash", str(SCRIPT), str(root)], check=False)
    if answer.returncode != 0:
        raise SetupProblem(f"The window could not be set up; {root}.log says why, and running it again starts over.")
    return root


def find(program: str) -> str | None:
    """Where a program is, the system's own folders included."""
    return shutil.which(program, path=os.environ.get("PATH", os.defpath) + ":/sbin:/usr/sbin")


if __name__ == "__main__":
    try:
        say(f"Blender's window: {ensure()}")
    except SetupProblem as problem:
        print(f"[setup] {problem}", file=sys.stderr)
        # without root the other tests can still run; the closing test says what was left out
        sys.exit(1 if os.environ.get("LATENT_LASSO_REQUIRE_WINDOW") else 0)
