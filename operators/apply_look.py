"""Show what was just set in the panel Look Closer; called by its properties."""

import bpy
from bpy.props import StringProperty

from ..core.errors import LatentError
from ..live import facts, looks, session
from ..properties import words


class LATENT_OT_apply_look(bpy.types.Operator):
    bl_idname = "latent.apply_look"
    bl_label = "Apply Look"
    bl_description = "Show what the look of a cloud says"
    bl_options = {"INTERNAL"}

    cloud: StringProperty(name="Cloud", description="The object's name", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = bpy.data.objects.get(self.cloud)
        if cloud is None or not cloud.latent.is_cloud:
            return {"CANCELLED"}
        look = cloud.latent.look
        try:
            looks.apply(cloud)
            if look.colour_by == "COLUMN" and look.column and look.column != look.column_held:
                facts.ask_column(session.running(), cloud, look.column)
        except LatentError as error:
            self.report({"WARNING"}, words.error(error))  # an error would be raised from the property that was set
            return {"CANCELLED"}
        return {"FINISHED"}


class LATENT_OT_true_colours(bpy.types.Operator):
    bl_idname = "latent.true_colours"
    bl_label = "True Colours"
    bl_description = (
        "Show the points in Material Preview and renders in the legend's colours; this scene's view transform pales them"
    )
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        looks.true_colours(context.scene)
        return {"FINISHED"}
