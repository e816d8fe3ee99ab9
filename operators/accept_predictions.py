"""Make labels of what the model is sure of."""

import bpy
from bpy.props import FloatProperty, IntProperty

from ..core.errors import LatentError
from ..live import assigning, labels, predictions
from ..properties import active_cloud, words
from .polls import has_cloud


class LATENT_OT_accept_predictions(bpy.types.Operator):
    bl_idname = "latent.accept_predictions"
    bl_label = "Accept Predictions"
    bl_description = "Label the points that are predicted to be of a category with at least this confidence"
    bl_options = {"REGISTER", "UNDO"}

    category: IntProperty(
        name="Category", description="The category's number; 0: the active one", min=0, options={"SKIP_SAVE"}
    )
    threshold: FloatProperty(
        name="At Least",
        description="How sure the model must be of a point: its calibrated probability",
        default=0.95,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.threshold = context.scene.latent.accept_threshold
        return context.window_manager.invoke_props_dialog(self, confirm_text="Accept")

    def draw(self, context: bpy.types.Context) -> None:
        cloud = active_cloud(context)
        try:
            number = assigning.resolve(cloud, self.category, "")
            found = predictions.preview(cloud, number, self.threshold)
            name = labels.by_id(cloud, number).name
            become = "{count:,} points become {name}, about {error:.1%} of them wrongly"
            text = words.label(become, count=found.count, name=name, error=found.error)
        except LatentError as error:
            text = words.error(error)
        self.layout.prop(self, "threshold")
        self.layout.label(text=text)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = active_cloud(context)
        try:
            number = assigning.resolve(cloud, self.category, "")
            done = predictions.accept(cloud, number, self.threshold)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        name = labels.by_id(cloud, number).name
        became = "{count:,} points are now {name}, about {error:.1%} of them wrongly"
        self.report({"INFO"}, words.report(became, count=done.count, name=name, error=done.error))
        return {"FINISHED"}
