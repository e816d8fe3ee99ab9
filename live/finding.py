"""What was moved is found again: the data that a run reads, and the folder of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ..core.errors import StoreError
from ..training import runlock
from ..training.run_view import RunView
from . import clouds, paths, relocate, session, starting
from .errand import Errand


def folder_of(cloud: bpy.types.Object) -> Path:
    """Where the cloud's run is, as far as it knows."""
    return paths.run_of(cloud)


def start(cloud: bpy.types.Object, data: str, prefs: Any) -> Errand:
    """Tell the cloud's run where its data lies; its trainer ends first, for it keeps the run locked. Raises LatentError."""
    trainer = session.running()
    if trainer is not None and trainer.run_id == cloud.latent.run_id:
        session.stop()
    return Errand(starting.trainer_python(prefs), ["relocate", str(folder_of(cloud)), data.rstrip("/\\")])


def take_run(cloud: bpy.types.Object) -> str:
    """Forget who held the cloud's run, because a person says that this trainer has ended. Returns who that was.

    Raises StoreError where the system knows that it is held.
    """
    session.stop()
    before = runlock.take(folder_of(cloud))
    return str(before) if before else ""


def adopt_run(cloud: bpy.types.Object, directory: str) -> Path:
    """Let a cloud have its run in `directory`. Raises StoreError where another run, or none, is there."""
    folder = Path(directory.rstrip("/\\"))
    view = RunView(folder)
    found = view.meta.get("run_id")
    view.close()
    if found != cloud.latent.run_id:
        raise StoreError("{folder} keeps the run of another cloud; choose the folder of {cloud}.", folder=folder, cloud=cloud.name)
    before = folder_of(cloud)
    clouds.keep_run(cloud.latent.run_id, paths.stored(folder))
    relocate.materials_follow(before, folder)
    return folder
