"""Write results of a run for other tools, and stop doing so."""

from typing import Any

import bpy
from bpy.props import EnumProperty, StringProperty

from ..core.errors import DataError
from ..live import results
from ..live.errand import Errand
from ..properties import RELATIVE, active_cloud, preferences
from .errands import ErrandOperator
from .polls import has_cloud

WHAT = (
    ("labels", "Labels", "Labels with ids and provenance: .csv, .json or .parquet"),
    ("embeddings", "Embeddings", "Positions, predictions and confidences: .npz or .parquet"),
    ("folder", "Sorted Files", "A new folder with the samples' files, sorted by category"),
    ("projector", "Projector", "A new folder that TensorFlow's Embedding Projector opens"),
    ("model", "Model", "A new folder with the model as ONNX, its preprocessing and a model card"),
)
ENDINGS = {"labels": "labels.csv", "embeddings": "embeddings.npz"}


class LATENT_OT_export(ErrandOperator, bpy.types.Operator):
    bl_idname = "latent.export"
    bl_label = "Export"
    bl_description = "Write labels, embeddings, sorted files, Projector files or the model"
    bl_options = {"REGISTER"}

    what: EnumProperty(name="What", description="What is written", items=WHAT, default="labels")
    filepath: StringProperty(
        name="Path", description="The file, or the new folder", subtype="FILE_PATH", options=RELATIVE
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if not self.filepath:
            self.filepath = ENDINGS.get(self.what, f"{active_cloud(context).name}-{self.what}")
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def begin(self, context: bpy.types.Context) -> Errand:
        if not self.filepath:
            raise DataError("Choose where to write the export.")
        target = bpy.path.abspath(self.filepath)
        return results.start_export(active_cloud(context), context, preferences(context), self.what, target)

    def finish(self, context: bpy.types.Context, facts: dict[str, Any]) -> str:
        return str(facts["done"])


class LATENT_OT_cancel_errand(bpy.types.Operator):
    bl_idname = "latent.cancel_errand"
    bl_label = "Cancel"
    bl_description = "Stop the export or the prediction that is being made"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(context.window_manager.latent_status.errand)

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.window_manager.latent_status.errand_cancelled = True
        return {"FINISHED"}
