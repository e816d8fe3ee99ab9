"""Show the curves of a run in the viewport, and write their numbers."""

import bpy
from bpy.props import StringProperty

from ..core.errors import DataError, LatentError
from ..live import curves
from ..properties import RELATIVE, active_cloud, words
from .polls import has_cloud


class LATENT_OT_read_curves(bpy.types.Operator):
    bl_idname = "latent.read_curves"
    bl_label = "Read Curves"
    bl_description = "Read the losses, labels, agreement and fill of this cloud's run anew, and draw them in the viewport"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            curves.refresh(active_cloud(context))
        except LatentError as error:
            self.report({"WARNING"}, words.error(error))  # an error would be raised from the property that was set
            return {"CANCELLED"}
        curves.redraw(context)
        return {"FINISHED"}


class LATENT_OT_export_curves(bpy.types.Operator):
    bl_idname = "latent.export_curves"
    bl_label = "Export Curves"
    bl_description = "Write every number of the curves as a table, to draw or compare them elsewhere"

    filepath: StringProperty(name="Path", description="The .csv to write", subtype="FILE_PATH", options=RELATIVE)
    filter_glob: StringProperty(default="*.csv", options={"HIDDEN"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.filepath = self.filepath or f"{active_cloud(context).name}-curves.csv"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            if not self.filepath:
                raise DataError("Choose where to write the curves.")
            rows = curves.export(active_cloud(context), bpy.path.abspath(self.filepath))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("Wrote {rows:,} rows", rows=rows))
        return {"FINISHED"}
