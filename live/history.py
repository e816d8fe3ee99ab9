"""The recorded epochs on Blender's timeline: positions, labels and predictions of the past, with no Python at play time."""

from __future__ import annotations

import bpy

from ..core import marks
from ..core.errors import StoreError
from ..core.timeline import Timeline
from ..properties import words
from ..scene import playback, trails
from ..training.history import RunHistory
from . import arrows, blocking, paths, present, session

MOST_MARKERS = 60
"""Of the timeline's length: what comes closer than a part of so many is told by one marker."""


def read(cloud: bpy.types.Object) -> RunHistory:
    """The recorded epochs of the cloud's run, up to now. Raises StoreError where there are none."""
    history = RunHistory(paths.run_of(cloud))
    if not history.records:
        raise StoreError("This run has no recorded epoch yet; train a little first.")
    return history


def show(cloud: bpy.types.Object, context: bpy.types.Context, last_frame: int | None = None) -> Timeline:
    """Put every recorded epoch on the timeline, with markers where labels came, and show them instead of the present.

    last_frame: stretch or squeeze the run to end there; None keeps the cloud's frames per epoch.
    """
    trainer = session.running()
    if trainer is not None and trainer.ready and trainer.run_id == cloud.latent.run_id:
        blocking.wait_acknowledged(trainer, context)
    return put(cloud, context, last_frame)


def put(cloud: bpy.types.Object, context: bpy.types.Context, last_frame: float | None) -> Timeline:
    """show(), of what the run holds already."""
    history = read(cloud)
    settings = cloud.latent
    records = len(history.records)
    if last_frame is not None and records > 1:
        settings.frames_per_record = (last_frame - settings.first_frame) / (records - 1)
    timeline = Timeline(settings.first_frame, settings.frames_per_record, records)
    playback.attach(cloud, history.positions_path, history.state_path, records, timeline)
    scene = context.scene
    if playback.is_history(cloud) and settings.own_scene != scene.name:
        present.leave(cloud)
    if not playback.is_history(cloud):
        settings.own_scene = scene.name
        settings.own_frames = (scene.frame_start, scene.frame_end)
    playback.show_history(cloud)
    arrows.apply(cloud)
    settings.records = records
    scene.frame_start = settings.first_frame
    scene.frame_end = max(scene.frame_start, int(timeline.last_frame))
    for ob in trails.of_cloud(cloud):
        trails.feed(ob, cloud, timeline)
    playback.place_markers(scene, marks.merged(changes(cloud, history, timeline), gap(scene), words.label))
    return timeline


def gap(scene: bpy.types.Scene) -> float:
    """Frames between two markers at least, so that their names can be read."""
    return max(1.0, (scene.frame_end - scene.frame_start) / MOST_MARKERS)


def show_live(cloud: bpy.types.Object) -> None:
    """Show the present again, at once."""
    present.leave(cloud)
    trainer = session.running()
    if trainer is not None and trainer.run_id == cloud.latent.run_id:
        trainer.prediction_shown = False
        blocking.show_now(trainer)


def changes(cloud: bpy.types.Object, history: RunHistory, timeline: Timeline) -> list[marks.Change]:
    """Each label edit on the frame of the recorded epoch that first knew it."""
    names = {c.category_id: c.name for c in cloud.latent.categories}
    steps = [record.step for record in history.records]
    found = []
    for edit in history.edits():
        frame = timeline.frame_of_record(timeline.record_of_label(steps, edit.applied_step))
        given = [names.get(number, words.label("category {number}", number=number)) for number in edit.categories if number]
        found.append(marks.Change(frame, edit.count, ", ".join(given)))
    return found
