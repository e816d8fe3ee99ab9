"""The working tree under the package's own name, for tools that import it: mypy, benchmarks, pip.

The repository's folder may be called anything, so it is linked (or, for a build, copied) as `latent_lasso`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from .layout import ENVIRONMENTS, PACKAGES, ROOT, STAGE

_TOP_LEVEL = ("pyproject.toml", "LICENSE")


def link() -> Path:
    """A folder to put on PYTHONPATH or MYPYPATH, in which `latent_lasso` is this working tree."""
    STAGE.mkdir(parents=True, exist_ok=True)
    place = STAGE / "latent_lasso"
    if not place.is_symlink() or Path(os.readlink(place)) != ROOT:
        place.unlink(missing_ok=True)
        place.symlink_to(ROOT, target_is_directory=True)
    return STAGE


def shipped_files() -> Iterator[Path]:
    """Every file that a build may read, in a stable order: what ships, and what says how."""
    yield from sorted(ROOT.glob("*.py"))
    yield from (ROOT / name for name in (*_TOP_LEVEL, "blender_manifest.toml"))
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def copy() -> Path:
    """A fresh copy of what ships, so that a build leaves nothing in the tree and finds nothing stale."""
    place = ENVIRONMENTS / "build"
    if place.exists():
        shutil.rmtree(place)
    for source in shipped_files():
        target = place / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    return place
