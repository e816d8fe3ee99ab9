"""Open the palette at the other hand, or close it."""

import bpy

from .polls import has_cloud


class LATENT_OT_xr_palette(bpy.types.Operator):
    bl_idname = "latent.xr_palette"
    bl_label = "VR Palette"
    bl_description = "Show or hide the palette at your other hand, where what you selected gets its name"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        state = context.window_manager.latent_xr
        state.palette_open = not state.palette_open
        return {"FINISHED"}
