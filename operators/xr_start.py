"""Into the room, and out of it: Blender's own VR session, with a sentence where there is none."""

import sys

import bpy

from .polls import has_cloud

HELP = {
    "win32": "Start SteamVR, the Meta Quest Link app or Mixed Reality Portal, make it the active OpenXR runtime in its settings",
    "darwin": "Blender has no VR on macOS; use Windows or Linux",
}
ELSEWHERE = "Start SteamVR or Monado (monado-service), make it the active OpenXR runtime"


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
        bpy.ops.wm.xr_session_toggle()
        if not runs and context.window_manager.xr_session_state is None:
            sentence = f"No headset answers. {HELP.get(sys.platform, ELSEWHERE)}, connect the headset, then press Start VR again."
            context.window_manager.latent_xr.problem = sentence
            self.report({"ERROR"}, sentence)
            return {"CANCELLED"}
        context.window_manager.latent_xr.problem = ""
        return {"FINISHED"}
