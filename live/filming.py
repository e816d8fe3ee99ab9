"""From a cloud's history to a video: timeline, camera, captions, and a second Blender that renders them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..core.errors import LabelError, LatentError, StoreError
from ..core.timeline import Timeline
from ..core.version import HALF_SIDE
from ..properties import words
from ..scene import arrows as scene_arrows
from ..scene import camera, head_camera, overlays, playback, video
from ..training.history import RunHistory
from . import arrows, history, labels, recorded, rendering, status
from .rendering import Render

TICK_SECONDS = 0.3
PREVIEW = "Latent Preview"
KEYS = 120
"""How many places the path of a camera that follows has at most."""
CALM = 2
"""How many places before and after one are averaged, so that the camera does not shake."""


@dataclass(frozen=True)
class Shot:
    """What to film. width, height: pixels; camera and engine: as in properties/film.py; category: whom FOLLOW follows."""

    path: str
    seconds: int = 12
    width: int = 1280
    height: int = 720
    fps: int = 24
    camera: str = "ORBIT"
    category: str = ""
    captions: bool = True
    legend: bool = True
    arrows: bool = False
    engine: str = "CYCLES"


def shot_of(film: Any) -> Shot:
    """What the settings of a scene's film say."""
    width, height = video.SIZES.get(film.preset, (film.width, film.height))
    return Shot(
        path=bpy.path.abspath(film.path),
        seconds=film.seconds,
        width=width,
        height=height,
        fps=film.fps,
        camera=film.camera,
        category=film.category,
        captions=film.captions,
        legend=film.legend,
        arrows=film.arrows,
        engine=film.engine,
    )


def prepare(cloud: bpy.types.Object, context: bpy.types.Context, shot: Shot) -> Timeline:
    """Put the run on the timeline so that it takes the shot's time, and set camera, captions and engine.

    Raises StoreError or LabelError where the shot has no camera or nobody to follow.
    """
    scene = context.scene
    followed = category_of(cloud, shot.category) if shot.camera == "FOLLOW" else 0
    if shot.camera == "SCENE" and (scene.camera is None or scene.camera.type != "CAMERA"):
        raise StoreError("This scene has no camera; add one, or choose another camera for the video.")
    if shot.camera == "HEADSET":
        recorded.newest(cloud)  # before anything of the scene is changed
    video.configure(scene, shot.engine, shot.width, shot.height, shot.fps)
    last_frame = cloud.latent.first_frame + shot.seconds * shot.fps - 1
    timeline = history.show(cloud, context, last_frame)
    scene.frame_end = last_frame
    eye = scene.camera
    if shot.camera == "HEADSET":
        eye = head_camera.ensure_camera(scene, recorded.way(recorded.read(recorded.newest(cloud)), record_steps(cloud), timeline))
    elif shot.camera != "SCENE":
        along = path_of(cloud, followed, timeline) if followed else ()
        orbit = shot.camera != "STILL"
        eye = camera.ensure_camera(scene, HALF_SIDE, orbit, scene.frame_start, scene.frame_end, along)
    context.view_layer.update()
    said = caption(cloud, history.read(cloud), timeline)
    overlays.ensure_overlays(scene, eye, said, shot.captions, shot.legend)
    video.paint(scene)
    return timeline


def record_steps(cloud: bpy.types.Object) -> list[int]:
    """The step of each recorded epoch."""
    return [record.step for record in history.read(cloud).records]


def category_of(cloud: bpy.types.Object, name: str) -> int:
    """The number of the category with this name. Raises LabelError."""
    item = cloud.latent.categories.get(name)
    if item is None:
        raise LabelError("Choose the category that the camera follows.")
    return int(item.category_id)


def path_of(cloud: bpy.types.Object, category: int, timeline: Timeline) -> camera.Path:
    """Where the middle of a category's points is by frame, calmed. Raises LabelError where it has none."""
    members = np.flatnonzero(labels.read(cloud) == category)
    if not len(members):
        raise LabelError("The category that the camera follows has no points; label some, or choose another.")
    stored = playback.samples(cloud.modifiers[playback.CACHE], len(cloud.data.vertices))
    rows = np.unique(np.linspace(0, timeline.records - 1, KEYS).round().astype(np.int64))
    centres = np.array([stored[row][members].mean(axis=0) for row in rows], dtype=np.float64)
    calmed = [centres[max(0, i - CALM) : i + CALM + 1].mean(axis=0) for i in range(len(rows))]
    matrix = np.array(cloud.matrix_world, dtype=np.float64)
    return [
        (timeline.frame_of_record(int(row)), [float(v) for v in matrix[:3, :3] @ place + matrix[:3, 3]])
        for row, place in zip(rows, calmed, strict=True)
    ]


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


