"""Train a number of steps and wait: the blocking twin of the modal timer, for scripts and background runs."""

import bpy
from bpy.props import IntProperty

from ..core.errors import LatentError
from ..live import blocking, session, starting
from ..properties import active_cloud, preferences, words
from .polls import has_cloud


class LATENT_OT_advance(bpy.types.Operator):
    bl_idname = "latent.advance"
    bl_label = "Train Some Steps"
    bl_description = "Train exactly this many steps and wait for them, with or without a window"

    steps: IntProperty(name="Steps", description="How many steps to train", default=100, min=0, soft_max=10_000)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = active_cloud(context)
        trainer = session.running()
        try:
            if trainer is None or (trainer.opened and trainer.run_id != cloud.latent.run_id):
                trainer = starting.start_existing(cloud, preferences(context))
            step = blocking.advance(trainer, context, self.steps)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("Reached step {step:,}", step=step))
        return {"FINISHED"}
