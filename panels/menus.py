"""Where a data set can be opened besides the sidebar: File > Import, and the list of those opened before."""

import os

import bpy

from ..properties import preferences


class LATENT_MT_recent(bpy.types.Menu):
    bl_idname = "LATENT_MT_recent"
    bl_label = "Open Recent"
    bl_description = "Data sets that were opened on this computer"

    def draw(self, context: bpy.types.Context) -> None:
        prefs = preferences(context)
        for index, item in enumerate(prefs.recent if prefs else ()):
            folder, name = os.path.split(item.name.rstrip("/\\"))
            text = f"{name}  ({os.path.basename(folder)})" if folder else name
            self.layout.operator("latent.open_recent", text=text, translate=False).index = index


def draw_import(self: bpy.types.Menu, context: bpy.types.Context) -> None:
    """The line in File > Import."""
    self.layout.operator("latent.open_dataset", text="Latent Cloud (table, folder, arrays, …)").kind = "auto"


def register() -> None:
    """Add the line."""
    bpy.types.TOPBAR_MT_file_import.append(draw_import)


def unregister() -> None:
    """Take it away."""
    bpy.types.TOPBAR_MT_file_import.remove(draw_import)
