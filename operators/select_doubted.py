"""Select the labels that look like mistakes."""

import bpy

from ..live import labels, predictions
from ..properties import active_cloud
from .polls import has_cloud


class LATENT_OT_select_doubted(bpy.types.Operator):
    bl_idname = "latent.select_doubted"
    bl_label = "Select Doubted Labels"
    bl_description = (
        "Select the labelled points that the model, without their label, surely takes for something else; changes no label"
    )
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = active_cloud(context)
        count = labels.set_selected(cloud, predictions.doubtful(cloud))
        context.window_manager.latent_status.selected = count
        self.report({"INFO"}, f"The model doubts {count:,} labels")
        return {"FINISHED"}
