"""Draw a loop around points to select them: by mouse, or from a script with a path in pixels."""

import bpy

from .drawn import Drawn


class LATENT_OT_lasso_select(Drawn, bpy.types.Operator):
    bl_idname = "latent.lasso_select"
    bl_label = "Lasso Select"
    bl_description = (
        "Draw a loop around points to select them. Shift adds, Ctrl takes away. "
        "Scripts give a path in pixels from the lower left corner"
    )
    keys = (
        ("MOUSE_LMB_DRAG", "Draw the Loop"),
        ("EVENT_SHIFT", "Add"),
        ("EVENT_CTRL", "Take Away"),
        ("EVENT_ESC", "Give Up"),
    )
