"""From a selection to a label: the act that operators at the desk and in VR share."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np

from ..core import edits
from ..core.arrays import BoolArray
from ..core.errors import LabelError
from . import difference, labels, present, recording, session
from .book import Gesture


def resolve(cloud: bpy.types.Object, category_id: int, name: str) -> int:
    """The category meant by a number, else by a name (made if new), else the active one. Raises LabelError."""
    settings = cloud.latent
    if category_id:
        return int(labels.by_id(cloud, category_id).category_id)
    if name:
        for item in settings.categories:
            if item.name == name.strip():
                return int(item.category_id)
        return labels.new_category(cloud, name)
    if not len(settings.categories):
        raise LabelError("This cloud has no category yet; give a name to make the first one.")
    return int(settings.categories[min(settings.active_category, len(settings.categories) - 1)].category_id)


def require_selection(cloud: bpy.types.Object) -> BoolArray:
    """(P,) bool: the points that are selected. Raises LabelError where none is: nothing is to be made or asked for them then."""
    mask = labels.selected(cloud)
    if not mask.any():
        raise LabelError("No point is selected; draw a loop around some first.")
    return mask


def assign_selection(cloud: bpy.types.Object, category_id: int) -> tuple[int, int]:
    """Give the selected points a category (0 clears) and send that as one edit.

    Returns how many points changed, and how many kept another label because its category is locked. Labels belong to the
    present: a scrubbed cloud returns to live first.
    """
    present.leave(cloud)
    mask = require_selection(cloud)
    before = labels.read(cloud)
    kept = int(np.count_nonzero(mask & labels.locked(cloud, before) & (before != category_id)))
    changed = labels.assign(cloud, mask, category_id)
    send(cloud, "ASSIGN" if category_id else "CLEAR")
    recording.note("label", category=category_id, name=labels.by_id(cloud, category_id).name if category_id else "", count=changed)
    in_hand = bpy.context.window_manager.latent_xr
    in_hand.named, in_hand.last_category = True, category_id or in_hand.last_category
    return changed, kept


def send(cloud: bpy.types.Object, mode: str) -> None:
    """Send what just changed on `cloud`, with the loop that selected it, if that was the last gesture."""
    trainer = session.running()
    loop = trainer.loop if trainer is not None else None
    gesture = replace(loop, mode=mode) if loop is not None else Gesture(mode=mode)
    gesture = replace(gesture, gesture_id=edits.new_id())
    difference.flush(trainer, cloud, gesture)


def labelled_count(cloud: bpy.types.Object) -> int:
    """How many points carry a label."""
    return int(np.count_nonzero(labels.read(cloud)))
