"""Whether a session has taken in what was sent to it: how hands are turned, what triggers, sticks and buttons do.

A hand that did not move says nothing about whether the rest of what was sent with it has come.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import bpy
from mathutils import Quaternion
from monado import Hand

NEAR = 5e-3
"""Radians between how a hand was sent and how the session shows it; of 1, how far a trigger, stick or button may be off."""
HEARD: dict[str, Callable[[Hand], float]] = {
    "latent_gesture": lambda hand: hand.trigger,
    "teleport": lambda hand: hand.trigger,
    "latent_squeeze": lambda hand: hand.squeeze,
    "nav_grab": lambda hand: hand.squeeze,
    "latent_stick": lambda hand: hand.stick[1],
    "fly_viewer_forward": lambda hand: hand.stick[1],
    "fly_turnright": lambda hand: hand.stick[0],
    "latent_undo": lambda hand: float(hand.a),
    "latent_recentre": lambda hand: float(hand.a),
    "latent_again": lambda hand: float(hand.b),
    "latent_palette": lambda hand: float(hand.b),
}
"""What was sent, by the action that hears it."""


def turned(w: Any) -> bool:
    """Whether a wearer's hands are turned as they were sent, through the base pose and where one turned to."""
    settings, walked = bpy.context.window_manager.xr_session_settings, Quaternion(w.state.navigation_rotation)
    base = Quaternion((0.0, 0.0, 1.0), settings.base_pose_angle) @ Quaternion((1.0, 0.0, 0.0), math.pi / 2)
    for index, hand in enumerate((w.device.left, w.device.right)):
        x, y, z, real = hand.orientation
        wanted = walked @ base @ Quaternion((real, x, y, z))
        shown = Quaternion(w.state.controller_aim_rotation_get(bpy.context, index))
        if 2 * math.acos(min(1.0, abs(wanted.dot(shown)))) > NEAR:
            return False
    return True


def heard(w: Any) -> bool:
    """Whether the session heard of triggers, sticks and buttons as they were sent: what they do was done with that frame."""
    actions, hands = w.s.load("xr.actions"), w.s.load("xr.hands")
    sent = {actions.LEFT: w.device.left, actions.RIGHT: w.device.right}
    for row in actions.table(hands.dominant(bpy.context)):
        for path in row.hands if row.name in HEARD else ():
            said = w.state.action_state_get(bpy.context, actions.SET, row.name, path)[0]
            if abs(said - HEARD[row.name](sent[path])) > NEAR:
                return False
    return True
