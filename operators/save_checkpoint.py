"""Have the trainer write a checkpoint now."""

import bpy

from ..core.errors import LatentError
from ..live import blocking, session
from ..properties import words
from .polls import has_trainer


class LATENT_OT_save_checkpoint(bpy.types.Operator):
    bl_idname = "latent.save_checkpoint"
    bl_label = "Save Checkpoint"
    bl_description = "Have the trainer write the model to the run folder now; it also does so by itself every minute"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_trainer(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            blocking.save(session.running(), context)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        return {"FINISHED"}
