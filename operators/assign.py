"""Say what the selection is, or that it is nothing in particular after all."""

import bpy
from bpy.props import IntProperty, StringProperty

from ..core.errors import LatentError
from ..live import assigning, labels
from ..properties import active_cloud, words
from .polls import has_cloud


def give(operator: bpy.types.Operator, context: bpy.types.Context, category: int, name: str) -> set[str]:
    """Give the selected points a category, by its number or name, and say how it went."""
    cloud = active_cloud(context)
    try:
        assigning.require_selection(cloud)  # before a category is made for it
        category_id = assigning.resolve(cloud, category, name)
        count, kept = assigning.assign_selection(cloud, category_id)
    except LatentError as error:
        operator.report({"ERROR"}, words.error(error))
        return {"CANCELLED"}
    said = words.report("{count:,} points are now {name}", count=count, name=labels.by_id(cloud, category_id).name)
    operator.report({"INFO"}, said + left(kept))
    return {"FINISHED"}


def left(kept: int) -> str:
    """The end of a sentence about points that kept their label, if any did."""
    return words.report("; {kept:,} of a locked category keep their label", kept=kept) if kept else ""


class LATENT_OT_assign(bpy.types.Operator):
    bl_idname = "latent.assign"
    bl_label = "Assign Category"
    bl_description = "Give the selected points a category; the trainer takes it in at once"
    bl_options = {"REGISTER", "UNDO"}

    category: IntProperty(
        name="Category", description="The category's number; 0: the one with this name", min=0, options={"SKIP_SAVE"}
    )
    name: StringProperty(
        name="Name", description="The category's name; made if there is none; empty: the active category", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return give(self, context, self.category, self.name)


class LATENT_OT_assign_number(bpy.types.Operator):
    bl_idname = "latent.assign_number"
    bl_label = "Assign Category by Number"
    bl_description = "Give the selected points the category at this place of the list"
    bl_options = {"REGISTER", "UNDO"}

    number: IntProperty(name="Number", description="Place in the list, 1 the first", default=1, min=1, options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        categories = active_cloud(context).latent.categories
        if self.number > len(categories):
            missing = "The list has no category {number}, it ends at {last}; Enter names a new one."
            self.report({"ERROR"}, words.report(missing, number=self.number, last=len(categories)))
            return {"CANCELLED"}
        return give(self, context, categories[self.number - 1].category_id, "")


class LATENT_OT_name_selection(bpy.types.Operator):
    bl_idname = "latent.name_selection"
    bl_label = "Name Selection"
    bl_description = "Type what the selected points are; a category of that name is made if there is none"
    bl_options = {"REGISTER", "UNDO"}

    name: StringProperty(name="Name", description="The category's name", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        try:
            assigning.require_selection(active_cloud(context))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        context.window_manager.latent_status.naming = ""
        # a dialog would take one Enter for its field and another for itself
        bpy.ops.wm.call_panel(name="LATENT_PT_name", keep_open=False)
        return {"INTERFACE"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        if not self.name.strip():
            self.report({"ERROR"}, "Type a name for the category.")
            return {"CANCELLED"}
        return give(self, context, 0, self.name)


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
            count, kept = assigning.assign_selection(active_cloud(context), 0)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("Cleared {count:,} labels", count=count) + left(kept))
        return {"FINISHED"}
