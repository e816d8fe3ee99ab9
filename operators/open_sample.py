"""Hear or see the sample behind a point in full: its own file, with Blender's audio or the system's viewer."""

import bpy

from ..core.errors import LatentError
from ..live import results
from ..properties import active_cloud
from ..training.datasets.reference import SOUNDS
from .polls import has_cloud


class LATENT_OT_open_sample(bpy.types.Operator):
    bl_idname = "latent.open_sample"
    bl_label = "Open Sample"
    bl_description = "Play the first selected point's sound, or open its file"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            media = results.media_of(active_cloud(context))
            if media.path.suffix.lower() in SOUNDS:
                results.play(media)
            else:
                bpy.ops.wm.path_open(filepath=str(media.path))
        except LatentError as error:
            self.report({"ERROR"}, error.sentence)
            return {"CANCELLED"}
        part = f", {media.start:.2f} to {media.end:.2f} s" if media.end > media.start else ""
        self.report({"INFO"}, f"{media.path.name}{part}")
        return {"FINISHED"}
