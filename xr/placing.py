"""Where the person stands in the room and how large it is: by the session's own navigation, never by moving the cloud."""

from __future__ import annotations

from typing import Any

import bpy

from . import actions, hands


def recentre(context: bpy.types.Context, state: Any, cloud: bpy.types.Object) -> None:
    """Back to where the session began."""
    state.navigation_location, state.navigation_rotation, state.navigation_scale = (0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0), 1.0


def scale_between_hands(context: bpy.types.Context, state: Any, before: float) -> float:
    """Scale the room as the hands move apart, about the hand that walks. Returns how far apart they are, 0 while one is open.

    before: what this returned the frame before.
    """
    drawing = hands.dominant(context)
    walking = actions.LEFT if drawing == actions.RIGHT else actions.RIGHT
    if not hands.squeezed(context, state, walking, "nav_grab"):
        return 0.0
    middle, other = hands.aim(context, state, walking)[0], hands.aim(context, state, drawing)[0]
    # in the person's own metres: the room's change must not feed back
    apart = (other - middle).length / hands.scale(state, context)
    if before <= 0.0 or apart <= 0.01:
        return apart
    ratio = before / apart
    # the walking hand stays where it is in the room
    state.navigation_location = middle + (state.navigation_location - middle) * ratio
    state.navigation_scale *= ratio
    return apart
