"""Say what the selection is, or that it is nothing in particular after all."""

import bpy
from bpy.props import IntProperty, StringProperty

from ..core.errors import LatentError
from ..live import assigning, labels
from ..properties import active_cloud
from .polls import has_cloud


class LATENT_OT_assign(bpy.types.Operator):
    bl_idname = "latent.assign"
    bl_label = "Assign Category"
    bl_description = "Give the selected points a category; the trainer takes it in at once"
    bl_options = {"REGISTER", "UNDO"}

    category: IntProperty(
        name="Category", description="The category's number; 0: the one with this name", default=0, min=0
    )
    name: StringProperty(
        name="Name", description="The category's name; made if there is none; empty: the active category"
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = active_cloud(context)
        try:
            category_id = assigning.resolve(cloud, self.category, self.name)
            count = assigning.assign_selection(cloud, category_id)
        except LatentError as error:
            self.report({"ERROR"}, error.sentence)
            return {"CANCELLED"}
        self.report({"INFO"}, f"{count:,} points are now {labels.by_id(cloud, category_id).name}")
        return {"FINISHED"}


class LATENT_OT_clear_labels(bpy.types.Operator):
    bl_idname = "latent.clear_labels"
    bl_label = "Clear Labels"
    bl_description = "Take the category away from the selected points"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            count = assigning.assign_selection(active_cloud(context), 0)
        except LatentError as error:
            self.report({"ERROR"}, error.sentence)
            return {"CANCELLED"}
        self.report({"INFO"}, f"Cleared {count:,} labels")
        return {"FINISHED"}
