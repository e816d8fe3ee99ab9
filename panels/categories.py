"""The panel Categories: loops, and what they are called."""

import bpy

from ..properties import active_cloud


class LATENT_UL_categories(bpy.types.UIList):
    bl_idname = "LATENT_UL_categories"

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
        swatch = row.row()
        swatch.ui_units_x = 0.8
        swatch.prop(item, "colour", text="")
        row.label(text=item.name)
        count = row.row()
        count.alignment = "RIGHT"
        count.label(text=f"{item.count:,}")
        row.operator("latent.assign", text="", icon="CHECKMARK").category = item.category_id


class LATENT_MT_assign_pie(bpy.types.Menu):
    bl_idname = "LATENT_MT_assign_pie"
    bl_label = "Assign"

    def draw(self, context: bpy.types.Context) -> None:
        pie = self.layout.menu_pie()
        cloud = active_cloud(context)
        # a pie has eight places, the last of them for a new name
        for category in cloud.latent.categories[:7] if cloud else ():
            pie.operator("latent.assign", text=category.name, translate=False).category = category.category_id
        pie.operator("latent.name_selection", text="New Name…", icon="ADD")


class LATENT_PT_categories(bpy.types.Panel):
    bl_label = "Categories"
    bl_idname = "LATENT_PT_categories"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"
    bl_order = 1

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_cloud(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = active_cloud(context).latent
        status = context.window_manager.latent_status
        tool = context.scene.latent

        column = layout.column(align=True)
        row = column.row(align=True)
        row.operator("latent.lasso_select", text="Draw a Loop", icon="SELECT_SET")
        row.operator("wm.tool_set_by_id", text="", icon="TOOL_SETTINGS").name = "latent.lasso_tool"
        row = column.row(align=True)
        row.prop(tool, "depth", expand=True)
        if tool.depth == "RANGE":
            row = column.row(align=True)
            row.prop(tool, "near")
            row.prop(tool, "far")
        row = layout.row(align=True)
        row.label(text=f"{status.selected:,} selected")
        row.operator("latent.select_none", text="", icon="X").action = "NONE"

        row = layout.row()
        row.template_list(
            "LATENT_UL_categories", "", settings, "categories", settings, "active_category", rows=4
        )
        buttons = row.column(align=True)
        buttons.operator("latent.category_new", text="", icon="ADD").name = f"Category {len(settings.categories) + 1}"
        buttons.operator("latent.category_delete", text="", icon="REMOVE").category = 0
        buttons.separator()
        buttons.operator("latent.category_rename", text="", icon="GREASEPENCIL")
        buttons.operator("latent.category_merge", text="", icon="AUTOMERGE_ON")

        row = layout.row(align=True)
        row.operator("latent.assign", text="Assign", icon="CHECKMARK")
        row.operator("latent.clear_labels", text="Clear", icon="TRASH")
        row.operator("latent.label_undo", text="", icon="LOOP_BACK")
        layout.label(text=f"{status.labelled:,} labelled")
