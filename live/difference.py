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
from . import clouds, labels, paths, present
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
    if trainer.undecided is not None:
        current = trainer.undecided.held_back(current)
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
    if trainer is not None and trainer.predecessor is not None and cloud.latent.run_id != trainer.run_id:
        trainer = trainer.predecessor  # other data opens, and this one waits
    if trainer is None or not trainer.ready or cloud.latent.run_id != trainer.run_id:
        return 0
    trainer.next_gesture = gesture
    return send_changes(trainer, cloud)


def undo_last(trainer: RunningTrainer, cloud: bpy.types.Object) -> tuple[int, int]:
    """Take the last label edit that still shows back by its inverse, also one of an earlier session.

    Returns how many labels changed, and how many stay because their category is locked. What another act labelled since stays as
    it is. Labels belong to the present: a scrubbed cloud returns to live. Raises LabelError where nothing can be taken back, and
    for a cloud that is not the trainer's or not to be labelled here.
    """
    clouds.require_own(cloud)
    if cloud.latent.run_id != trainer.run_id:
        raise LabelError("Another cloud trains now; train {name} to take its labels back.", name=cloud.name)
    send_changes(trainer, cloud)  # what another tool changed since the last tick is an edit of its own
    book = trainer.require_ready()
    mapping, shown = mapping_of(trainer, cloud), labels.read(cloud)
    run_labels = mapping.to_run(shown, book.sent).copy()
    passed: set[str] = set()
    while True:
        edit = book.last(passed) or undoing.last_standing(
            paths.run_of(cloud), passed | {e.gesture_id for e in book.history}
        )
        if edit is None:
            raise LabelError("There is no label edit to take back.")
        rows = np.searchsorted(book.samples, edit.samples)
        given = run_labels[rows] == edit.new
        kept = given & labels.locked(cloud, run_labels[rows])
        if given.any():
            break
        passed.add(edit.gesture_id)  # it was taken back in part once, and what stayed was labelled anew
    given &= ~kept
    if not given.any():
        raise LabelError(
            "All {count:,} labels of the last edit are of a locked category; unlock it first.",
            count=np.count_nonzero(kept),
        )
    known = {0, *(c.category_id for c in cloud.latent.categories)}
    if not known.issuperset(np.unique(edit.old[given]).tolist()):
        raise LabelError("A category of that edit is gone since; take its deletion or merge back with Ctrl Z instead.")
    old = edit.old if trainer.undecided is None else trainer.undecided.before(rows, edit.old)
    run_labels[rows[given]] = old[given]
    present.leave(cloud)
    labels.write(cloud, mapping.to_mesh(run_labels, shown))
    changed = flush(trainer, cloud, Gesture(source="UNDO", mode="UNDO", gesture_id=edit.gesture_id))
    return changed, int(np.count_nonzero(kept))
