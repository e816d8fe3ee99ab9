"""From a cloud's history to a video: timeline, camera, captions, render."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import bpy

from ..core.timeline import Timeline
from ..core.version import HALF_SIDE
from ..scene import camera, overlays, video
from ..training.history import RunHistory
from . import history, labels, status


@dataclass(frozen=True)
class Shot:
    """What to film. engine: CYCLES or EEVEE; width, height: pixels."""

    path: str
    seconds: int = 12
    width: int = 1280
    height: int = 720
    fps: int = 24
    orbit: bool = True
    engine: str = "CYCLES"


def prepare(cloud: bpy.types.Object, context: bpy.types.Context, shot: Shot) -> Timeline:
    """Put the run on the timeline so that it takes the shot's time, and set camera, captions and engine."""
    scene = context.scene
    video.configure(scene, shot.engine, shot.width, shot.height, shot.fps)
    last_frame = cloud.latent.first_frame + shot.seconds * shot.fps - 1
    timeline = history.show(cloud, context, last_frame)
    scene.frame_end = last_frame
    eye = camera.ensure_camera(scene, HALF_SIDE, shot.orbit, scene.frame_start, scene.frame_end)
    context.view_layer.update()
    overlays.ensure_overlays(scene, eye, caption(cloud, history.read(cloud), timeline))
    scene.frame_set(scene.frame_start)
    return timeline


def caption(cloud: bpy.types.Object, past: RunHistory, timeline: Timeline) -> overlays.Caption:
    """Epochs and labels by frame, and each category from the frame where it got its first label."""
    steps = [record.step for record in past.records]
    given: dict[int, int] = {}
    first_frames: dict[int, float] = {}
    for edit in past.edits():
        record = timeline.record_of_label(steps, edit.applied_step)
        given[record] = given.get(record, 0) + edit.gained
        for category in edit.categories:
            first_frames.setdefault(category, timeline.frame_of_change(record))
    totals = accumulate(given.get(index, 0) for index in range(len(steps)))
    return overlays.Caption(
        title=cloud.name,
        epochs=[(timeline.frame_of_record(index), record.epoch) for index, record in enumerate(past.records)],
        labels=[(timeline.frame_of_change(index), total) for index, total in enumerate(totals)],
        legend=[
            (category.name, category.colour, first_frames.get(category.id, timeline.last_frame))
            for category in labels.listed(cloud)
        ],
    )


def render(
    context: bpy.types.Context,
    shot: Shot,
    progress: video.Progress | None = None,
    should_cancel: Callable[[], bool] | None = None,
) -> Path:
    """Render what was prepared."""
    return video.render(context.scene, shot.path, progress, should_cancel)


def start(context: bpy.types.Context, shot: Shot) -> None:
    """Render what was prepared in Blender's render window; the panel says when it is over."""

    def told(sentence: str) -> None:
        bpy.context.window_manager.latent_status.video = sentence
        status.redraw_sidebars(bpy.context)

    told("Rendering; Esc in the render window stops it")
    video.start(context.scene, shot.path, told)
