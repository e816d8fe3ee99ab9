"""Switch a cloud between the present and its recorded past."""

import bpy

from ..core.errors import LatentError
from ..live import history
from ..properties import active_cloud, words
from ..scene import playback
from .polls import has_cloud


class LATENT_OT_show_history(bpy.types.Operator):
    bl_idname = "latent.show_history"
    bl_label = "Show History"
    bl_description = "Put the recorded epochs on the timeline, with a marker where labels came; scrub to see them"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            timeline = history.show(active_cloud(context), context)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        said = "{records:,} recorded epochs up to frame {last:.0f}"
        self.report({"INFO"}, words.report(said, records=timeline.records, last=timeline.last_frame))
        return {"FINISHED"}


class LATENT_OT_show_live(bpy.types.Operator):
    bl_idname = "latent.show_live"
    bl_label = "Back to Live"
    bl_description = "Leave the past: show where the cloud is now; the scene gets the frames back that it had before"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_cloud(cls, context):
            return False
        if playback.is_history(active_cloud(context)):
            return True
        cls.poll_message_set("The cloud shows the present already")
        return False

    def execute(self, context: bpy.types.Context) -> set[str]:
        history.show_live(active_cloud(context))
        return {"FINISHED"}
