"""Make, rename, merge and delete categories; each says how many points it touches."""

import bpy
from bpy.props import IntProperty, StringProperty

from ..core.errors import LatentError
from ..live import assigning, labels
from ..properties import active_cloud
from .polls import has_cloud


class _CategoryOperator:
    """What the four share: they need a cloud, and report a refusal in one sentence."""

    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = active_cloud(context)
        try:
            sentence = self.act(cloud)
        except LatentError as error:
            self.report({"ERROR"}, error.sentence)
            return {"CANCELLED"}
        self.report({"INFO"}, sentence)
        return {"FINISHED"}


def active_id(cloud: bpy.types.Object) -> int:
    """The id of the category that is active in the panel, 0 if there is none."""
    settings = cloud.latent
    if not len(settings.categories):
        return 0
    return settings.categories[min(settings.active_category, len(settings.categories) - 1)].category_id


class LATENT_OT_category_new(_CategoryOperator, bpy.types.Operator):
    bl_idname = "latent.category_new"
    bl_label = "New Category"
    bl_description = "Make a category with a name and a colour of its own"

    name: StringProperty(name="Name", description="What the category is called", default="")

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self)

    def act(self, cloud: bpy.types.Object) -> str:
        labels.new_category(cloud, self.name)
        assigning.send(cloud, "ASSIGN")
        return f"Made category {self.name}"


class LATENT_OT_category_rename(_CategoryOperator, bpy.types.Operator):
    bl_idname = "latent.category_rename"
    bl_label = "Rename Category"
    bl_description = "Give a category another name; its points keep it"

    category: IntProperty(name="Category", description="The category's number; 0: the active one", min=0)
    name: StringProperty(name="Name", description="The new name")

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        cloud = active_cloud(context)
        self.category = self.category or active_id(cloud)
        item = next((c for c in cloud.latent.categories if c.category_id == self.category), None)
        self.name = item.name if item else ""
        return context.window_manager.invoke_props_dialog(self)

    def act(self, cloud: bpy.types.Object) -> str:
        labels.rename(cloud, self.category or active_id(cloud), self.name)
        assigning.send(cloud, "ASSIGN")
        return f"Renamed to {self.name}"


class LATENT_OT_category_merge(_CategoryOperator, bpy.types.Operator):
    bl_idname = "latent.category_merge"
    bl_label = "Merge Category"
    bl_description = "Give all points of one category another one, and delete the emptied category"

    category: IntProperty(name="Category", description="The category that goes; 0: the active one", min=0)
    into: IntProperty(name="Into", description="The number of the category that stays", min=0)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self)

    def act(self, cloud: bpy.types.Object) -> str:
        count = labels.merge(cloud, self.category or active_id(cloud), self.into)
        target = labels.by_id(cloud, self.into).name
        assigning.send(cloud, "MERGE")
        return f"{count:,} points are now {target}"


class LATENT_OT_category_delete(_CategoryOperator, bpy.types.Operator):
    bl_idname = "latent.category_delete"
    bl_label = "Delete Category"
    bl_description = "Delete a category; its points become unlabelled"

    category: IntProperty(name="Category", description="The category's number; 0: the active one", min=0)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_confirm(self, event)

    def act(self, cloud: bpy.types.Object) -> str:
        category_id = self.category or active_id(cloud)
        name = labels.by_id(cloud, category_id).name
        count = labels.delete(cloud, category_id)
        assigning.send(cloud, "DELETE")
        return f"Deleted {name}; {count:,} points are unlabelled again"
