"""The panel Arrows: which forces are drawn at the points, in which colours, how long and how many."""

import bpy

from ..properties import active_cloud
from .wrapping import sentence


class LATENT_PT_arrows(bpy.types.Panel):
    bl_label = "Arrows"
    bl_idname = "LATENT_PT_arrows"
    bl_parent_id = "LATENT_PT_forces"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        cloud = active_cloud(context)
        return cloud is not None and len(cloud.latent.arrows.channels) > 0

    def draw_header(self, context: bpy.types.Context) -> None:
        self.layout.prop(active_cloud(context).latent.arrows, "visible", text="")

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        arrows = active_cloud(context).latent.arrows
        layout.active = arrows.visible
        column = layout.column(align=True)
        for item in arrows.channels:
            row = column.row(align=True)
            row.prop(item, "show", text=item.name, toggle=True)
            swatch = row.row(align=True)
            swatch.ui_units_x = 1.6
            swatch.prop(item, "colour", text="")
        row = layout.row(align=True)
        row.prop(arrows, "size")
        row.prop(arrows, "most")
        row = layout.row(align=True)
        row.prop(arrows, "evenness")
        row.prop(arrows, "in_front", text="", icon="XRAY")
        sentence(layout, context, arrows.note)
