"""The panel VR: into the room and out of it, by Blender's own session."""

import bpy

from ..properties import active_cloud
from .wrapping import sentence


class LATENT_PT_vr(bpy.types.Panel):
    bl_label = "VR"
    bl_idname = "LATENT_PT_vr"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_cloud(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        if not bpy.app.build_options.xr_openxr:
            sentence(layout, context, "This Blender was built without VR; use one from blender.org.", "INFO")
            return
        runs = context.window_manager.xr_session_state is not None and bpy.types.XrSessionState.is_running(context)
        layout.operator("wm.xr_session_toggle", text="Stop VR Session" if runs else "Start VR Session", icon="CAMERA_STEREO")
        sentence(layout, context, "Hold the trigger and draw a loop in the air; what it encloses is selected.")
