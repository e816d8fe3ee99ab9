"""Take the last label back, for VR and scripts, where Blender's own undo is out of reach."""

import bpy

from ..core.errors import LatentError
from ..live import difference, recording, session
from ..properties import active_cloud, words
from .assign import left
from .polls import has_cloud, has_trainer


class LATENT_OT_label_undo(bpy.types.Operator):
    bl_idname = "latent.label_undo"
    bl_label = "Take Back Last Label"
    bl_description = (
        "Take back the last label edit, from the desk or from VR; after a restart, those of earlier sessions. "
        "A locked category keeps its labels"
    )
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context) and has_trainer(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            count, kept = difference.undo_last(session.running(), active_cloud(context))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        recording.note("undo", count=count)
        self.report({"INFO"}, words.report("Took back {count:,} labels", count=count) + left(kept))
        return {"FINISHED"}
