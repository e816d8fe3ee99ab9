"""Predictions as Blender sees them: what could be accepted, accepting it, and which labels the model doubts.

Reads the mesh's own attributes, so that it also serves a cloud whose trainer is not running.
"""

from __future__ import annotations

import bpy
import numpy as np

from ..core import accepting, edits
from ..core.accepting import Acceptable
from ..core.arrays import BoolArray, Float32Array
from ..core.errors import LabelError
from ..scene import cloud as cloud_data
from . import difference, filters, hiding, labels, looks, present, session
from .book import Gesture
from .running import RunningTrainer

SUMMED_SECONDS = 1.0


def candidates(cloud: bpy.types.Object, category_id: int, threshold: float) -> tuple[BoolArray, Float32Array]:
    """((P,) bool, (P,) float32): the points whose prediction may be accepted, none that is hidden, and the confidence of all."""
    mesh = cloud.data
    confidence = cloud_data.read_floats(mesh, "confidence")
    prediction = cloud_data.read_ints(mesh, "prediction")
    found = accepting.acceptable(labels.read(cloud), prediction, confidence, category_id, threshold)
    return found & ~hiding.mask(cloud), confidence


def preview(cloud: bpy.types.Object, category_id: int, threshold: float) -> Acceptable:
    """What accepting would do."""
    mask, confidence = candidates(cloud, category_id, threshold)
    return accepting.estimate(confidence, mask)


def accept(cloud: bpy.types.Object, category_id: int, threshold: float) -> Acceptable:
    """Make labels of a category's predictions, as one edit that says it was a suggestion. Raises LabelError."""
    name = labels.by_id(cloud, category_id).name
    present.leave(cloud)
    mask, confidence = candidates(cloud, category_id, threshold)
    if not mask.any():
        raise LabelError(
            "No unlabelled point is predicted to be {name} with {threshold:.0%} or more; lower the threshold.",
            name=name, threshold=threshold,
        )
    labels.assign(cloud, mask, category_id)
    gesture = Gesture(source="SUGGESTION", mode="ASSIGN", gesture_id=edits.new_id())
    difference.flush(session.running(), cloud, gesture)
    return accepting.estimate(confidence, mask)


def doubtful(cloud: bpy.types.Object, category_id: int = 0) -> BoolArray:
    """(P,) bool: points labelled so (0: labelled) that the model, without their label, surely takes for something else."""
    given = labels.read(cloud)
    found = accepting.doubtful(given, cloud_data.read_ints(cloud.data, "doubted"))
    return found & (given == category_id) if category_id else found


def sum_up(trainer: RunningTrainer, cloud: bpy.types.Object, context: bpy.types.Context, now: float) -> None:
    """Write for the panel what could be accepted and how much is doubted; once a second."""
    if now - trainer.summed < SUMMED_SECONDS or cloud.mode != "OBJECT":
        return
    trainer.summed = now
    looks.refresh(cloud)
    if filters.is_on(cloud) and not trainer.holds:  # what a gesture is about to take stays as it was seen
        filters.refresh(cloud)
    mesh, status = cloud.data, context.window_manager.latent_status
    given = labels.read(cloud)
    found = accepting.summary(
        given,
        np.where(hiding.mask(cloud), 0, cloud_data.read_ints(mesh, "prediction")),
        cloud_data.read_floats(mesh, "confidence"),
        context.scene.latent.accept_threshold,
    )
    rows = [(c.category_id, c.name, found[c.category_id]) for c in cloud.latent.categories if c.category_id in found]
    labels.refresh_counts(cloud)
    listed = [(item.category_id, item.name, item.count, round(item.error, 4)) for item in status.acceptable]
    if listed == [(number, name, what.count, round(what.error, 4)) for number, name, what in rows]:
        return
    status.acceptable.clear()
    for number, name, what in rows:
        item = status.acceptable.add()
        item.category_id, item.name, item.count, item.error = number, name, what.count, what.error
