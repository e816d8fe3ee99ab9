"""The lasso, the box and the brush as tools of the 3D viewport, in one group, with the same keys. Built of the operators alone."""

from itertools import pairwise
from typing import Any

import bpy

NUMBERS = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")
BRUSH = "scene.latent.brush_radius"
Keymap = tuple[tuple[str, dict[str, Any], dict[str, Any] | None], ...]


def drawing(operator: str) -> Keymap:
    """The left button: as the header says; with Shift it adds, with Ctrl it takes away."""
    press = {"type": "LEFTMOUSE", "value": "PRESS"}
    return (
        (operator, press, None),
        (operator, {**press, "shift": True}, {"properties": [("mode", "ADD")]}),
        (operator, {**press, "ctrl": True}, {"properties": [("mode", "SUBTRACT")]}),
    )


def pressed(operator: str, key: str, *properties: tuple[str, Any], **held: bool) -> Keymap:
    """One key."""
    return ((operator, {"type": key, "value": "PRESS", **held}, {"properties": list(properties)}),)


SHARED: Keymap = (
    *(entry for n, key in enumerate(NUMBERS, 1) for entry in pressed("latent.assign_number", key, ("number", n))),
    *pressed("latent.name_selection", "RET"),
    *pressed("wm.call_menu_pie", "E", ("name", "LATENT_MT_assign_pie")),
    *pressed("latent.clear_labels", "BACK_SPACE"),
    *pressed("latent.select_none", "A", ("action", "ALL")),
    *pressed("latent.select_none", "A", ("action", "NONE"), alt=True),
    *pressed("latent.select_none", "I", ("action", "INVERT"), ctrl=True),
    *pressed("wm.context_cycle_enum", "V", ("data_path", "scene.latent.depth"), ("wrap", True)),
)
SIZES: Keymap = (
    *pressed("wm.radial_control", "F", ("data_path_primary", BRUSH)),
    *pressed("wm.context_scale_float", "LEFT_BRACKET", ("data_path", BRUSH), ("value", 1 / 1.15)),
    *pressed("wm.context_scale_float", "RIGHT_BRACKET", ("data_path", BRUSH), ("value", 1.15)),
)


def draw_mode(context: bpy.types.Context, layout: bpy.types.UILayout) -> None:
    """What the next gesture does to the selection, as icons, and whether it asks for a name then."""
    row = layout.row(align=True)
    row.prop(context.scene.latent, "mode", text="", expand=True, icon_only=True)
    layout.prop(context.scene.latent, "ask_name", text="", icon="SORTALPHA")


def draw_depth(context: bpy.types.Context, layout: bpy.types.UILayout) -> None:
    """How deep a loop reaches."""
    settings = context.scene.latent
    row = layout.row(align=True)
    row.prop(settings, "depth", expand=True)
    if settings.depth == "RANGE":
        row = layout.row(align=True)
        row.prop(settings, "near")
        row.prop(settings, "far")
    layout.prop(settings, "show_depth", text="", icon="QUESTION")


class LATENT_TOOL_lasso(bpy.types.WorkSpaceTool):
    bl_space_type = "VIEW_3D"
    bl_context_mode = "OBJECT"
    bl_idname = "latent.lasso_tool"
    bl_label = "Latent Lasso"
    bl_description = (
        "Draw a loop around points of a latent cloud. Shift adds, Ctrl takes away; 1 to 9 assign a category, Enter a new one, "
        "E shows them around the cursor"
    )
    bl_icon = "ops.generic.select_lasso"
    bl_cursor = "CROSSHAIR"
    bl_keymap = (*drawing("latent.lasso_select"), *SHARED)

    @staticmethod
    def draw_settings(context: bpy.types.Context, layout: bpy.types.UILayout, tool: bpy.types.WorkSpaceTool) -> None:
        """Mode and depth, in the header."""
        draw_mode(context, layout)
        draw_depth(context, layout)


class LATENT_TOOL_box(bpy.types.WorkSpaceTool):
    bl_space_type = "VIEW_3D"
    bl_context_mode = "OBJECT"
    bl_idname = "latent.box_tool"
    bl_label = "Latent Box"
    bl_description = (
        "Drag a box around points of a latent cloud. Shift adds, Ctrl takes away; 1 to 9 assign a category, Enter a new one, "
        "E shows them around the cursor"
    )
    bl_icon = "ops.generic.select_box"
    bl_cursor = "CROSSHAIR"
    bl_keymap = (*drawing("latent.box_select"), *SHARED)
    draw_settings = LATENT_TOOL_lasso.draw_settings


class LATENT_TOOL_brush(bpy.types.WorkSpaceTool):
    bl_space_type = "VIEW_3D"
    bl_context_mode = "OBJECT"
    bl_idname = "latent.brush_tool"
    bl_label = "Latent Brush"
    bl_description = (
        "Sweep over points of a latent cloud with a sphere that is as deep as the nearest point under the mouse. Shift adds, Ctrl "
        "takes away; F or [ and ] change its size; 1 to 9 assign a category, Enter a new one, E shows them around the cursor"
    )
    bl_icon = "ops.generic.select_circle"
    bl_cursor = "CROSSHAIR"
    bl_keymap = (*drawing("latent.brush_select"), *SHARED, *SIZES)

    @staticmethod
    def draw_settings(context: bpy.types.Context, layout: bpy.types.UILayout, tool: bpy.types.WorkSpaceTool) -> None:
        """Mode and size, in the header."""
        draw_mode(context, layout)
        layout.prop(context.scene.latent, "brush_radius")
        layout.prop(context.scene.latent, "show_depth", text="", icon="QUESTION")

    @staticmethod
    def draw_cursor(context: bpy.types.Context, tool: bpy.types.WorkSpaceTool, xy: tuple[int, int]) -> None:
        """The circle that the brush takes."""
        from gpu_extras.presets import draw_circle_2d

        draw_circle_2d(xy, (1.0, 1.0, 1.0, 0.8), context.scene.latent.brush_radius, segments=48)


TOOLS = (LATENT_TOOL_lasso, LATENT_TOOL_box, LATENT_TOOL_brush)


def register() -> None:
    """Put the tools behind Blender's own selecting ones, as one group."""
    bpy.utils.register_tool(TOOLS[0], after={"builtin.select_lasso"}, separator=True, group=True)
    for before, tool in pairwise(TOOLS):
        bpy.utils.register_tool(tool, after={before.bl_idname})


def unregister() -> None:
    """Take them away."""
    for tool in reversed(TOOLS):
        bpy.utils.unregister_tool(tool)
