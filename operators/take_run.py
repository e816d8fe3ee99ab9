"""Take a run whose lock another computer left behind on a network drive."""

import bpy

from ..core.errors import LatentError
from ..live import finding, session, starting, status
from ..properties import active_cloud, preferences, words
from .polls import has_cloud


class LATENT_OT_take_run(bpy.types.Operator):
    bl_idname = "latent.take_run"
    bl_label = "Take the Run"
    bl_description = "The trainer on the other computer has ended: work on its run from here. Two at once would damage it"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = active_cloud(context)
        try:
            before = finding.take_run(cloud)
            status.publish_off(context)
            starting.start_existing(cloud, preferences(context))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        if before:
            self.report({"INFO"}, words.report("The run was taken over from {before}", before=before))
        if not bpy.app.background and session.running() is not None:
            bpy.ops.latent.train("INVOKE_DEFAULT", begin=False)
        return {"FINISHED"}
