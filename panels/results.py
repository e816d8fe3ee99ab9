"""The panel Out: labels and models out, new samples in."""

import bpy

from ..properties import active_cloud


class LATENT_PT_results(bpy.types.Panel):
    bl_label = "Out"
    bl_idname = "LATENT_PT_results"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"
    bl_order = 6
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_cloud(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        status = context.window_manager.latent_status
        if status.errand:
            row = layout.row(align=True)
            row.progress(factor=status.errand_progress, text=status.errand)
            row.operator("latent.cancel_errand", text="", icon="X")
        column = layout.column(align=True)
        column.enabled = not status.errand
        column.operator("latent.export", text="Export Labels", icon="EXPORT").what = "labels"
        column.operator("latent.export", text="Export Embeddings", icon="EXPORT").what = "embeddings"
        column.operator_menu_enum("latent.export", "what", text="Export More", icon="DOWNARROW_HLT")
        column = layout.column(align=True)
        column.enabled = not status.errand
        column.operator("latent.import_labels", icon="IMPORT")
        column.operator("latent.classify", text="Classify New Data…", icon="GHOST_ENABLED")
