"""What several operators ask before they can run, with the sentence Blender shows on the greyed-out button."""

from __future__ import annotations

import bpy

from ..live import session
from ..properties import active_cloud


def has_cloud(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """A cloud is active (or the only one) and in Object Mode."""
    cloud = active_cloud(context)
    if cloud is None:
        cls.poll_message_set("Select a cloud, or open a data set first")
        return False
    if cloud.mode != "OBJECT":
        cls.poll_message_set("Leave Edit Mode first (Tab)")
        return False
    return True


def has_selection(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """A cloud is active, in Object Mode, and some of its points are selected."""
    if not has_cloud(cls, context):
        return False
    if not context.window_manager.latent_status.selected:
        cls.poll_message_set("No point is selected; draw a loop around some first")
        return False
    return True


def has_trainer(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """A trainer is running."""
    if session.running() is None:
        cls.poll_message_set("No trainer is running; press Train first")
        return False
    return True
