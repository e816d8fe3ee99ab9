"""What a file that was dropped into the viewport may mean: a data set, or one sample of a folder. No bpy."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from ..training.datasets.reference import PICTURES, SOUNDS, SUFFIXES, TEXTS

SAMPLES = {
    **dict.fromkeys(PICTURES, "picture"),
    **dict.fromkeys(SOUNDS, "sound"),
    **dict.fromkeys(TEXTS, "text"),
}
ENDINGS = sorted({*SUFFIXES, *SAMPLES, ".gz"})
FEW_FOLDERS, FEW_FILES = 64, 256
"""Looked at beside a dropped file, at most: a drop answers at once, also in a folder of millions."""


def what(path: Path) -> str:
    """What a file is one of: picture, sound or text; empty where it is a data set of its own."""
    return SAMPLES.get(path.suffix.lower(), "")


def holds(folder: Path, kind: str) -> bool:
    """Whether a folder holds a sample of this kind among its first files. A folder that cannot be read holds none."""
    try:
        with os.scandir(folder) as entries:
            return any(what(Path(entry.name)) == kind and entry.is_file() for entry in islice(entries, FEW_FILES))
    except OSError:
        return False


def folder_above(path: Path) -> Path | None:
    """The folder whose folders are categories, of which one holds the dropped sample; None where it stands alone."""
    folder, kind = path.parent, what(path)
    above = folder.parent
    if above == folder:
        return None
    try:
        with os.scandir(above) as entries:
            beside = [Path(entry.path) for entry in islice(entries, FEW_FOLDERS) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return None
    return above if any(holds(other, kind) for other in beside if other != folder) else None
