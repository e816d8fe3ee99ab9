"""From the table of actions to Blender's action map, its OpenXR actions and bindings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import bpy

from . import actions


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
