"""Drag a box around points to select them: by mouse, or from a script with its corners in pixels."""

import bpy

from .drawn import Drawn


class LATENT_OT_box_select(Drawn, bpy.types.Operator):
    bl_idname = "latent.box_select"
    bl_label = "Box Select"
    bl_description = (
        "Drag a box around points to select them. Shift adds, Ctrl takes away. "
        "Scripts give its four corners in pixels from the lower left corner"
    )
    keys = (
        ("MOUSE_LMB_DRAG", "Drag the Box"),
        ("EVENT_SHIFT", "Add"),
        ("EVENT_CTRL", "Take Away"),
        ("EVENT_ESC", "Give Up"),
    )

    def extend(self, corners: list[tuple[float, float]], mouse: tuple[float, float]) -> None:
        """The box from where the button went down to the mouse."""
        (left, bottom), (right, top) = corners[0] if corners else mouse, mouse
        corners[:] = [(left, bottom), (right, bottom), (right, top), (left, top)]
