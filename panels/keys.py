"""The status bar while a tool of ours is in hand: which keys do what. Drawn before Blender's own hints for the mouse."""

import bpy

KEYS = (
    (("EVENT_ONEKEY", "EVENT_NINEKEY"), "Assign"),
    (("EVENT_RETURN",), "Name"),
    (("EVENT_E",), "Categories"),
    (("EVENT_A",), "All"),
    (("EVENT_ALT", "EVENT_A"), "None"),
    (("EVENT_CTRL", "EVENT_I"), "Invert"),
    (("EVENT_V",), "Depth"),
)
BRUSH_KEYS = (
    *KEYS[:-1],
    (("EVENT_F",), "Size"),
)


def draw_keys(self: bpy.types.Header, context: bpy.types.Context) -> None:
    """The keys in a row; nothing while another tool is in hand."""
    tools = context.workspace.tools if context.workspace and context.mode == "OBJECT" else None
    tool = tools.from_space_view3d_mode("OBJECT", create=False) if tools else None
    if tool is None or not tool.idname.startswith("latent."):
        return
    row = self.layout.row(align=True)
    for icons, text in BRUSH_KEYS if tool.idname == "latent.brush_tool" else KEYS:
        for icon in icons[:-1]:
            row.label(text="", icon=icon)
        row.label(text=text, icon=icons[-1])


def register() -> None:
    """Show the keys."""
    bpy.types.STATUSBAR_HT_header.prepend(draw_keys)


def unregister() -> None:
    """Take them away."""
    bpy.types.STATUSBAR_HT_header.remove(draw_keys)
