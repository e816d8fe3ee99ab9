"""Labels from a file become labels of the cloud, as one edit that undo takes back."""

from pathlib import Path

import bpy
from bpy.props import StringProperty

from ..core.errors import LatentError
from ..live import results
from ..properties import RELATIVE, active_cloud, words
from .polls import has_cloud


class LATENT_OT_import_labels(bpy.types.Operator):
    bl_idname = "latent.import_labels"
    bl_label = "Import Labels"
    bl_description = "Give points the categories that a .csv or .json names by sample id, as Export writes it"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(
        name="File", description="A .csv or .json with id and category", subtype="FILE_PATH", options=RELATIVE
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            changed = results.import_labels(active_cloud(context), Path(bpy.path.abspath(self.filepath)))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("Imported {changed:,} labels", changed=changed))
        return {"FINISHED"}
