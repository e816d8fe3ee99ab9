"""What happens when a VR session starts: our action set is made from the table and becomes the active one.

Action sets are attached once, right after the xr_session_start_pre handlers; what comes later needs a new session.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..properties import preferences
from . import actions


@persistent
def on_session_start(*_: Any) -> None:
    """Make the action set; where the runtime knows no profile of ours, say so in the status and leave Blender's."""
    context = bpy.context
    state = context.window_manager.xr_session_state
    if state is None:
        return
    # an item left from an earlier session would be refused as a duplicate
    stale = state.actionmaps.find(state, actions.SET)
    if stale is not None:
        state.actionmaps.remove(state, stale)
    found = preferences(context)
    dominant = actions.LEFT if found is not None and found.dominant_hand == "LEFT" else actions.RIGHT
    refused = build(context, state, actions.table(dominant))
    context.window_manager.latent_xr.refused = ", ".join(refused)
    if refused:
        print(f"Latent Lasso: the VR runtime refused {', '.join(refused)}")


def build(context: bpy.types.Context, state: Any, rows: tuple[actions.Action, ...]) -> list[str]:
    """Create the set, its actions and bindings, and make it active. Returns what the runtime refused."""
    refused: list[str] = []
    action_map = state.actionmaps.new(state, actions.SET, True)
    if not state.action_set_create(context, action_map):
        return [f"the action set {actions.SET}"]
    for row in rows:
        item = add_item(action_map, row)
        if not state.action_create(context, action_map, item):
            refused.append(row.name)
            continue
        accepted = [state.action_binding_create(context, action_map, item, binding) for binding in item.bindings]
        if not any(accepted):
            refused.append(row.name)
    state.controller_pose_actions_set(context, actions.SET, "controller_grip", "controller_aim")
    state.active_action_set_set(context, actions.SET)
    return refused


def add_item(action_map: Any, row: actions.Action) -> Any:
    """One row as Blender's action map item."""
    item = action_map.actionmap_items.new(row.name, True)
    item.type = row.kind
    for hand in row.hands:
        item.user_paths.new(hand)
    if row.kind == "POSE":
        item.pose_is_controller_grip = row.name == "controller_grip"
        item.pose_is_controller_aim = row.name == "controller_aim"
    elif row.kind == "FLOAT":
        item.op, item.op_mode, item.bimanual = row.operator, row.mode, row.bimanual
        for key, value in row.properties.items():
            setattr(item.op_properties, key, value)
    for profile, path in row.paths.items():
        binding = item.bindings.new(profile, True)
        binding.profile = actions.PROFILES[profile]
        for hand in row.hands:
            binding.component_paths.new(path[hand] if isinstance(path, Mapping) else path)
        if row.kind == "FLOAT":
            binding.threshold = row.threshold
            binding.axis0_region = row.region
    return item


def register() -> None:
    """Be there when a session starts. After the VR add-on's own handler: the set made last is the active one."""
    bpy.app.handlers.xr_session_start_pre.append(on_session_start)


def unregister() -> None:
    """Leave sessions alone again; one that runs keeps its action set until it ends."""
    if on_session_start in bpy.app.handlers.xr_session_start_pre:
        bpy.app.handlers.xr_session_start_pre.remove(on_session_start)
