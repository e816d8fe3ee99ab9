"""Open a data set as a cloud: the trainer reads it, Blender shows it."""

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ..core.errors import LatentError
from ..live import blocking, session, starting, status
from ..properties import RELATIVE, preferences
from ..training.datasets.reference import DatasetRef


class LATENT_OT_open_dataset(bpy.types.Operator):
    bl_idname = "latent.open_dataset"
    bl_label = "Open Data Set"
    bl_description = "Show a data set as a cloud of points; each sample becomes one point"
    bl_options = {"REGISTER", "UNDO"}

    kind: EnumProperty(
        name="Kind",
        description="What the data is",
        items=(
            ("auto", "By File", "A .npz or .npy file, or a folder of images: found out from the path"),
            ("digits", "Digits", "1,797 handwritten digits that come with the extension"),
            ("arrays", "Arrays", "A NumPy file: .npy, or .npz with x and, if you have them, y, ids, names"),
            ("images", "Images", "A folder of pictures; folders inside it name categories"),
        ),
        default="auto",
    )
    filepath: StringProperty(name="Path", description="The file, or the folder of images", subtype="FILE_PATH", options=RELATIVE)
    name: StringProperty(name="Name", description="The cloud's name; empty: the file's")
    run_path: StringProperty(
        name="Run Folder",
        description="Where the run is kept; empty: beside the saved .blend, else your user data folder",
        subtype="DIR_PATH",
        options={"SKIP_SAVE", *RELATIVE},
    )
    seed: IntProperty(name="Seed", description="The same seed and the same labels give the same run", default=0, min=0)
    wait: BoolProperty(
        name="Wait",
        description="Return only when the cloud is there; always so without a window",
        default=False,
        options={"SKIP_SAVE"},
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if self.kind == "digits" or self.filepath:
            return self.execute(context)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        path = bpy.path.abspath(self.filepath) if self.filepath else ""
        stem = bpy.path.display_name_from_filepath(path.rstrip("/\\")) if path else self.kind.capitalize()
        reference = DatasetRef(kind=self.kind, path=path, options={})
        try:
            trainer = starting.start_new(
                reference, self.name or stem or "Cloud", preferences(context), self.seed, self.run_path
            )
            if self.wait or bpy.app.background:
                blocking.wait_opened(trainer, context)
        except LatentError as error:
            if session.running() is not None and not session.running().ready:
                session.stop()
            if session.running() is None:
                status.publish_off(context, error.sentence)
            self.report({"ERROR"}, error.sentence)
            return {"CANCELLED"}
        if not bpy.app.background:
            bpy.ops.latent.train("INVOKE_DEFAULT", begin=False)
        if trainer.opened is not None:
            self.report({"INFO"}, f"Opened {trainer.points:,} samples")
        return {"FINISHED"}
