"""Rendering the timeline to a video, whole or not at all, with or without a window."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import bpy

from ..core.errors import StoreError
from . import compat

BACKGROUND = (0.0055, 0.0065, 0.0115, 1.0)
WORLD = "Latent Night"
CYCLES_SAMPLES = 2
EEVEE_SAMPLES = 16

Progress = Callable[[int, int, int], None]


def configure(
    scene: bpy.types.Scene, engine: str, width: int, height: int, fps: int, samples: int | None = None
) -> None:
    """Set a scene up for a video: engine CYCLES or EEVEE, size in pixels, true colours on a dark ground."""
    render = scene.render
    render.engine = compat.eevee() if engine == "EEVEE" else engine
    render.resolution_x, render.resolution_y, render.resolution_percentage = width, height, 100
    render.fps, render.fps_base = fps, 1.0
    render.use_persistent_data = True
    render.film_transparent = False
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"
    if engine == "CYCLES":
        cycles = scene.cycles
        cycles.samples = samples or CYCLES_SAMPLES
        # everything shines by itself: no bounce to follow, no noise to remove
        cycles.use_denoising = cycles.use_adaptive_sampling = False
        cycles.max_bounces = 0
        cycles.transparent_max_bounces = 0
        cycles.pixel_filter_type = "BLACKMAN_HARRIS"
    elif hasattr(scene, "eevee"):
        scene.eevee.taa_render_samples = samples or EEVEE_SAMPLES
    world = bpy.data.worlds.get(WORLD) or bpy.data.worlds.new(WORLD)
    if bpy.app.version < (5, 0, 0):
        world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = BACKGROUND
    scene.world = world
    compat.use_video(scene)
    ffmpeg = render.ffmpeg
    ffmpeg.format, ffmpeg.codec = "MPEG4", "H264"
    ffmpeg.constant_rate_factor = "HIGH"
    ffmpeg.ffmpeg_preset = "GOOD"
    ffmpeg.audio_codec = "NONE"


def render(
    scene: bpy.types.Scene,
    path: str,
    progress: Progress | None = None,
    should_cancel: Callable[[], bool] | None = None,
) -> Path:
    """Render the scene's frames to `path` (.mp4). Returns it. Raises StoreError where it cannot be written.

    Written under another name first: a cancelled or failed render leaves nothing under `path`, and an older video there
    stays. progress(frame, first, last) is called after each frame.
    """
    target = Path(path).with_suffix(".mp4")
    partial = target.with_name(f".{target.stem}.partial.mp4")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        partial.touch()
    except OSError as error:
        raise StoreError(f"The video cannot be written to {target}: {error.strerror}; choose another file.") from error
    kept = (scene.render.filepath, scene.render.use_file_extension)
    cancelled = False

    def after_frame(rendered: bpy.types.Scene, *_: object) -> None:
        nonlocal cancelled
        if progress is not None:
            progress(rendered.frame_current, rendered.frame_start, rendered.frame_end)
        if should_cancel is not None and should_cancel():
            cancelled = True
            raise KeyboardInterrupt

    def on_cancel(*_: object) -> None:
        nonlocal cancelled
        cancelled = True

    bpy.app.handlers.render_post.append(after_frame)
    bpy.app.handlers.render_cancel.append(on_cancel)
    try:
        scene.render.filepath = str(partial)
        scene.render.use_file_extension = False
        result = bpy.ops.render.render(animation=True, scene=scene.name)
        if result != {"FINISHED"} or cancelled:
            raise StoreError("The video was cancelled; nothing was written.")
        if not partial.is_file() or partial.stat().st_size == 0:
            raise StoreError("Blender wrote no video; its console says why.")
        os.replace(partial, target)
    except RuntimeError as error:
        raise StoreError(f"The video could not be rendered: {str(error).strip()}") from error
    finally:
        bpy.app.handlers.render_post.remove(after_frame)
        bpy.app.handlers.render_cancel.remove(on_cancel)
        scene.render.filepath, scene.render.use_file_extension = kept
        partial.unlink(missing_ok=True)
    return target
