"""Record what one does in the headset, and end that."""

import bpy

from ..core.errors import LatentError
from ..live import recording
from ..properties import active_cloud, words
from .polls import has_cloud


class LATENT_OT_xr_record(bpy.types.Operator):
    bl_idname = "latent.xr_record"
    bl_label = "Record Session"
    bl_description = "Keep the way of head and hands, gestures and labels in the run folder; a video's camera can follow it"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        if context.window_manager.latent_xr.recording:
            recording.end(context)
            self.report({"INFO"}, "Recorded; the video's camera From Headset's Path follows it")
            return {"FINISHED"}
        try:
            path = recording.begin(active_cloud(context), context)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("Recording to {path}", path=path))
        return {"FINISHED"}
