"""How much disk a run's recorded epochs may take."""

from __future__ import annotations

import bpy
from bpy.props import FloatProperty

from ..core.errors import LatentError
from ..live import keeping, session
from ..properties import words
from .polls import has_cloud, has_trainer


class LATENT_OT_disk_limit(bpy.types.Operator):
    bl_idname = "latent.disk_limit"
    bl_label = "Limit Recorded Epochs"
    bl_description = "Say how much disk the recorded past may take. Beyond it older epochs are thinned out, never labels"

    gigabytes: FloatProperty(
        name="Gigabytes",
        description="All recent epochs stay, and each at which labels changed; of the others fewer, the older they are",
        default=2.0,
        min=0.001,
        soft_max=100.0,
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context) and has_trainer(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        trainer = session.running()
        self.gigabytes = trainer.disk_limit if trainer and trainer.disk_limit else self.gigabytes
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            most = keeping.limit(session.running(), round(self.gigabytes, 4))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        said = "Recorded epochs may take {gigabytes:.3g} GB: about {most:,} of this cloud"
        self.report({"INFO"}, words.report(said, gigabytes=self.gigabytes, most=most))
        return {"FINISHED"}
