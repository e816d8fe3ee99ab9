"""Show what was just set in the panel Arrows; called by its properties."""

import bpy
from bpy.props import StringProperty

from ..live import arrows


class LATENT_OT_apply_arrows(bpy.types.Operator):
    bl_idname = "latent.apply_arrows"
    bl_label = "Apply Arrows"
    bl_description = "Show what the arrows of a cloud say"
    bl_options = {"INTERNAL"}

    cloud: StringProperty(name="Cloud", description="The object's name", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = bpy.data.objects.get(self.cloud)
        if cloud is None or not cloud.latent.is_cloud:
            return {"CANCELLED"}
        arrows.apply(cloud)
        return {"FINISHED"}
