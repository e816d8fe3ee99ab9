"""From the mesh to the trainer: what differs from what was sent goes out as an edit.

A mouse lasso, a VR lasso, a script, undo, redo, a file load and a reconnect all end here.
"""

from __future__ import annotations

import uuid

import bpy
import numpy as np

from ..core.errors import LabelError
from ..scene import cloud as cloud_data
from ..training import protocol, undoing
from . import labels, paths
from .book import Gesture
from .reconcile import Mapping
from .running import RunningTrainer


def mapping_of(trainer: RunningTrainer, cloud: bpy.types.Object) -> Mapping:
    """Which point is which sample; read again after anything that may have changed it."""
    book = trainer.require_ready()
    mapping = trainer.mapping
    points = len(cloud.data.vertices)
    if mapping is None or trainer.reconcile_needed or len(mapping.rows) != points:
        mapping = Mapping.of(cloud_data.read_ints(cloud.data, "sample"), book.samples)
        trainer.mapping, trainer.reconcile_needed = mapping, False
    return mapping


def send_categories(trainer: RunningTrainer, cloud: bpy.types.Object) -> None:
    """Send the categories if a name, a colour or their order differs from what the trainer knows."""
    now = labels.listed(cloud)
    if now != trainer.categories_sent:
        trainer.client.send(protocol.SetCategories(request=uuid.uuid4().hex, categories=now))
        trainer.categories_sent = now
        labels.write_colours(cloud)


def send_changes(trainer: RunningTrainer, cloud: bpy.types.Object) -> int:
    """Send what the user changed: categories first, then labels that need them, then forces and the layer.

    Returns how many labels were sent. The gesture noted on the trainer, if any, is kept with them.
    """
    book = trainer.require_ready()
    send_categories(trainer, cloud)
    mapping = mapping_of(trainer, cloud)
    current = mapping.to_run(cloud_data.read_ints(cloud.data, "category"), book.sent)
    gesture = trainer.next_gesture or Gesture()
    trainer.next_gesture = None
    edit = book.difference(current, gesture, trainer.step)
    if edit is not None:
        trainer.send_edit(edit)
        labels.refresh_counts(cloud)
    settings = cloud.latent
    forces = (settings.attract, settings.repel, settings.neighbours, settings.room)
    if forces != trainer.forces_sent:
        attract, repel, neighbours, room = forces
        trainer.client.send(protocol.SetForces(attract=attract, repel=repel, neighbours=neighbours, room=room))
        trainer.forces_sent = forces
    if settings.layer != trainer.layer_sent:
        trainer.client.send(protocol.ShowLayer(layer=settings.layer))
        trainer.layer_sent = settings.layer
    return 0 if edit is None else len(edit.samples)


def flush(trainer: RunningTrainer | None, cloud: bpy.types.Object, gesture: Gesture) -> int:
    """Send what `gesture` just changed as an edit of its own. Returns how many labels it holds.

    Without a running trainer nothing is sent now: the difference is found when one opens the run.
    """
    if trainer is None or not trainer.ready or cloud.latent.run_id != trainer.run_id:
        return 0
    trainer.next_gesture = gesture
    return send_changes(trainer, cloud)


def undo_last(trainer: RunningTrainer, cloud: bpy.types.Object) -> int:
    """Take the last label edit back by its inverse, also one of an earlier session. Returns how many labels that were."""
    book = trainer.require_ready()
    edit = book.last() or undoing.last_standing(paths.resolved(cloud.latent.run_path), {e.gesture_id for e in book.history})
    if edit is None:
        raise LabelError("There is no label edit to take back.")
    known = {0, *(c.category_id for c in cloud.latent.categories)}
    if not known.issuperset(np.unique(edit.old).tolist()):
        raise LabelError("A category of that edit is gone since; take its deletion or merge back with Ctrl Z instead.")
    mapping = mapping_of(trainer, cloud)
    shown = labels.read(cloud)
    run_labels = mapping.to_run(shown, book.sent).copy()
    run_labels[np.searchsorted(book.samples, edit.samples)] = edit.old
    labels.write(cloud, mapping.to_mesh(run_labels, shown))
    return flush(trainer, cloud, Gesture(source="UNDO", mode="UNDO", gesture_id=edit.gesture_id))
