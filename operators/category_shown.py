"""Hide, show alone, lock or select a whole category: the buttons in its row of the list."""

import bpy
from bpy.props import BoolProperty, IntProperty

from ..core.errors import LatentError
from ..live import categories, labels
from ..properties import active_cloud, category_by_id, words
from .polls import has_cloud


class _Row:
    """What the buttons of a row share: a category by its number, and one undo step."""

    bl_options = {"REGISTER", "UNDO"}

    category: IntProperty(name="Category", description="The category's number; 0: the points without a label", min=0)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            sentence = self.act(active_cloud(context))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, sentence)
        return {"FINISHED"}


def hidden_now(count: int) -> str:
    """How many points are hidden, as a sentence."""
    return words.report("{count:,} points are hidden", count=count) if count else "All points are shown"


class LATENT_OT_category_hide(_Row, bpy.types.Operator):
    bl_idname = "latent.category_hide"
    bl_label = "Hide Category"
    bl_description = (
        "Hide the points of this category, or show them again: to see what lies behind. Hidden points are not drawn, not taken by "
        "a loop and not selected; the model learns from them all the same. Ctrl shows this category alone instead"
    )

    hide: BoolProperty(name="Hide", description="Off: show it", default=True, options={"SKIP_SAVE"})
    solo: BoolProperty(name="Alone", description="Show this category alone instead", options={"SKIP_SAVE", "HIDDEN"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.solo = event.ctrl and self.category > 0
        return self.execute(context)

    def act(self, cloud: bpy.types.Object) -> str:
        if self.solo:
            return hidden_now(categories.solo(cloud, self.category, True, False))
        return hidden_now(categories.hide(cloud, self.category, self.hide))


class LATENT_OT_category_solo(_Row, bpy.types.Operator):
    bl_idname = "latent.category_solo"
    bl_label = "Show Category Alone"
    bl_description = (
        "Show only the points of this category, to see whether it is one clump or several. "
        "Shift adds it to those that are shown alone; once more shows all again"
    )

    alone: BoolProperty(name="Alone", description="Off: no more", default=True, options={"SKIP_SAVE"})
    extend: BoolProperty(name="Extend", description="Beside those that are shown alone already", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.extend = event.shift
        return self.execute(context)

    def act(self, cloud: bpy.types.Object) -> str:
        return hidden_now(categories.solo(cloud, self.category, self.alone, self.extend or not self.alone))


class LATENT_OT_show_all_categories(_Row, bpy.types.Operator):
    bl_idname = "latent.show_all_categories"
    bl_label = "Show All Categories"
    bl_description = "Hide no category and show none alone. What a filter leaves out stays hidden"

    def act(self, cloud: bpy.types.Object) -> str:
        return hidden_now(categories.show_all(cloud))


class LATENT_OT_category_lock(_Row, bpy.types.Operator):
    bl_idname = "latent.category_lock"
    bl_label = "Lock Category"
    bl_description = (
        "Lock the labels of this category, once they are right: nothing that is assigned, cleared or imported changes them, and it "
        "cannot be merged or deleted, until it is unlocked. More points can still be given to it"
    )

    lock: BoolProperty(name="Lock", description="Off: unlock it", default=True, options={"SKIP_SAVE"})

    def act(self, cloud: bpy.types.Object) -> str:
        item = labels.by_id(cloud, self.category)
        item.locked = self.lock
        said = "{name} is locked; {count:,} points" if self.lock else "{name} is unlocked; {count:,} points"
        return words.report(said, name=item.name, count=item.count)


class LATENT_OT_category_select(_Row, bpy.types.Operator):
    bl_idname = "latent.category_select"
    bl_label = "Select Category"
    bl_description = "Select all points of this category that are shown. Shift adds them to the selection"

    extend: BoolProperty(name="Extend", description="Keep what is selected", options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        cloud = active_cloud(context)
        item = category_by_id(cloud.latent, properties.category) if cloud and properties.category else None
        if item is None:
            return words.tooltip(
                "Select all points without a label that are shown, to look at them or to name them. "
                "Shift adds them to the selection"
            )
        return words.tooltip(
            "Select all {count:,} points of {name} that are shown, to look at them or to name them anew. "
            "Shift adds them to the selection",
            count=item.count,
            name=item.name,
        )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.extend = event.shift
        return self.execute(context)

    def act(self, cloud: bpy.types.Object) -> str:
        return words.report("{count:,} points are selected", count=categories.select(cloud, self.category, self.extend))
