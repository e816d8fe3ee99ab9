"""Make, rename, merge, delete and move categories; each says how many points it touches."""

import bpy
from bpy.props import EnumProperty, IntProperty, StringProperty

from ..core.errors import LabelError, LatentError
from ..live import assigning, categories, labels, present
from ..properties import active_cloud, category_by_id, words
from .polls import has_cloud


class _CategoryOperator:
    """What these share: they need a cloud, and report a refusal in one sentence."""

    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def target(self, context: bpy.types.Context) -> bpy.types.Object:
        """The cloud that is meant."""
        return active_cloud(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = self.target(context)
        try:
            sentence = self.act(cloud)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, sentence)
        return {"FINISHED"}


class _Existing(_CategoryOperator):
    """Of an operator on a category that is there."""

    category: IntProperty(
        name="Category", description="The category's number; 0: the active one", min=0, options={"SKIP_SAVE"}
    )
    least = 1

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_cloud(cls, context):
            return False
        if len(active_cloud(context).latent.categories) < cls.least:
            cls.poll_message_set("There is no category yet" if cls.least == 1 else "It takes two categories to merge")
            return False
        return True

    def chosen(self, cloud: bpy.types.Object) -> int:
        """The category's id."""
        return self.category or active_id(cloud)


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
        return words.report("Made category {name}", name=self.name)


class LATENT_OT_category_rename(_Existing, bpy.types.Operator):
    bl_idname = "latent.category_rename"
    bl_label = "Rename Category"
    bl_description = "Give a category another name; its points keep it"

    cloud: StringProperty(name="Cloud", description="The object's name; empty: the active cloud", options={"SKIP_SAVE", "HIDDEN"})
    name: StringProperty(name="Name", description="The new name")

    def target(self, context: bpy.types.Context) -> bpy.types.Object:
        return bpy.data.objects[self.cloud] if self.cloud in bpy.data.objects else active_cloud(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        cloud = active_cloud(context)
        item = category_by_id(cloud.latent, self.chosen(cloud))
        self.name = item.name if item else ""
        return context.window_manager.invoke_props_dialog(self, confirm_text="Rename")

    def draw(self, context: bpy.types.Context) -> None:
        row = self.layout.row()
        row.activate_init = True  # so that one types at once
        row.prop(self, "name", text="")

    def act(self, cloud: bpy.types.Object) -> str:
        item = labels.by_id(cloud, self.chosen(cloud))
        before = item.name
        labels.rename(cloud, item.category_id, self.name)
        assigning.send(cloud, "ASSIGN")
        return words.report("{before} is now called {name}", before=before, name=item.name)


class LATENT_OT_category_merge(_Existing, bpy.types.Operator):
    bl_idname = "latent.category_merge"
    bl_label = "Merge Category"
    bl_description = (
        "Give all points of a category another one, and delete the emptied category: for two names of one thing. "
        "The dialog says how many points that are"
    )
    least = 2

    into: IntProperty(name="Into", description="The number of the category that stays; 0: the one with this name", min=0)
    into_name: StringProperty(name="Into", description="The name of the category that stays")

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        cloud = active_cloud(context)
        item = category_by_id(cloud.latent, self.chosen(cloud))
        self.into, self.into_name = 0, ""
        title = words.label("Merge '{name}' ({count:,} points)", name=item.name, count=item.count) if item else ""
        return context.window_manager.invoke_props_dialog(self, title=title, confirm_text="Merge")

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.prop_search(self, "into_name", active_cloud(context).latent, "categories", icon="AUTOMERGE_ON")

    def act(self, cloud: bpy.types.Object) -> str:
        into = self.into
        if not into:
            named = next((c for c in cloud.latent.categories if c.name == self.into_name), None)
            if named is None:
                raise LabelError("Choose the category that the points are to have.")
            into = named.category_id
        present.leave(cloud)  # labels belong to the present
        count = labels.merge(cloud, self.chosen(cloud), into)
        assigning.send(cloud, "MERGE")
        return words.report("{count:,} points are now {name}", count=count, name=labels.by_id(cloud, into).name)


class LATENT_OT_category_delete(_Existing, bpy.types.Operator):
    bl_idname = "latent.category_delete"
    bl_label = "Delete Category"
    bl_description = "Delete a category; its points become unlabelled. Asks first, and says how many points that are"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        cloud = active_cloud(context)
        item = category_by_id(cloud.latent, self.chosen(cloud))
        if item is None or not item.count or item.locked:
            return self.execute(context)
        self.category = item.category_id
        return context.window_manager.invoke_confirm(
            self,
            event,
            title=words.label("Delete '{name}'?", name=item.name),
            message=words.label("{count:,} points lose their label.", count=item.count),
            confirm_text="Delete",
        )

    def act(self, cloud: bpy.types.Object) -> str:
        category_id = self.chosen(cloud)
        name = labels.by_id(cloud, category_id).name
        present.leave(cloud)
        count = labels.delete(cloud, category_id)
        assigning.send(cloud, "DELETE")
        return words.report("Deleted {name}; {count:,} points are unlabelled again", name=name, count=count)


class LATENT_OT_category_move(_Existing, bpy.types.Operator):
    bl_idname = "latent.category_move"
    bl_label = "Move Category"
    bl_description = "Move a category in the list. The number keys 1 to 9 follow the list; points and colours stay"

    step: EnumProperty(
        name="Step", items=(("UP", "Up", "Towards the top"), ("DOWN", "Down", "Towards the bottom")), options={"SKIP_SAVE"}
    )

    def act(self, cloud: bpy.types.Object) -> str:
        category_id = self.chosen(cloud)
        place = categories.move(cloud, category_id, -1 if self.step == "UP" else 1)
        assigning.send(cloud, "ASSIGN")
        return words.report("{name} is number {place} now", name=labels.by_id(cloud, category_id).name, place=place + 1)
