"""Sweep a brush over points to select them: by mouse, or from a script with a path and a radius in pixels."""

import bpy
from bpy.props import FloatProperty

from .drawn import NEAREST_PIXELS, Drawn

STEP = 1.15
"""How much larger one step of the wheel makes the brush."""
LARGER, SMALLER = {"WHEELUPMOUSE", "RIGHT_BRACKET"}, {"WHEELDOWNMOUSE", "LEFT_BRACKET"}


class LATENT_OT_brush_select(Drawn, bpy.types.Operator):
    bl_idname = "latent.brush_select"
    bl_label = "Brush Select"
    bl_description = (
        "Sweep over points to select them. The brush is a sphere, as deep as the nearest point under the mouse, so what lies far "
        "behind is not taken. Shift adds, Ctrl takes away; the wheel or [ and ] change its size"
    )
    keys = (
        ("MOUSE_LMB_DRAG", "Sweep"),
        ("EVENT_SHIFT", "Add"),
        ("EVENT_CTRL", "Take Away"),
        ("MOUSE_MMB_SCROLL", ""),
        ("EVENT_LEFTBRACKET", ""),
        ("EVENT_RIGHTBRACKET", "Size"),
        ("EVENT_ESC", "Give Up"),
    )

    radius: FloatProperty(
        name="Size", description="Radius of the brush in pixels", default=40.0, min=2.0, max=1000.0, subtype="PIXEL"
    )

    def prepare(self, context: bpy.types.Context) -> None:
        """As large as the header says."""
        self.radius = context.scene.latent.brush_radius

    def size(self) -> float:
        """The radius."""
        return float(self.radius)

    def extend(self, corners: list[tuple[float, float]], mouse: tuple[float, float]) -> None:
        """Capsules lie between the corners, so a large brush needs fewer."""
        away = max(NEAREST_PIXELS, self.radius / 4)
        if not corners or (mouse[0] - corners[-1][0]) ** 2 + (mouse[1] - corners[-1][1]) ** 2 >= away * away:
            corners.append(mouse)

    def key(self, context: bpy.types.Context, event: bpy.types.Event) -> bool:
        """The wheel, once a stroke has begun (before, it zooms), and the brackets change the size of the whole stroke."""
        wheel = event.type in {"WHEELUPMOUSE", "WHEELDOWNMOUSE"}
        if event.type not in LARGER | SMALLER or event.value != "PRESS" or (wheel and not self._started):
            return False
        self.radius = self.radius * (STEP if event.type in LARGER else 1 / STEP)
        context.scene.latent.brush_radius = self.radius
        return True

    def draw_depth(self, layout: bpy.types.UILayout) -> None:
        """The size stands where a loop's depth does."""
        layout.prop(self, "radius")
