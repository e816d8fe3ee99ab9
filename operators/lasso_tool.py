"""The lasso as a tool of the 3D viewport: the left button draws, numbers assign, Enter names. Built of the operators alone."""

import bpy

NUMBERS = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")


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
    bl_keymap = (
        ("latent.lasso_select", {"type": "LEFTMOUSE", "value": "PRESS"}, {"properties": [("mode", "REPLACE")]}),
        ("latent.lasso_select", {"type": "LEFTMOUSE", "value": "PRESS", "shift": True}, {"properties": [("mode", "ADD")]}),
        ("latent.lasso_select", {"type": "LEFTMOUSE", "value": "PRESS", "ctrl": True}, {"properties": [("mode", "SUBTRACT")]}),
        *(
            ("latent.assign_number", {"type": key, "value": "PRESS"}, {"properties": [("number", number)]})
            for number, key in enumerate(NUMBERS, 1)
        ),
        ("latent.name_selection", {"type": "RET", "value": "PRESS"}, None),
        ("wm.call_menu_pie", {"type": "E", "value": "PRESS"}, {"properties": [("name", "LATENT_MT_assign_pie")]}),
    )

    @staticmethod
    def draw_settings(context: bpy.types.Context, layout: bpy.types.UILayout, tool: bpy.types.WorkSpaceTool) -> None:
        """How deep a loop reaches, in the header."""
        settings = context.scene.latent
        layout.prop(settings, "depth", expand=True)
        if settings.depth == "RANGE":
            layout.prop(settings, "near")
            layout.prop(settings, "far")


def register() -> None:
    """Put the tool behind Blender's own selecting ones."""
    bpy.utils.register_tool(LATENT_TOOL_lasso, after={"builtin.select_lasso"}, separator=True)


def unregister() -> None:
    """Take it away."""
    bpy.utils.unregister_tool(LATENT_TOOL_lasso)
