"""The panel Predictions: what the model is sure of, what it doubts, and where to look next."""

import bpy

from ..properties import active_cloud, words
from .wrapping import sentence

ICONS = {"core": "GROUP_VERTEX", "uncertain": "QUESTION", "novel": "LIGHT_SUN"}


class LATENT_PT_predictions(bpy.types.Panel):
    bl_label = "Predictions"
    bl_idname = "LATENT_PT_predictions"
    bl_parent_id = "LATENT_PT_categories"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_cloud(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        status = context.window_manager.latent_status
        layout.prop(context.scene.latent, "accept_threshold", slider=True)
        column = layout.column(align=True)
        for item in status.acceptable:
            row = column.row(align=True)
            row.label(text=item.name)
            count = row.row()
            count.alignment = "RIGHT"
            count.label(text=words.label("{count:,}, about {error:.1%} wrong", count=item.count, error=item.error))
            row.operator("latent.accept_predictions", text="", icon="CHECKMARK").category = item.category_id
        if not len(status.acceptable):
            column.label(text="Nothing is this sure yet")
        row = layout.row(align=True)
        row.label(text=words.label("{doubted:,} labels doubted", doubted=status.doubted))
        row.operator("latent.select_doubted", text="", icon="RESTRICT_SELECT_OFF")
        column = layout.column(align=True)
        for place in status.places:
            row = column.row(align=True)
            told = row.column()
            sentence(told, context, place.sentence, ICONS.get(place.name, "NONE"), buttons=1)
            row.operator("latent.go_to_suggestion", text="", icon="VIEWZOOM").kind = place.name.upper()
