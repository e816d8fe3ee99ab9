"""The panel Selection: how many points, of which categories, what some of them look like, and what can be done with them."""

import bpy

from ..properties import active_cloud, words
from .wrapping import sentence

ACROSS = 6


class LATENT_UL_selections(bpy.types.UIList):
    bl_idname = "LATENT_UL_selections"

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        data: bpy.types.AnyType,
        item: bpy.types.AnyType,
        icon: int,
        active_data: bpy.types.AnyType,
        active_property: str,
        index: int = 0,
        flt_flag: int = 0,
    ) -> None:
        row = layout.row(align=True)
        row.label(text=item.name, translate=False)
        count = row.row()
        count.alignment = "RIGHT"
        count.label(text=f"{item.count:,}")
        row.operator("latent.selection_choose", text="", icon="RESTRICT_SELECT_OFF", emboss=False).name = item.name
        row.operator("latent.selection_remove", text="", icon="X", emboss=False).name = item.name


class LATENT_PT_selection(bpy.types.Panel):
    bl_label = "Selection"
    bl_idname = "LATENT_PT_selection"
    bl_parent_id = "LATENT_PT_categories"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"
    bl_order = 0

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_cloud(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = active_cloud(context).latent
        status = context.window_manager.latent_status
        row = layout.row(align=True)
        row.label(text=words.label("{selected:,} selected", selected=status.selected))
        row.operator("latent.select_none", text="", icon="SELECT_SET").action = "ALL"
        row.operator("latent.select_none", text="", icon="SELECT_DIFFERENCE").action = "INVERT"
        row.operator("latent.select_none", text="", icon="X").action = "NONE"
        if status.chosen:
            chosen = ", ".join(f"{item.count:,} {item.name}" for item in status.chosen[:12])
            more = len(status.chosen) - 12
            sentence(layout, context, words.label("{chosen} and {more} more", chosen=chosen, more=more) if more > 0 else chosen)
        pictured = [item for item in status.strip if item.icon]
        if pictured:
            grid = layout.grid_flow(row_major=True, columns=ACROSS, even_columns=True, align=True)
            for item in pictured:
                grid.template_icon(icon_value=item.icon, scale=2.0)
        else:
            column = layout.column(align=True)
            column.scale_y = 0.8
            for item in status.strip:
                column.label(text=item.name, icon="DOT", translate=False)
        row = layout.row(align=True)
        row.operator("latent.selection_save", text="Save As…", icon="BOOKMARKS")
        row.operator("latent.export_selection", text="Export…", icon="EXPORT")
        if settings.selections:
            layout.template_list(
                "LATENT_UL_selections", "", settings, "selections", settings, "active_selection", rows=2, maxrows=5
            )
