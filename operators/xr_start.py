"""Into the room, and out of it: Blender's own VR session, with a sentence where there is none."""

import sys

import bpy

from ..properties import words
from ..xr import session
from .polls import has_cloud

HELP = {
    "win32": "No headset answers. Start SteamVR, Meta Quest Link (Oculus) or Mixed Reality Portal, choose it as OpenXR runtime "
    "in its settings, connect the headset, then press Start VR again.",
    "darwin": "Blender has no VR on macOS; use Windows or Linux.",
}
"""What to do where no session starts, by platform."""
ELSEWHERE = (
    "No headset answers. Start SteamVR or Monado (monado-service), choose it as OpenXR runtime, connect the headset, "
    "then press Start VR again."
)


class LATENT_OT_xr_start(bpy.types.Operator):
    bl_idname = "latent.xr_start"
    bl_label = "Start VR"
    bl_description = "Step into the cloud with a headset, or out of it again; Blender's own VR button does the same"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not bpy.app.build_options.xr_openxr:
            cls.poll_message_set("This Blender was built without VR; use one from blender.org")
            return False
        if bpy.app.background:
            cls.poll_message_set("VR needs Blender's window")
            return False
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        runs = context.window_manager.xr_session_state is not None
        if not session.toggle(context):
            self.report({"ERROR"}, "Open a 3D viewport first; the headset shows what is in it.")
            return {"CANCELLED"}
        if not runs and context.window_manager.xr_session_state is None:
            sentence = words.report(HELP.get(sys.platform, ELSEWHERE))
            context.window_manager.latent_xr.problem = sentence
            self.report({"ERROR"}, sentence)
            return {"CANCELLED"}
        context.window_manager.latent_xr.problem = ""
        return {"FINISHED"}
