"""What a file and this session have seen of a run: its first so many edits, and those of their own that were on their way then.

What the run holds beside these came from elsewhere, and is newer. Numbers alone would not do: an edit that was sent and never
reached the disk would stand for another file's.
"""

from __future__ import annotations

import bpy

from ..core.errors import LatentError
from ..training import run_view
from . import paths
from .running import RunningTrainer


def note(context: bpy.types.Context, trainer: RunningTrainer) -> None:
    """Remember for this session, beyond the reach of undo, what it knows of the trainer's run, unless labels are undecided."""
    if not trainer.run_id or trainer.undecided is not None:
        return
    seen = context.window_manager.latent_status.seen
    item = seen.get(trainer.run_id)
    if item is None:
        item = seen.add()
        item.name = trainer.run_id
    on_their_way = "\n".join(trainer.book.pending) if trainer.book else ""
    if (item.edits, item.sent) != (trainer.edits_stored, on_their_way):
        item.edits, item.sent = trainer.edits_stored, on_their_way


def keep(context: bpy.types.Context, cloud: bpy.types.Object) -> None:
    """Let the file remember what this session knows of the cloud's run, also where no trainer runs any more."""
    item = context.window_manager.latent_status.seen.get(cloud.latent.run_id)
    if item is not None and item.edits >= cloud.latent.edits_known:
        cloud.latent.edits_known, cloud.latent.edits_sent = item.edits, item.sent


def newer(context: bpy.types.Context, cloud: bpy.types.Object, edits: int) -> bool:
    """Whether a run of so many edits holds any that neither file nor session has seen; so it is where it cannot be read."""
    settings = cloud.latent
    item = context.window_manager.latent_status.seen.get(settings.run_id)
    known = max(settings.edits_known, item.edits if item else 0)
    if edits <= known:
        return False
    own = {*settings.edits_sent.split("\n"), *(item.sent.split("\n") if item else ())}
    try:
        rows = run_view.asked(paths.run_of(cloud), "SELECT edit_id FROM edits WHERE number > ?", (known,))
    except LatentError:
        return True
    return not {row[0] for row in rows} <= own
