"""Measure what pulls at the selected points."""

import bpy
from bpy.props import BoolProperty

from ..core.errors import LatentError
from ..live import blocking, measuring, session
from ..properties import active_cloud, words
from .polls import has_cloud, has_trainer


class LATENT_OT_measure_forces(bpy.types.Operator):
    bl_idname = "latent.measure_forces"
    bl_label = "Measure Forces"
    bl_description = (
        "Measure what pulls at the selected points, or at a sample where none is selected, and where the next step takes them"
    )

    wait: BoolProperty(
        name="Wait",
        description="Return only when the forces are there; always so without a window",
        default=False,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context) and has_trainer(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        trainer = session.running()
        try:
            count = measuring.ask(trainer, active_cloud(context))
            if self.wait or bpy.app.background:
                blocking.wait_until(trainer, context, lambda: not trainer.asking, "the forces", 120.0)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("Measuring the forces on {count:,} points", count=count))
        return {"FINISHED"}
