"""From an opened run to a cloud in the scene: a new object, or the one the .blend already holds."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix

from ..core.errors import LabelError
from ..core.version import HALF_SIDE
from ..properties import words
from ..scene import cloud as cloud_data
from ..scene import materials, nodes, room
from ..training import protocol
from . import categories, clouds, difference, known, labels, looks, paths, undecided
from .book import Gesture
from .running import RunningTrainer

COLLECTION = "Latent"
APART = 1.15
"""Times a room's side: from the middle of a cloud to that of its branch."""


def open_cloud(trainer: RunningTrainer, context: bpy.types.Context) -> bpy.types.Object:
    """Show the run that was opened: in its own object if the file has one, else in a new one."""
    opened = trainer.opened
    assert opened is not None
    cloud = clouds.find(opened.run_id)
    if cloud is None:
        cloud = create(trainer, opened, context)
    else:
        meet(trainer, opened, cloud, context)
    trainer.reconcile_needed = True
    labels.write_colours(cloud)
    labels.refresh_counts(cloud)
    return cloud


def create(
    trainer: RunningTrainer, opened: protocol.Opened, context: bpy.types.Context
) -> bpy.types.Object:
    """A new cloud object in the scene's collection for clouds, with its room.

    It is active, so that everything acts on it, and not selected: the outline of a selected object would lie around each point,
    and a key that moves or deletes what is selected would take the whole cloud.
    """
    scene = context.scene
    collection = next((c for c in scene.collection.children_recursive if c.name == COLLECTION), None)
    if collection is None:
        collection = bpy.data.collections.new(COLLECTION)
        scene.collection.children.link(collection)
    cloud = cloud_data.create_cloud(
        trainer.request.name,
        np.ascontiguousarray(opened.samples),
        np.ascontiguousarray(opened.positions),
        np.ascontiguousarray(opened.tile),
        collection,
    )
    settings = cloud.latent
    settings.is_cloud = True
    settings.run_id = opened.run_id
    settings.run_path = paths.stored(trainer.request.run_path)
    paths.note_place(cloud)
    settings.edits_known, settings.categories_known = opened.edits, opened.revision
    settings.dataset_kind, settings.dataset_source = opened.kind, opened.source
    settings.dataset_notes = "\n".join(opened.notes)
    for category in opened.categories:
        labels.add_category(cloud, category)
    materials.dress(cloud, atlas_of(opened))
    if atlas_of(opened) is not None and len(opened.samples) <= nodes.PICTURE_LIMIT:
        settings.look.shape = "PICTURES"
    labels.write(cloud, np.ascontiguousarray(opened.category, dtype=np.int32))
    old = bpy.data.objects.get(trainer.request.beside) if trainer.request.beside else None
    # scale the cloud, and its room comes along
    (room.ensure_room(collection, HALF_SIDE) if old is None else room.another(collection, HALF_SIDE)).parent = cloud
    if old is not None:
        stand_beside(cloud, old)
    if not bpy.data.filepath:  # a file that somebody made keeps its own; the panel offers it
        looks.true_colours(scene)
    view_layer = context.view_layer
    for ob in view_layer.objects.selected:
        ob.select_set(False)
    view_layer.objects.active = cloud
    return cloud


def stand_beside(cloud: bpy.types.Object, old: bpy.types.Object) -> None:
    """Put a branch to the right of the cloud it comes from, as large and as it looks."""
    cloud.matrix_world = old.matrix_world @ Matrix.Translation((2 * HALF_SIDE * APART, 0.0, 0.0))
    for name in ("shape", "point_size", "colour_by"):
        setattr(cloud.latent.look, name, getattr(old.latent.look, name))
    for name in ("attract", "repel", "neighbours", "room"):
        setattr(cloud.latent, name, getattr(old.latent, name))


def atlas_of(opened: protocol.Opened) -> materials.AtlasImage | None:
    """Where the samples' pictures are, or None for data without pictures."""
    if not opened.atlas:
        return None
    return materials.AtlasImage(
        path=f"{opened.run_path}/{opened.atlas}",
        columns=opened.tile_columns,
        rows=opened.tile_rows,
        tile_px=opened.tile_px,
        gutter=opened.tile_gutter,
    )


def meet(
    trainer: RunningTrainer, opened: protocol.Opened, cloud: bpy.types.Object, context: bpy.types.Context
) -> None:
    """Bring a cloud of the .blend and its run together without losing a label of either.

    Where the run holds edits that the file has not seen (Blender closed without saving, an older copy was opened, the file was
    reverted), both are kept until somebody chooses: see undecided.py and settle(). Where nobody can be asked the run's labels are
    shown; the file's own are one Ctrl-Z away, and every edit is in the run's history.
    """
    assert trainer.book is not None
    settings = cloud.latent
    if trainer.undecided is not None:
        return  # the trainer was started again before anybody chose
    newer = known.newer(context, cloud, opened.edits)
    categories.follow(cloud, opened, newer)
    if not newer:
        # labels given while no trainer ran are found as a difference by the next tick
        trainer.next_gesture = Gesture(source="SCRIPT", mode="ASSIGN")
        return
    mapping = difference.mapping_of(trainer, cloud)
    run = np.ascontiguousarray(opened.category, dtype=np.int32)
    file = mapping.to_run(labels.read(cloud), run)
    differs = file != run
    changed = int(np.count_nonzero(differs))
    if not changed:
        settings.edits_known = opened.edits
        return
    trainer.undecided = undecided.Undecided(file, run, differs)
    if undecided.asks():
        trainer.problem = words.report(
            "The run holds other labels than this file for {changed:,} points, as it was labelled since the file was saved; "
            "choose which are to count, both are kept until then.",
            changed=changed,
        )
        return
    settle(trainer, cloud, keep_file=False)
    trainer.problem = words.report(
        "The run held {changed:,} newer labels than this file; they are shown now, and Ctrl-Z goes back to the file's own.",
        changed=changed,
    )
    bpy.ops.ed.undo_push(message="Recover Newer Labels")


def settle(trainer: RunningTrainer, cloud: bpy.types.Object, keep_file: bool) -> int:
    """Let the file's labels count, or the run's, where they differ and nobody labelled since. Returns how many points that are.

    The file's reach the run as an edit, so what the run held stays in its history. Raises LabelError.
    """
    open_ = trainer.undecided
    if open_ is None:
        raise LabelError("The run and this file agree on every label; there is nothing to choose.")
    mapping, shown = difference.mapping_of(trainer, cloud), labels.read(cloud)
    current = mapping.to_run(shown, open_.run)
    still = open_.still(current)
    if not keep_file:
        labels.write(cloud, mapping.to_mesh(np.where(still, open_.run, current).astype(np.int32), shown))
    trainer.undecided, trainer.problem = None, ""
    trainer.next_gesture = Gesture(source="SCRIPT", mode="ASSIGN")
    known.note(bpy.context, trainer)
    known.keep(bpy.context, cloud)
    return int(np.count_nonzero(still))
