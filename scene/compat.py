"""What differs between Blender 4.5 and 5.2, in one place."""

from __future__ import annotations

from typing import Any

import bpy

BOUNDS_GO_STALE = bpy.app.version < (5, 1, 0)
"""Writing the position attribute leaves the bounding box as it was, even after update()."""


def socket_identifier(group: bpy.types.NodeTree, name: str) -> str:
    """The identifier of an input socket by its name. Raises KeyError."""
    for item in group.interface.items_tree:
        if item.item_type == "SOCKET" and item.in_out == "INPUT" and item.name == name:
            return item.identifier
    raise KeyError(name)


def set_modifier_input(modifier: Any, name: str, value: Any) -> None:
    """Set an input of a geometry nodes modifier by its name."""
    identifier = socket_identifier(modifier.node_group, name)
    if hasattr(modifier, "properties"):
        getattr(modifier.properties.inputs, identifier).value = value
        return
    modifier[identifier] = value


def get_modifier_input(modifier: Any, name: str) -> Any:
    """Read an input of a geometry nodes modifier by its name."""
    identifier = socket_identifier(modifier.node_group, name)
    if hasattr(modifier, "properties"):
        return getattr(modifier.properties.inputs, identifier).value
    return modifier[identifier]


def input_path(modifier: Any, name: str) -> str:
    """The RNA path of an input's value below the object, for keyframes."""
    identifier = socket_identifier(modifier.node_group, name)
    if hasattr(modifier, "properties"):
        return f'modifiers["{modifier.name}"].properties.inputs.{identifier}.value'
    return f'modifiers["{modifier.name}"]["{identifier}"]'


def use_video(scene: bpy.types.Scene) -> None:
    """Let the scene render to a video file rather than to pictures."""
    settings = scene.render.image_settings
    if hasattr(settings, "media_type"):
        settings.media_type = "VIDEO"
    settings.file_format = "FFMPEG"


def use_pictures(scene: bpy.types.Scene) -> None:
    """Let the scene render to PNG files."""
    settings = scene.render.image_settings
    if hasattr(settings, "media_type"):
        settings.media_type = "IMAGE"
    settings.file_format = "PNG"


def eevee() -> str:
    """The name of EEVEE in this version."""
    return "BLENDER_EEVEE" if bpy.app.version >= (5, 0, 0) else "BLENDER_EEVEE_NEXT"