def begin(cloud: bpy.types.Object, context: bpy.types.Context, shot: Shot) -> Render:
    """Start to render the video in a second Blender, from a copy of the file; this one goes on from where it was.

    Raises LatentError where that cannot be.
    """
    folder = rendering.folder_of(shot.path)
    rendering.discard(folder)
    copy(cloud, context, shot, folder, rendering.target_of(shot.path))
    return Render(folder)


def begin_preview(cloud: bpy.types.Object, context: bpy.types.Context, shot: Shot) -> Render:
    """Start to render the video's middle frame alone."""
    folder = Path(tempfile.mkdtemp(prefix="latent-preview-", dir=bpy.app.tempdir or None))
    copy(cloud, context, shot, folder, None)
    return Render(folder)


def resume(path: str) -> Render:
    """Go on with a render that ended early, with the scene as it was when it began. Raises StoreError where there is none."""
    return Render(rendering.folder_of(path))


def copy(
    cloud: bpy.types.Object, context: bpy.types.Context, shot: Shot, folder: Path, target: Path | None
) -> None:
    """Prepare the scene and save a copy of the file for the second Blender. A cloud that was live is live again after it."""
    scene = context.scene
    live, frame, pace = not playback.is_history(cloud), scene.frame_current, cloud.latent.frames_per_record
    prepare(cloud, context, shot)
    forces = scene_arrows.object_of(cloud) if shot.arrows else None
    if forces is not None:
        forces.hide_render = forces.hide_viewport = False
        overlays.appear(forces, scene.frame_end - shot.fps + 1, scene.frame_start)
    middle = (scene.frame_start + scene.frame_end) // 2
    first, last = (scene.frame_start, scene.frame_end) if target else (middle, middle)
    try:
        rendering.prepare(folder, scene, first, last, target)
    finally:
        if forces is not None:
            forces.animation_data_clear()
            arrows.apply(cloud)
        cloud.latent.frames_per_record = pace
        if live:
            history.show_live(cloud)
        else:
            history.show(cloud, context)
        scene.frame_set(frame)


def watch(render: Render, ended: Callable[[dict[str, Any]], str]) -> None:
    """Show the render's progress in the panel until it ends, from a timer: neither autosave nor another file ends it.

    ended(facts) gives the sentence for the panel; it may raise LatentError.
    """

    def tick() -> float | None:
        shown = getattr(bpy.context.window_manager, "latent_status", None)
        if shown is None:  # the extension was disabled
            render.cancel()
            return None
        if not shown.filming_cancelled and not render.finished:
            shown.filming, shown.filming_progress = render.text, render.share
            status.redraw_sidebars(bpy.context)
            return TICK_SECONDS
        if shown.filming_cancelled:
            render.cancel()
            done = len(render.rendered) + len(render.skipped)
            shown.video = words.report(
                "Cancelled with {done:,} of {frames:,} frames; Continue Video goes on from there.", done=done, frames=render.frames
            )
        else:
            try:
                shown.video = ended(render.result())
            except LatentError as error:
                shown.video = words.error(error)
        shown.filming, shown.filming_cancelled = "", False
        status.redraw_sidebars(bpy.context)
        return None

    shown = bpy.context.window_manager.latent_status
    shown.filming, shown.filming_progress, shown.filming_cancelled, shown.video = render.text, 0.0, False, ""
    bpy.app.timers.register(tick, first_interval=TICK_SECONDS, persistent=True)


def told(facts: dict[str, Any]) -> str:
    """What is said of a video that is there."""
    return words.report("Rendered {path}", path=facts["path"])


def show_preview(facts: dict[str, Any]) -> str:
    """Show a rendered frame in an Image Editor, in a window of its own where none is open; its file goes."""
    path = Path(facts["path"])
    old = bpy.data.images.get(PREVIEW)
    if old is not None:
        bpy.data.images.remove(old)
    image = bpy.data.images.load(str(path))
    image.name = PREVIEW
    image.pack()
    rendering.discard(path.parent)
    if not bpy.app.background:
        editor(bpy.context).image = image
    return words.report("Frame {frame:,} is in the image {image}", frame=int(path.stem), image=PREVIEW)


def editor(context: bpy.types.Context) -> Any:
    """The space of an open Image Editor; opened in a new window where there is none."""
    windows = context.window_manager.windows
    for window in windows:
        for area in window.screen.areas:
            if area.type == "IMAGE_EDITOR":
                return area.spaces.active
    with context.temp_override(window=windows[0]):
        bpy.ops.wm.window_new()
    area = windows[-1].screen.areas[0]
    area.type = "IMAGE_EDITOR"
    return area.spaces.active
