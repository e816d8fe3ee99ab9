"""The panel Look Closer: the samples themselves, and what their colours say."""

import bpy

from ..properties import active_cloud


class LATENT_PT_look(bpy.types.Panel):
    bl_label = "Look Closer"
    bl_idname = "LATENT_PT_look"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"
    bl_order = 3

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_cloud(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = active_cloud(context).latent
        look = settings.look
        column = layout.column(align=True)
        column.prop(look, "colour_by", text="")
        if look.colour_by == "COLUMN":
            column.prop_search(look, "column", context.window_manager.latent_status, "columns", text="", icon="SPREADSHEET")
        if look.colour_by in {"GUESSES", "PREDICTION", "CONFIDENCE"}:
            column.operator("latent.accept_predictions", text="Accept Predictions…", icon="CHECKMARK").category = 0
        column.prop(look, "legend")
        if context.scene.view_settings.view_transform != "Standard":
            column.operator("latent.true_colours", icon="COLOR")
        column = layout.column(align=True)
        row = column.row(align=True)
        row.prop(look, "show_only", text="")
        row.prop(look, "filter_by", text="")
        if look.filter_by == "COLUMN" and look.column_names:
            column.prop(look, "filter_value")
        elif look.filter_by != "NONE":
            row = column.row(align=True)
            row.prop(look, "filter_from")
            row.prop(look, "filter_to")
        row = layout.row(align=True)
        row.prop(look, "shape", text="")
        row.prop(look, "point_size")
        if look.shape != "POINTS":
            layout.prop(look, "points_above")
        column = layout.column(align=True)
        column.operator("latent.go_to_sample", text="Find Sample…", icon="VIEWZOOM")
        row = column.row(align=True)
        row.operator("latent.go_to_suggestion", text="Next Suggestion").kind = "NEXT"
        row.operator("latent.go_to_suggestion", text="Unlabelled").kind = "CORE"
        column.operator("latent.go_to_disagreement")
        layout.prop(look, "hover")
        if settings.dataset_kind == "sound":
            layout.prop(look, "play_on_hover")
        layout.operator("latent.open_sample", icon="PLAY_SOUND" if settings.dataset_kind == "sound" else "HIDE_OFF")
