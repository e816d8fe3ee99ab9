"""Render the run as a video, in a second Blender: anew, or what an earlier render left; one frame of it to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
from bpy.props import BoolProperty, StringProperty

from ..core.errors import LatentError
from ..live import filming, rendering
from ..live.rendering import Render
from ..properties import RELATIVE, active_cloud, words
from .polls import has_cloud


def is_free(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """No video is being rendered."""
    if context.window_manager.latent_status.filming:
        cls.poll_message_set("A video is being rendered; wait for its end, or cancel it")
        return False
    return True


def run(operator: bpy.types.Operator, start: Callable[[], Render], ended: Callable[[dict[str, Any]], str]) -> set[str]:
    """Start a render. Without a window it is waited for, otherwise the panel shows how far it is."""
    try:
        render = start()
        if bpy.app.background:
            operator.report({"INFO"}, ended(render.wait(lambda _share, _text: None)))
        else:
            filming.watch(render, ended)
    except LatentError as error:
        operator.report({"ERROR"}, words.error(error))
        return {"CANCELLED"}
    return {"FINISHED"}


class LATENT_OT_render_video(bpy.types.Operator):
    bl_idname = "latent.render_video"
    bl_label = "Render Video"
    bl_description = (
        "Render the recorded epochs as a video, in a second Blender from a copy of the file: go on with your work meanwhile. "
        "Begins anew where an earlier render ended early"
    )
    bl_options = {"REGISTER"}

    filepath: StringProperty(
        name="File", description="Where the video is written (.mp4)", subtype="FILE_PATH", options=RELATIVE | {"SKIP_SAVE"}
    )
    render: BoolProperty(
        name="Render", description="Render now; off: only set the scene up for it", default=True, options={"SKIP_SAVE"}
    )

    @classmethod
    def description(cls, context: bpy.types.Context, properties: Any) -> str:
        if properties.render:
            return cls.bl_description
        return "Set the scene up as the video needs it and render nothing: save the file then, and any Blender renders it"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context) and is_free(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        film, cloud = context.scene.latent.film, active_cloud(context)
        if self.filepath:
            film.path = self.filepath
        if self.render:
            return run(self, lambda: filming.begin(cloud, context, filming.shot_of(film)), filming.told)
        try:
            filming.prepare(cloud, context, filming.shot_of(film))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        context.scene.frame_set(context.scene.frame_start)
        self.report({"INFO"}, "The scene is ready to render")
        return {"FINISHED"}


class LATENT_OT_resume_video(bpy.types.Operator):
    bl_idname = "latent.resume_video"
    bl_label = "Continue Video"
    bl_description = "Go on with a video whose render was cancelled or broke off, with the scene as it was: what is done is kept"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not is_free(cls, context):
            return False
        if rendering.is_unfinished(bpy.path.abspath(context.scene.latent.film.path)):
            return True
        cls.poll_message_set("No render of this video ended early")
        return False

    def execute(self, context: bpy.types.Context) -> set[str]:
        path = bpy.path.abspath(context.scene.latent.film.path)
        return run(self, lambda: filming.resume(path), filming.told)


class LATENT_OT_preview_video(bpy.types.Operator):
    bl_idname = "latent.preview_video"
    bl_label = "Preview Frame"
    bl_description = "Render the frame in the middle of the video alone, as the video will have it, and show it"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context) and is_free(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        shot = filming.shot_of(context.scene.latent.film)
        return run(self, lambda: filming.begin_preview(active_cloud(context), context, shot), filming.show_preview)


class LATENT_OT_cancel_video(bpy.types.Operator):
    bl_idname = "latent.cancel_video"
    bl_label = "Cancel Video"
    bl_description = "End the render. The frames that are done stay beside the video, and Continue Video goes on from there"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.window_manager.latent_status.filming:
            return True
        cls.poll_message_set("No video is being rendered")
        return False

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.window_manager.latent_status.filming_cancelled = True
        return {"FINISHED"}
