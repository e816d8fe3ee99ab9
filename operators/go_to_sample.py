"""Look at one sample: by its name or id, or the next whose label the model doubts."""

import bpy
from bpy.props import StringProperty

from ..core.errors import LatentError
from ..live import looking
from ..properties import active_cloud, words
from .polls import has_cloud


def found(self: bpy.types.Operator, context: bpy.types.Context, text: str) -> list[tuple[str, str]]:
    """What the search offers while somebody types."""
    cloud = active_cloud(context)
    return looking.named_like(cloud, text) if cloud is not None else []


class LATENT_OT_go_to_sample(bpy.types.Operator):
    bl_idname = "latent.go_to_sample"
    bl_label = "Find Sample"
    bl_description = "Turn the view to a sample by its name or id, and show its card; selects nothing"

    sample: StringProperty(
        name="Sample",
        description="The name or id of a sample, or a part of it",
        search=found,
        search_options={"SUGGESTION"},
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self, confirm_text="Go There")

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.activate_init = True
        self.layout.prop(self, "sample", text="", icon="VIEWZOOM")

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = active_cloud(context)
        try:
            looking.go_to_row(cloud, looking.find(cloud, self.sample), context)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class LATENT_OT_go_to_disagreement(bpy.types.Operator):
    bl_idname = "latent.go_to_disagreement"
    bl_label = "Next Disagreement"
    bl_description = "Turn the view to the next label that the model doubts, and show its card; selects nothing"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = active_cloud(context)
        try:
            looking.go_to_row(cloud, looking.next_disagreement(cloud), context)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        return {"FINISHED"}
