"""The panel Time: the past on the timeline, and the video of it."""

import bpy

from ..properties import active_cloud
from .wrapping import sentence


class LATENT_PT_time(bpy.types.Panel):
    bl_label = "Time"
    bl_idname = "LATENT_PT_time"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"
    bl_order = 4

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_cloud(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = active_cloud(context).latent
        row = layout.row(align=True)
        row.operator("latent.show_history", icon="TIME")
        row.operator("latent.show_live", icon="RADIOBUT_ON")
        column = layout.column(align=True)
        column.prop(settings, "first_frame")
        column.prop(settings, "frames_per_record")
        if settings.records:
            layout.label(text=f"{settings.records:,} recorded epochs")
        layout.prop(context.scene.latent, "orbit")
        layout.prop(context.scene.latent, "video_path", text="")
        layout.operator("latent.render_video", icon="RENDER_ANIMATION")
        if context.window_manager.latent_status.video:
            sentence(layout, context, context.window_manager.latent_status.video, "INFO")
