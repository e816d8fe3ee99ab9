"""Where run folders are: beside a saved .blend, before that in a folder the user owns.

Never in the extension's own folder, which uninstalling deletes.
"""

from __future__ import annotations

import os
import re
import sys
import uuid
from pathlib import Path

import bpy

from ..core import outside_json
from ..core.errors import LatentError
from ..training import run_view

SUFFIX = ".latent"


def user_runs_folder(chosen: str) -> Path:
    """The folder for runs of unsaved files: `chosen` from the preferences, else the platform's user data folder."""
    if chosen:
        return Path(bpy.path.abspath(chosen))
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "latent-lasso" / "runs"


def environments() -> Path:
    """The folder for the trainer's environments: the extension's own in the user's files, which an update leaves alone."""
    package = (__package__ or "").rpartition(".")[0]
    try:
        return Path(bpy.utils.extension_path_user(package, path="environments"))
    except ValueError:  # it runs without being installed as an extension
        return user_runs_folder("").parent / "environments"


def new_environment() -> Path:
    """A folder for an environment, not there yet: an environment in use is never written over."""
    folder = environments()
    return next(path for number in range(1, 1000) if not (path := folder / f"trainer-{number}").exists())


def safe_name(name: str) -> str:
    """`name` as a folder name that every platform takes: letters, digits, dot, dash, at most 60 characters."""
    return re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-.")[:60] or "cloud"


def new_run_path(name: str, chosen: str, blend: str) -> Path:
    """A folder that does not exist yet for a new run called `name`, beside the .blend if it was saved."""
    if blend:
        return beside_blend(name, blend)
    folder = user_runs_folder(chosen)
    return folder / f"{safe_name(name)}-{uuid.uuid4().hex[:8]}{SUFFIX}"


def beside_blend(name: str, blend: str) -> Path:
    """The folder for a run beside a saved .blend: NAME.latent, numbered if that one is taken.

    A .blend with one cloud gets a folder of its own name, as people expect of files that belong together.
    """
    blend_path = Path(blend)
    stem = blend_path.stem
    candidates = [stem, f"{stem}-{safe_name(name)}"]
    candidates += [f"{stem}-{safe_name(name)}-{number}" for number in range(2, 1000)]
    for candidate in candidates:
        path = blend_path.with_name(candidate + SUFFIX)
        if not path.exists():
            return path
    return blend_path.with_name(f"{stem}-{uuid.uuid4().hex[:8]}{SUFFIX}")


def stored(path: Path) -> str:
    """`path` as the .blend stores it: relative to the .blend where that is possible, so that both can move together."""
    if not bpy.data.filepath:
        return str(path)
    try:
        return str(bpy.path.relpath(str(path)))
    except ValueError:  # another drive on Windows
        return str(path)


def run_of(cloud: bpy.types.Object) -> Path:
    """The cloud's run folder, absolute; of a linked cloud as its own file says it."""
    return Path(os.path.normpath(bpy.path.abspath(cloud.latent.run_path, library=cloud.library)))


def holds(folder: Path, run_id: str) -> bool:
    """Whether a folder keeps this very run, and can be read."""
    try:
        rows = run_view.asked(folder, "SELECT value FROM meta WHERE key = 'run_id'", ())
        return bool(rows) and outside_json.parse(rows[0][0]) == run_id
    except (LatentError, ValueError, TypeError):
        return False


def note_place(cloud: bpy.types.Object) -> None:
    """Keep in the file where the run lies, absolute too: Save As into another folder leaves the relative way behind."""
    place = run_of(cloud)
    if place.is_dir() and cloud.latent.run_place != str(place):
        cloud.latent.run_place = str(place)


def find_again(cloud: bpy.types.Object) -> bool:
    """Where the run is not where the file says, but where it was noted to be, say so anew. Returns whether that was done."""
    settings = cloud.latent
    if cloud.library is not None or not settings.run_place or holds(run_of(cloud), settings.run_id):
        return False
    place = Path(settings.run_place)
    if not place.is_absolute() or not holds(place, settings.run_id):
        return False
    settings.run_path = stored(place)
    return True


def resolved(text: str) -> Path:
    """The run folder that the .blend's text names, absolute."""
    return Path(os.path.normpath(bpy.path.abspath(text)))
