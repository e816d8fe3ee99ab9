"""The panel Categories: loops, and what they are called."""

import bpy

from ..properties import active_cloud, words


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
        number = item.category_id
        row = layout.row(align=True)
        swatch = row.row()
        swatch.ui_units_x = 0.8
        swatch.prop(item, "colour", text="")
        if data.look.category_shapes:
            row.label(text="", icon_value=item.icon)
        row.prop(item, "title", text="", emboss=False)
        count = row.row()
        count.ui_units_x = 1.8
        count.operator("latent.category_select", text=brief(item.count), emboss=False, translate=False).category = number
        agreement = row.row()
        agreement.ui_units_x = 2.2
        agreement.enabled = item.agreement >= 0
        known = f"{item.agreement:.0%}" if item.agreement >= 0 else "–"
        agreement.operator("latent.select_doubted", text=known, emboss=False, translate=False).category = number
        if item.solo:
            star = row.operator("latent.category_solo", text="", icon="SOLO_ON", emboss=False)
            star.category, star.alone = number, False
        else:
            eye = row.operator("latent.category_hide", text="", icon="HIDE_ON" if item.hidden else "HIDE_OFF", emboss=False)
            eye.category, eye.hide = number, not item.hidden
        lock = row.operator("latent.category_lock", text="", icon="LOCKED" if item.locked else "UNLOCKED", emboss=False)
        lock.category, lock.lock = number, not item.locked
        row.operator("latent.assign", text="", icon="CHECKMARK", emboss=False).category = number


def brief(count: int) -> str:
    """A count in four characters; the tooltip tells it in full."""
    if count < 10_000:
        return str(count)
    return f"{count // 1000}k" if count < 1_000_000 else f"{count / 1e6:.1f}M"


def assign_button(layout: bpy.types.UILayout, category: bpy.types.AnyType) -> None:
    """A button that gives the selection a category."""
    button = layout.operator("latent.assign", text=category.name, icon_value=category.icon, translate=False)
    button.category = category.category_id


class LATENT_MT_assign_pie(bpy.types.Menu):
    bl_idname = "LATENT_MT_assign_pie"
    bl_label = "Assign"

    def draw(self, context: bpy.types.Context) -> None:
        pie = self.layout.menu_pie()
        cloud = active_cloud(context)
        categories = cloud.latent.categories if cloud else ()
        # a pie has eight places, the last of them for a new name, the one before for what does not fit
        fits = 7 if len(categories) <= 7 else 6
        for category in categories[:fits]:
            assign_button(pie, category)
        if len(categories) > fits:
            pie.menu("LATENT_MT_assign_more", text=words.label("{count} More", count=len(categories) - fits), icon="DOWNARROW_HLT")
        pie.operator("latent.name_selection", text="New Name…", icon="ADD")


class LATENT_MT_assign_more(bpy.types.Menu):
    bl_idname = "LATENT_MT_assign_more"
    bl_label = "Assign"
    bl_description = "The categories that the pie has no place for"

    def draw(self, context: bpy.types.Context) -> None:
        cloud = active_cloud(context)
        for category in cloud.latent.categories[6:] if cloud else ():
            assign_button(self.layout, category)


class LATENT_PT_name(bpy.types.Panel):
    """Asked for by latent.name_selection alone; the region it names is none that shows panels."""

    bl_label = "What Are These?"
    bl_idname = "LATENT_PT_name"
    bl_space_type = "TOPBAR"
    bl_region_type = "HEADER"
    bl_ui_units_x = 12

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.label(text="What Are These?")
        row = self.layout.row()
        row.activate_init = True  # so that one types at once
        row.prop(context.window_manager.latent_status, "naming", text="", placeholder="Name")


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
        row.operator("latent.box_select", text="", icon="MESH_PLANE")
        row.operator("latent.brush_select", text="", icon="SPHERE")
        row.operator("wm.tool_set_by_id", text="", icon="TOOL_SETTINGS").name = "latent.lasso_tool"
        row = column.row(align=True)
        row.prop(tool, "depth", expand=True)
        if tool.depth == "RANGE":
            row = column.row(align=True)
            row.prop(tool, "near")
            row.prop(tool, "far")

        column = layout.column(align=True)
        column.template_list("LATENT_UL_categories", "", settings, "categories", settings, "active_category", rows=4)
        row = column.row(align=True)
        row.operator("latent.category_new", text="", icon="ADD").name = f"Category {len(settings.categories) + 1}"
        row.operator("latent.category_delete", text="", icon="REMOVE").category = 0
        row.operator("latent.category_rename", text="", icon="GREASEPENCIL").category = 0
        row.operator("latent.category_merge", text="", icon="AUTOMERGE_ON").category = 0
        active = settings.categories[min(settings.active_category, len(settings.categories) - 1)] if settings.categories else None
        star = row.operator("latent.category_solo", text="", icon="SOLO_ON" if active and active.solo else "SOLO_OFF")
        star.category, star.alone = (active.category_id, not active.solo) if active else (0, True)
        row.operator("latent.show_all_categories", text="", icon="HIDE_OFF")
        row.prop(settings.look, "category_shapes", text="", icon="MESH_PLANE")
        for step, arrow in (("UP", "TRIA_UP"), ("DOWN", "TRIA_DOWN")):
            move = row.operator("latent.category_move", text="", icon=arrow)
            move.category, move.step = 0, step
        row = layout.row(align=True)
        known = words.label("{labelled:,} labelled, {unlabelled:,} not", labelled=status.labelled, unlabelled=status.unlabelled)
        row.label(text=known)
        row.operator("latent.category_select", text="", icon="RESTRICT_SELECT_OFF").category = 0
        hidden = settings.unlabelled_hidden
        eye = row.operator("latent.category_hide", text="", icon="HIDE_ON" if hidden else "HIDE_OFF")
        eye.category, eye.hide = 0, not hidden

        row = layout.row(align=True)
        row.operator("latent.assign", text="Assign", icon="CHECKMARK")
        row.operator("latent.clear_labels", text="Clear", icon="TRASH")
        row.operator("latent.label_undo", text="", icon="LOOP_BACK")
