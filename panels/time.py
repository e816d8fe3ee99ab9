"""The panel Time: the past on the timeline, and the video of it."""

import bpy

from ..properties import active_cloud, words
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
            layout.label(text=words.label("{records:,} recorded epochs", records=settings.records))
        layout.operator("latent.disk_limit", text="Limit Recorded Epochs…", icon="DISK_DRIVE")
        column = layout.column(align=True)
        row = column.row(align=True)
        row.operator("latent.show_trails", icon="TRACKING")
        row.prop(settings, "trail_epochs")
        row = column.row(align=True)
        row.operator("latent.compare_epoch", icon="GHOST_ENABLED")
        row.operator("latent.remove_trails", text="", icon="X")


class LATENT_PT_video(bpy.types.Panel):
    bl_label = "Video"
    bl_idname = "LATENT_PT_video"
    bl_parent_id = "LATENT_PT_time"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        status, film = context.window_manager.latent_status, context.scene.latent.film
        settings = layout.column()
        settings.enabled = not status.filming
        settings.prop(film, "path", text="")
        column = settings.column(align=True)
        row = column.row(align=True)
        row.prop(film, "preset", text="")
        row.prop(film, "engine", text="")
        if film.preset == "CUSTOM":
            row = column.row(align=True)
            row.prop(film, "width")
            row.prop(film, "height")
        row = column.row(align=True)
        row.prop(film, "seconds")
        row.prop(film, "fps", text="per Second")
        settings.prop(film, "camera", text="", icon="CAMERA_DATA")
        if film.camera == "FOLLOW":
            settings.prop_search(film, "category", active_cloud(context).latent, "categories", text="")
        row = settings.row(align=True)
        row.prop(film, "captions", toggle=True)
        row.prop(film, "legend", toggle=True)
        row.prop(film, "arrows", toggle=True)
        if status.filming:
            row = layout.row(align=True)
            row.progress(factor=status.filming_progress, text=status.filming)
            row.operator("latent.cancel_video", text="", icon="X")
        column = layout.column(align=True)
        column.operator("latent.preview_video", icon="IMAGE_DATA")
        column.operator("latent.render_video", icon="RENDER_ANIMATION")
        column.operator("latent.resume_video", icon="FRAME_NEXT")
        column.operator("latent.render_video", text="Set Up Scene for a Farm", icon="SCENE_DATA").render = False
        if status.video:
            sentence(layout, context, status.video, "INFO")
