"""Select the labels that look like mistakes."""

import bpy
from bpy.props import IntProperty

from ..live import labels, predictions
from ..properties import active_cloud, category_by_id, words
from .polls import has_cloud


class LATENT_OT_select_doubted(bpy.types.Operator):
    bl_idname = "latent.select_doubted"
    bl_label = "Select Doubted Labels"
    bl_description = (
        "Select the labelled points that the model, without their label, surely takes for something else; changes no label"
    )
    bl_options = {"REGISTER", "UNDO"}

    category: IntProperty(name="Category", description="Only labels of this category; 0: all", min=0, options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        cloud = active_cloud(context)
        item = category_by_id(cloud.latent, properties.category) if cloud and properties.category else None
        if item is None:
            return cls.bl_description
        if item.agreement < 0:
            unknown = "Whether the model agrees with the labels {name} is known after the next guesses; press Train"
            return words.tooltip(unknown, name=item.name)
        return words.tooltip(
            "{agreement:.1%} of the labels {name} are not doubted: asked without the label, the model does not surely call them "
            "something else. A label that was not asked yet counts as not doubted. Click to select the {count:,} that are: "
            "mistakes, or hard cases",
            agreement=item.agreement,
            name=item.name,
            count=round((1 - item.agreement) * item.count),
        )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = active_cloud(context)
        count = labels.set_selected(cloud, predictions.doubtful(cloud, self.category))
        self.report({"INFO"}, words.report("The model doubts {count:,} labels", count=count))
        return {"FINISHED"}
