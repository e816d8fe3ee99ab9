"""Hear or see the sample behind a point in full: its own file, with Blender's audio or the system's viewer."""

import bpy

from ..core.errors import LatentError
from ..live import media
from ..properties import active_cloud, words
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
            found = media.media_of(active_cloud(context))
            if found.path.suffix.lower() in SOUNDS:
                media.play(found)
            else:
                bpy.ops.wm.path_open(filepath=str(found.path))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        part = f", {found.start:.2f} to {found.end:.2f} s" if found.end > found.start else ""
        self.report({"INFO"}, f"{found.path.name}{part}")
        return {"FINISHED"}
