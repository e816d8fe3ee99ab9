"""Where the person stands in the room and how large it is: by the session's base pose and navigation, never by moving the cloud."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from ..core import placing
from ..core.arrays import Float64Array
from ..live import seen
from ..properties import active_cloud
from . import actions, hands

SETTINGS = ("base_pose_type", "base_pose_object", "base_pose_location", "base_pose_angle", "base_scale", "use_absolute_tracking")
"""What placing the person writes."""


def values(context: bpy.types.Context) -> dict[str, Any]:
    """The session's settings that placing writes, by value."""
    settings = context.window_manager.xr_session_settings
    found = {name: getattr(settings, name) for name in SETTINGS}
    return {**found, "base_pose_location": tuple(settings.base_pose_location)}


def at_person(context: bpy.types.Context, state: Any) -> None:
    """Once the head is known: where the person really stands, and what they look at."""
    if context.window_manager.latent_xr.room != "AS_IS":
        put(context, *tracked(context, state))


def recentre(context: bpy.types.Context, state: Any) -> None:
    """Back to the middle, as large as at the start."""
    head = tracked(context, state)
    state.navigation_location, state.navigation_rotation, state.navigation_scale = (0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0), 1.0
    if context.window_manager.latent_xr.room == "AS_IS":
        state.reset_to_base_pose(context)
    else:
        put(context, *head)


def put(context: bpy.types.Context, *head: Float64Array) -> None:
    """Write the base pose for the active cloud, or leave it where the room stays as it is. head: its place, and where it looks."""
    cloud, size = active_cloud(context), context.window_manager.latent_xr.room
    if cloud is None or size == "AS_IS" or cloud.mode != "OBJECT":
        return
    low, high = corners(context, cloud)
    found = placing.place(low, high, size, *head)
    settings = context.window_manager.xr_session_settings
    settings.base_pose_type, settings.base_pose_angle, settings.use_absolute_tracking = "CUSTOM", 0.0, True
    settings.base_pose_location, settings.base_scale = found.location, found.scale


def corners(context: bpy.types.Context, cloud: bpy.types.Object) -> tuple[Float64Array, Float64Array]:
    """Two (3,): the lowest and the highest corner of the shown points in the scene."""
    positions = seen.positions(cloud, context)
    positions = positions[np.isfinite(positions).all(axis=1)]
    if not len(positions):
        positions = np.zeros((1, 3), dtype=np.float32)
    world = np.array(cloud.matrix_world, dtype=np.float64)
    box = np.array([positions.min(axis=0), positions.max(axis=0)], dtype=np.float64)
    every = np.array([(x, y, z) for x in box[:, 0] for y in box[:, 1] for z in box[:, 2]])
    every = every @ world[:3, :3].T + world[:3, 3]
    return every.min(axis=0), every.max(axis=0)


def tracked(context: bpy.types.Context, state: Any) -> tuple[Float64Array, Float64Array]:
    """Two (3,) of tracking space, metres: where the head is and where it looks. For a base pose of ours: CUSTOM, angle 0."""
    settings = context.window_manager.xr_session_settings
    eyes, turn = hands.head(state)
    back = state.navigation_rotation.inverted()
    place = (back @ (eyes - state.navigation_location)) / state.navigation_scale - settings.base_pose_location
    place = place / settings.base_scale
    ahead = back @ (turn @ hands.AHEAD)
    return np.array((place.x, place.z, -place.y)), np.array((ahead.x, ahead.z, -ahead.y))


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
