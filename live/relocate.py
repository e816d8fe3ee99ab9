"""The first save moves a run from the user's data folder to beside the .blend; the original goes last."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import bpy

from ..core.errors import StoreError
from ..core.text import reason
from ..properties import preferences
from ..training import filesystem
from . import blocking, clouds, paths, session, starting


def needs_move(cloud: bpy.types.Object, blend: str) -> bool:
    """Whether this cloud's run still lies elsewhere than beside the .blend it now belongs to."""
    if not blend or not cloud.latent.run_path:
        return False
    run = paths.run_of(cloud)
    return run.is_dir() and run.parent != Path(blend).parent and run.parent in user_folders()


def user_folders() -> list[Path]:
    """The folders in which runs of unsaved files are kept."""
    prefs = preferences(bpy.context)
    return [paths.user_runs_folder(prefs.runs_folder if prefs else ""), paths.user_runs_folder("")]


def move_beside(cloud: bpy.types.Object, blend: str) -> Path:
    """Move the cloud's run beside `blend`: checkpoint, close, copy, verify, save the file, reopen, remove the original.

    The file names the new place before anything is written there, and the old one is there until it does: a Blender that is
    killed in between leaves a file whose run is found, with every label.
    Returns the new folder. Raises StoreError, with the run still in its old place and usable, if the copy fails.
    """
    source = paths.run_of(cloud)
    target = paths.beside_blend(cloud.name, blend)
    context = bpy.context
    trainer = session.running()
    if trainer is not None and trainer.opened is None and not trainer.failure and source in (
        before.request.run_path for before in (trainer, trainer.predecessor) if before is not None
    ):
        # it would go on writing into a folder that is gone
        raise StoreError("The run stays in {source} while a trainer opens; save again after it, then it moves.", source=source)
    ours = trainer is not None and trainer.request.run_path == source
    reopen = trainer is not None and ours and trainer.ready
    was_paused = trainer.paused if trainer else True
    if trainer is not None and reopen:
        blocking.wait_acknowledged(trainer, context)
    if ours:
        session.stop()
    try:
        copy_verified(source, target)
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise StoreError(
            "The run could not be copied to {target} ({reason}) and stays in {source}; free some space there, then save again.",
            target=target, reason=reason(error), source=source,
        ) from error
    clouds.keep_run(cloud.latent.run_id, paths.stored(target))
    materials_follow(source, target)
    bpy.ops.wm.save_mainfile()
    if reopen:
        fresh = starting.start_existing(cloud, preferences(context))
        fresh.paused = was_paused
        blocking.wait_opened(fresh, context)
    shutil.rmtree(source, ignore_errors=True)
    return target


def copy_verified(source: Path, target: Path) -> None:
    """Copy a closed run folder and compare every file by hash. Raises OSError where a copy differs."""
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(source, partial)
    for path in sorted(source.rglob("*")):
        if path.is_file() and digest(path) != digest(partial / path.relative_to(source)):
            shutil.rmtree(partial, ignore_errors=True)
            raise OSError(f"the copy of {path.name} differs")
    filesystem.sync_tree(partial)  # the original goes: the copy must outlast the power
    partial.replace(target)
    filesystem.sync_folder(target.parent)


def digest(path: Path) -> bytes:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def materials_follow(source: Path, target: Path) -> None:
    """Let images and point caches that pointed into the old folder point into the new one."""
    for image in bpy.data.images:
        text = moved(image.filepath, source, target)
        if text:
            image.filepath = text
    for ob in bpy.data.objects:
        for modifier in ob.modifiers:
            if modifier.type == "MESH_CACHE":
                text = moved(modifier.filepath, source, target)
                if text:
                    modifier.filepath = text


def moved(text: str, source: Path, target: Path) -> str:
    """Where `text`, a path as Blender stores it, lies after the move; empty if it was not inside `source`."""
    if not text:
        return ""
    path = paths.resolved(text)
    return paths.stored(target / path.relative_to(source)) if path.is_relative_to(source) else ""
