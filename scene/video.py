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


class Output:
    """A video on its way: written under another name, and given its own only when it is whole."""

    def __init__(self, scene: bpy.types.Scene, path: str) -> None:
        """Point the scene's output at a file beside `path`. Raises StoreError where it cannot be written."""
        self.target = Path(path).with_suffix(".mp4")
        self.partial = self.target.with_name(f".{self.target.stem}.partial.mp4")
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self.partial.unlink(missing_ok=True)
            self.partial.touch()
        except OSError as error:
            raise StoreError(
                f"The video cannot be written to {self.target}: {error.strerror}; choose another file."
            ) from error
        render = scene.render
        self.kept = (render.filepath, render.use_file_extension, render.use_lock_interface)
        render.filepath, render.use_file_extension = str(self.partial), False
        render.use_lock_interface = True  # nothing may change the cloud while a thread renders it

    def end(self, scene: bpy.types.Scene, whole: bool) -> Path:
        """Restore the scene's output; keep the video if it is whole. Raises StoreError where there is none."""
        render = scene.render
        render.filepath, render.use_file_extension, render.use_lock_interface = self.kept
        try:
            if not whole:
                raise StoreError("The video was cancelled; nothing was written.")
            if not self.partial.is_file() or self.partial.stat().st_size == 0:
                raise StoreError("Blender wrote no video; its console says why.")
            os.replace(self.partial, self.target)
        finally:
            self.partial.unlink(missing_ok=True)
        return self.target


def render(
    scene: bpy.types.Scene,
    path: str,
    progress: Progress | None = None,
    should_cancel: Callable[[], bool] | None = None,
) -> Path:
    """Render the scene's frames to `path` (.mp4). Returns it. Raises StoreError where it cannot be written.

    A cancelled or failed render leaves nothing under `path`, and an older video there stays. progress(frame, first,
    last) is called after each frame.
    """
    output = Output(scene, path)
    whole = cancelled = False

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
        whole = bpy.ops.render.render(animation=True, scene=scene.name) == {"FINISHED"} and not cancelled
    except RuntimeError as error:
        raise StoreError(f"The video could not be rendered: {str(error).strip()}") from error
    finally:
        bpy.app.handlers.render_post.remove(after_frame)
        bpy.app.handlers.render_cancel.remove(on_cancel)
        if not whole:
            discard(output, scene)
    if not whole:
        raise StoreError("The video was cancelled; nothing was written.")
    return output.end(scene, True)


def discard(output: Output, scene: bpy.types.Scene) -> str:
    """End without a video. Returns the sentence for it."""
    try:
        output.end(scene, False)
    except StoreError as error:
        return error.sentence
    return ""


def start(scene: bpy.types.Scene, path: str, told: Callable[[str], None]) -> None:
    """Render as render(), in Blender's render window with its progress and its Esc. Returns at once.

    told(sentence) is called when it is over, from a timer. Raises StoreError where it cannot be written.
    """
    output, name = Output(scene, path), scene.name

    def settle(whole: bool) -> None:
        ended = bpy.data.scenes.get(name)
        if ended is None:
            output.partial.unlink(missing_ok=True)
        elif whole:
            try:
                told(f"Rendered {output.end(ended, True)}")
            except StoreError as error:
                told(error.sentence)
        else:
            told(discard(output, ended))

    def over(whole: bool) -> None:
        bpy.app.handlers.render_complete.remove(on_complete)
        bpy.app.handlers.render_cancel.remove(on_cancel)
        # handlers may run in the render's thread: what changes the scene waits for the main one
        bpy.app.timers.register(lambda: settle(whole), first_interval=0.2)

    def on_complete(*_: object) -> None:
        over(True)

    def on_cancel(*_: object) -> None:
        over(False)

    bpy.app.handlers.render_complete.append(on_complete)
    bpy.app.handlers.render_cancel.append(on_cancel)
    if bpy.ops.render.render("INVOKE_DEFAULT", animation=True, scene=name) == {"CANCELLED"}:
        bpy.app.handlers.render_complete.remove(on_complete)
        bpy.app.handlers.render_cancel.remove(on_cancel)
        discard(output, scene)
        raise StoreError("Blender renders something else already; wait for its end.")
