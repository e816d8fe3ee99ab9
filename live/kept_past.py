"""The recorded epochs that a video shows stay as they were when it began: a trainer that thins a run out deletes what it wrote."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

PAST = "past"
"""In a video's folder of frames: links to point caches, copies where the file system knows no links."""


@contextlib.contextmanager
def in_folder(folder: Path) -> Iterator[None]:
    """Within this, whatever plays a point cache plays a link to it in `folder`: save a copy of the file now. Raises OSError."""
    kept: dict[Path, Path] = {}
    before: list[tuple[Any, str]] = []
    try:
        for ob in bpy.data.objects:
            for modifier in ob.modifiers:
                if modifier.type != "MESH_CACHE" or not modifier.filepath:
                    continue
                path = Path(os.path.realpath(bpy.path.abspath(modifier.filepath, library=ob.library)))
                if not path.is_file():
                    continue
                if path not in kept:
                    kept[path] = keep(path, folder / PAST / f"{len(kept) + 1:02d}-{path.name}")
                before.append((modifier, modifier.filepath))
                modifier.filepath = str(kept[path])
        yield
    finally:
        for modifier, text in before:
            modifier.filepath = text


def keep(path: Path, target: Path) -> Path:
    """Have a file under another name too: what is deleted under the one stays under the other. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, target)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(path, target)
    return target
