"""Find what was moved: a run's data, a run's folder; and look into that folder."""

from typing import Any

import bpy
from bpy.props import BoolProperty, StringProperty

from ..core.errors import DataError, LatentError
from ..live import finding, session, starting, status
from ..live.errand import Errand
from ..properties import RELATIVE, active_cloud, preferences, words
from .errands import ErrandOperator
from .polls import has_cloud


class LATENT_OT_find_data(ErrandOperator, bpy.types.Operator):
    bl_idname = "latent.find_data"
    bl_label = "Find the Data"
    bl_description = "Say where the data of this cloud lies now; it must be the same, for the labels belong to it"

    filepath: StringProperty(name="Data", description="The file or the folder", subtype="FILE_PATH", options=RELATIVE)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def begin(self, context: bpy.types.Context) -> Errand:
        if not self.filepath:
            raise DataError("Choose the file or the folder that the cloud was made from.")
        return finding.start(active_cloud(context), bpy.path.abspath(self.filepath), preferences(context))

    def finish(self, context: bpy.types.Context, facts: dict[str, Any]) -> str:
        status.publish_off(context)
        starting.start_existing(active_cloud(context), preferences(context))
        if not bpy.app.background:
            bpy.ops.latent.train("INVOKE_DEFAULT", begin=False)
        return words.report("The data is read from {source} now", source=facts["source"])

    def failed(self, context: bpy.types.Context, sentence: str) -> None:
        context.window_manager.latent_status.problem = sentence


class LATENT_OT_find_run(bpy.types.Operator):
    bl_idname = "latent.find_run"
    bl_label = "Find the Run"
    bl_description = "Say where the folder lies that keeps this cloud's history"

    directory: StringProperty(name="Run Folder", description="The folder, NAME.latent", subtype="DIR_PATH")
    filter_folder: BoolProperty(default=True, options={"HIDDEN"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            folder = finding.adopt_run(active_cloud(context), bpy.path.abspath(self.directory))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        if session.running() is None:
            status.publish_off(context, "Found; Train goes on from here")
        self.report({"INFO"}, words.report("The run is in {folder}", folder=folder))
        return {"FINISHED"}


class LATENT_OT_open_run_folder(bpy.types.Operator):
    bl_idname = "latent.open_run_folder"
    bl_label = "Open the Run's Folder"
    bl_description = "Show the folder that keeps this cloud's history, to free some space or to copy it"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        folder = finding.folder_of(active_cloud(context))
        if not folder.is_dir():
            gone = "The run folder {folder} is not there; put it back, or press Find the Run."
            self.report({"ERROR"}, words.report(gone, folder=folder))
            return {"CANCELLED"}
        bpy.ops.wm.path_open(filepath=str(folder))
        return {"FINISHED"}
