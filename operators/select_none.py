"""Let go of the selection, or turn it over."""

import bpy
import numpy as np
from bpy.props import EnumProperty

from ..live import labels
from ..properties import active_cloud
from .polls import has_cloud


class LATENT_OT_select_none(bpy.types.Operator):
    bl_idname = "latent.select_none"
    bl_label = "Select Points"
    bl_description = "Select no point, all points, or those that are not selected now"
    bl_options = {"REGISTER", "UNDO"}

    action: EnumProperty(
        name="Action",
        items=(
            ("NONE", "None", "Select no point"),
            ("ALL", "All", "Select every point"),
            ("INVERT", "Invert", "Select what is not selected now"),
        ),
        default="NONE",
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = active_cloud(context)
        now = labels.selected(cloud)
        choice = {"NONE": np.zeros_like(now), "ALL": np.ones_like(now), "INVERT": ~now}[self.action]
        labels.set_selected(cloud, choice)
        return {"FINISHED"}
