"""Whether the nodes show the points in viewports beside the discs: not while a headset draws, which would wait for both.

Blender cannot hide an object from one viewport alone, so it depends on all of them. Renders and other files never notice.
"""

from __future__ import annotations

import bpy

from . import nodes, viewport

INPUT = "Discs Alone"


def leave(alone: bool) -> int:
    """alone: the nodes show nothing in viewports of the clouds that are drawn as discs; else everything. How many changed."""
    changed = 0
    for ob in bpy.data.objects:
        modifier = nodes.found(ob)
        if modifier is None or not ob.is_editable or modifier.node_group.get("version") != nodes.VERSION:
            continue
        wanted = alone and viewport.is_drawable(ob)
        if bool(nodes.get_input(ob, INPUT)) != wanted:
            nodes.set_input(ob, INPUT, wanted)
            changed += 1
    return changed


def suffice(context: bpy.types.Context) -> bool:
    """Whether the headset and every viewport of the desk draw discs and nothing else of the points."""
    settings = context.window_manager.xr_session_settings
    if settings.shading.type != "SOLID" or not getattr(settings, "show_custom_overlays", True):
        return False
    return all(
        area.spaces.active.shading.type == "SOLID"
        for window in context.window_manager.windows
        for area in window.screen.areas
        if area.type == "VIEW_3D"
    )
