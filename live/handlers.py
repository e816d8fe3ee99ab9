"""Blender's own events: undo, file load, save and render, and what the running trainer does about each."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..core.errors import LatentError
from ..properties import words
from . import (
    clouds,
    curves,
    difference,
    following,
    known,
    labels,
    paths,
    pump,
    recording,
    relocate,
    session,
    status,
)


@persistent
def after_undo(*_: Any) -> None:
    """Undo brings labels back, and positions as they were then: write the live positions again.

    The labels that changed go out as an edit of their own: a gesture before the next tick is not to hold them.
    """
    for ob in clouds.own():
        if ob.mode == "OBJECT":
            labels.refresh_counts(ob)
    trainer = session.running()
    if trainer is None or not trainer.ready:
        return
    trainer.reconcile_needed = True
    trainer.prediction_shown = False
    trainer.measured_shown = trainer.measured is None
    cloud = clouds.find(trainer.run_id)
    if cloud is not None and cloud.mode == "OBJECT":
        difference.send_changes(trainer, cloud)
        pump.show(trainer, cloud, time.monotonic(), at_once=True)


@persistent
def before_load(*_: Any) -> None:
    """Another file is about to replace this one: the trainer writes its checkpoint and ends."""
    recording.end(bpy.context)
    session.stop()


@persistent
def after_load(*_: Any) -> None:
    """Nothing runs in a file that was just opened; counts are read anew, since they are not saved."""
    status.publish_off(bpy.context)
    bpy.context.window_manager.latent_status.seen.clear()
    curves.after_load(bpy.context)
    for ob in clouds.own():
        paths.find_again(ob)
        paths.note_place(ob)
        if ob.mode == "OBJECT":
            labels.refresh_counts(ob)
            following.follow(ob, bpy.context)


@persistent
def before_save(*_: Any) -> None:
    """Note in the file which edits it has seen, and have the trainer write a checkpoint of the same moment."""
    clouds.mark_copies()
    for ob in clouds.own():
        paths.note_place(ob)
    trainer = session.running()
    if trainer is not None:
        known.note(bpy.context, trainer)
    for ob in clouds.own():
        if not ob.latent.is_copy:
            known.keep(bpy.context, ob)
    if trainer is None or not trainer.ready:
        return
    cloud = clouds.find(trainer.run_id)
    if cloud is not None and trainer.undecided is None:
        cloud.latent.records = trainer.records
    trainer.save()


@persistent
def after_save(saved: Any = "", *_: Any) -> None:
    """After the first save a run moves beside the .blend, which is saved once more on the way, with the new place in it.

    saved: the file; a copy of it, as for a video, moves nothing.
    """
    blend = bpy.data.filepath
    if isinstance(saved, str) and saved and os.path.realpath(saved) != os.path.realpath(blend or saved):
        return
    for cloud in list(clouds.own()):
        paths.find_again(cloud)  # Save As into another folder leaves the way behind that was relative to the old one
        if not relocate.needs_move(cloud, blend):
            continue  # asked of each in its turn: the save within a move has moved the others
        try:
            relocate.move_beside(cloud, blend)
        except LatentError as error:
            bpy.context.window_manager.latent_status.problem = words.error(error)
            trainer = session.running()
            if trainer is not None:
                trainer.problem = words.error(error)  # the next tick shows what the trainer has to say


@persistent
def after_import(imported: Any, *_: Any) -> None:
    """A cloud was appended or linked: its run lies where the other file says, which is relative to that one."""
    for item in imported.import_items:
        ob, library = item.id, item.source_library
        if isinstance(ob, bpy.types.Object) and ob.latent.is_cloud and ob.library is None and library is not None:
            folder = Path(os.path.realpath(bpy.path.abspath(library.filepath))).parent
            told = ob.latent.run_path
            place = Path(os.path.normpath(folder / told[2:])) if told.startswith("//") else paths.resolved(told)
            if paths.holds(place, ob.latent.run_id):
                ob.latent.run_path = paths.stored(place)
            else:
                paths.find_again(ob)
            paths.note_place(ob)


@persistent
def before_render(*_: Any) -> None:
    """A render holds live writes, so that no frame sees half a change; the trainer gets a long lease meanwhile."""
    trainer = session.running()
    if trainer is not None:
        trainer.hold_positions(True, "render")


@persistent
def after_render(*_: Any) -> None:
    """The render is over or was cancelled: live writes go on."""
    trainer = session.running()
    if trainer is not None:
        trainer.hold_positions(False, "render")


TABLE: tuple[tuple[str, Callable[..., None]], ...] = (
    ("undo_post", after_undo),
    ("redo_post", after_undo),
    ("load_pre", before_load),
    ("load_post", after_load),
    ("blend_import_post", after_import),
    ("save_pre", before_save),
    ("save_post", after_save),
    ("render_init", before_render),
    ("render_complete", after_render),
    ("render_cancel", after_render),
)


def register() -> None:
    """Add every handler of the table."""
    for name, handler in TABLE:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    """Take the handlers away again, last first."""
    if bpy.app.timers.is_registered(recording.poses):
        bpy.app.timers.unregister(recording.poses)
    for name, handler in reversed(TABLE):
        handlers = getattr(bpy.app.handlers, name)
        if handler in handlers:
            handlers.remove(handler)
