"""Where the hands and the head are, what they hold, and how they are told something: Blender's XrSessionState in our words."""

from __future__ import annotations

from typing import Any

import bpy
from mathutils import Quaternion, Vector

from ..properties import preferences
from . import actions

AHEAD = Vector((0.0, 0.0, -1.0))
"""Where a hand points, or a head looks, in its own axes."""


Pose = tuple[float, ...]
"""Place and turn of a hand, seven numbers, to be compared for being the very same: what is tracked always trembles."""


def running(context: bpy.types.Context) -> Any:
    """The state of the session that runs, or None."""
    state = context.window_manager.xr_session_state
    return state if state is not None and bpy.types.XrSessionState.is_running(context) else None


def dominant(context: bpy.types.Context) -> str:
    """The user path of the hand that draws."""
    found = preferences(context)
    return actions.LEFT if found is not None and found.dominant_hand == "LEFT" else actions.RIGHT


def index(hand: str) -> int:
    """Blender's number of a hand: 0 left, 1 right."""
    return 0 if hand == actions.LEFT else 1


def aim(context: bpy.types.Context, state: Any, hand: str) -> tuple[Vector, Quaternion]:
    """Where a hand points from, and how it is turned (it points along its own -Z), in world space."""
    place = state.controller_aim_location_get(context, index(hand))
    return Vector(place), Quaternion(state.controller_aim_rotation_get(context, index(hand)))


def pose(context: bpy.types.Context, state: Any, hand: str) -> Pose:
    """Where a hand is, to tell whether it moved at all."""
    place, turn = aim(context, state, hand)
    return (*place, *turn)


def head(state: Any) -> tuple[Vector, Quaternion]:
    """Where the eyes are and how they are turned (they look along their own -Z), in world space."""
    return Vector(state.viewer_pose_location), Quaternion(state.viewer_pose_rotation)


def scale(state: Any, context: bpy.types.Context) -> float:
    """How many units of the scene a metre of the person's own is."""
    return float(context.window_manager.xr_session_settings.base_scale * state.navigation_scale)


def squeezed(context: bpy.types.Context, state: Any, hand: str, action: str = actions.SQUEEZE) -> bool:
    """Whether a hand is closed."""
    return float(state.action_state_get(context, actions.SET, action, hand)[0]) > 0.5


def tick(context: bpy.types.Context, state: Any, hand: str, seconds: float = 0.05, strength: float = 0.5) -> None:
    """Let a hand feel something, unless the person wants none."""
    if context.window_manager.latent_xr.haptics:
        state.haptic_action_apply(context, actions.SET, actions.HAPTIC, hand, seconds, 0.0, strength)
