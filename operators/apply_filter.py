"""Hide what the panel's filter leaves out; called by its properties."""

import bpy
from bpy.props import StringProperty

from ..live import filters, labels


class LATENT_OT_apply_filter(bpy.types.Operator):
    bl_idname = "latent.apply_filter"
    bl_label = "Apply Filter"
    bl_description = "Hide the points that the filter of a cloud leaves out"
    bl_options = {"INTERNAL"}

    cloud: StringProperty(name="Cloud", description="The object's name", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = bpy.data.objects.get(self.cloud)
        if cloud is None or not cloud.latent.is_cloud or cloud.mode != "OBJECT":
            return {"CANCELLED"}
        status = context.window_manager.latent_status
        status.filtered_out = filters.apply(cloud)
        status.selected = int(labels.selected(cloud).sum())
        return {"FINISHED"}
