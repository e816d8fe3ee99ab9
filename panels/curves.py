"""The panel Curves: which are drawn over the viewport, and their newest numbers."""

import bpy

from ..properties import active_cloud


class LATENT_PT_curves(bpy.types.Panel):
    bl_label = "Curves"
    bl_idname = "LATENT_PT_curves"
    bl_parent_id = "LATENT_PT_train"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_cloud(context) is not None

    def draw_header(self, context: bpy.types.Context) -> None:
        self.layout.prop(context.scene.latent, "show_curves", text="")

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.row(align=True).prop(context.scene.latent, "curves", expand=True)
        lines = context.window_manager.latent_status.curves.splitlines()
        if lines:
            grid = layout.grid_flow(row_major=True, columns=2, align=True)
            grid.scale_y = 0.8
            for line in lines:
                grid.label(text=line)
        row = layout.row(align=True)
        row.operator("latent.read_curves", icon="FILE_REFRESH")
        row.operator("latent.export_curves", text="", icon="EXPORT")
