"""Choose between the labels of a run and those of the file that was opened, where they differ."""

import bpy
from bpy.props import EnumProperty

from ..core.errors import LatentError
from ..live import clouds, creation, session
from ..properties import words
from .polls import has_trainer


class LATENT_OT_settle_labels(bpy.types.Operator):
    bl_idname = "latent.settle_labels"
    bl_label = "Choose the Labels"
    bl_description = "Where the run and the file call points differently, say which of them is to count; the other stays in reach"
    bl_options = {"REGISTER", "UNDO"}

    keep: EnumProperty(
        name="Keep",
        items=(
            ("RUN", "The Run's", "Show what was labelled since the file was saved; Ctrl-Z goes back to what the file says"),
            ("FILE", "The File's", "Let the run follow this file; what it held stays in its history"),
        ),
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_trainer(cls, context):
            return False
        if session.running().undecided is None:
            cls.poll_message_set("The run and this file agree on every label")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        trainer = session.running()
        cloud = clouds.find(trainer.run_id)
        if cloud is None:
            self.report({"ERROR"}, "The cloud is not in this file any more; take its deletion back first.")
            return {"CANCELLED"}
        try:
            count = creation.settle(trainer, cloud, self.keep == "FILE")
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        if self.keep == "FILE":
            self.report({"INFO"}, words.report("{count:,} points keep what the file calls them", count=count))
        else:
            self.report({"INFO"}, words.report("{count:,} points are called what the run calls them", count=count))
        return {"FINISHED"}
