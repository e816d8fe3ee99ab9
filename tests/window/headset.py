"""A person in a headset: a VR session starts, the trigger draws a loop in the air, the points inside are selected."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from monado import Headset
from scenario import Scenario, Steps

CENTRE, RADIUS, CORNERS = (0.05, 1.5, -0.7), 0.08, 20
DRAWS: list[int] = []


def to_blender(place: tuple[float, float, float]) -> tuple[float, float, float]:
    """OpenXR's axes to Blender's, with the base pose at the origin and absolute tracking."""
    return (place[0], -place[2], place[1])


def settle(device: Headset, frames: int = 1) -> Steps:
    """Send the state; wait until the session shows the hand there, and some frames more: in step with XR, not the clock."""
    device.send()
    want = to_blender(device.right.position)
    state = bpy.context.window_manager.xr_session_state
    for _ in range(4000):
        if math.dist(state.controller_aim_location_get(bpy.context, 1), want) < 5e-4:
            break
        yield 0.005
    else:
        raise AssertionError(f"the controller never reached {want}")
    drawn = len(DRAWS)
    for _ in range(4000):
        if len(DRAWS) >= drawn + 2 * frames:
            return
        yield 0.005
    raise AssertionError("the session draws no frames")


def start_session(s: Scenario, device: Headset) -> Steps:
    """Start VR Scene Inspection, its origin at the world's."""
    settings = bpy.context.window_manager.xr_session_settings
    settings.base_pose_type, settings.base_pose_angle = "CUSTOM", 0.0
    settings.base_pose_location = (0.0, 0.0, 0.0)
    settings.use_absolute_tracking = True
    bpy.types.SpaceView3D.draw_handler_add(lambda: DRAWS.append(0), (), "XR", "POST_VIEW")
    device.send()
    with bpy.context.temp_override(**s.view()):
        bpy.ops.wm.xr_session_toggle()
    yield from s.until(lambda: bpy.types.XrSessionState.is_running(bpy.context), "the VR session")
    yield from s.until(lambda: len(DRAWS) >= 6, "the first frames in the headset")


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    data: Any = s.load("scene.cloud")
    bpy.context.preferences.system.viewport_aa = "OFF"
    yield 1.0
    yield from s.open_digits()
    cloud = s.cloud()
    cloud.location, cloud.scale = (0.05, 1.6, 1.5), (0.04,) * 3
    bpy.context.view_layer.update()
    # torch is there and the room it begins with is shown: from here on a paused cloud stands still
    yield from s.until(lambda: s.trainer().state == "PAUSED" and s.trainer().newest is not None, "the trainer")
    yield 2.0
    s.reach("opened")
    device = Headset()
    yield from start_session(s, device)
    s.note(refused=bpy.context.window_manager.latent_xr.refused)
    s.reach("session")
    turns = [2 * math.pi * i / CORNERS for i in range(CORNERS + 1)]
    path = [(CENTRE[0] + RADIUS * math.cos(a), CENTRE[1] + RADIUS * math.sin(a), CENTRE[2]) for a in turns]
    expected = should_be_inside(s, cloud, path)
    device.right.position = path[0]
    yield from settle(device, 2)
    device.right.trigger = 1.0
    yield from settle(device, 3)
    for place in path[1:]:
        device.right.position = place
        yield from settle(device)
    device.right.trigger = 0.0
    yield from settle(device, 3)
    yield 1.0
    taken = data.read_bools(cloud.data, "selected")
    both = int(np.count_nonzero(taken & expected))
    s.note(selected=int(taken.sum()), expected=int(expected.sum()), both=both, points=len(taken))
    state = bpy.context.window_manager.xr_session_state
    drawn = s.trainer().loop.polygon if s.trainer().loop else np.zeros((0, 3))
    s.note(head=list(state.viewer_pose_location), drawn=np.round(drawn, 3).tolist(), meant=[to_blender(p) for p in path])
    s.note(frozen=sorted(s.trainer().holds), source=s.trainer().loop.source if s.trainer().loop else "")
    s.picture("headset")
    s.reach("selected")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.wm.xr_session_toggle()
    yield 1.0


def should_be_inside(s: Scenario, cloud: Any, path: list[tuple[float, float, float]]) -> Any:
    """Which points the commanded loop holds, from the commanded poses rather than from what Blender received."""
    world = np.array(cloud.matrix_world)
    points = s.load("scene.cloud").read_positions(cloud) @ world[:3, :3].T + world[:3, 3]
    eye = np.array((0.0, 0.0, 1.6))
    loop = np.array([to_blender(place) for place in path]) - eye
    rays = points - eye
    # all lies ahead along Blender's y: divide by it, and ask an even-odd test of its own
    flat, ring = rays[:, [0, 2]] / rays[:, 1:2], loop[:, [0, 2]] / loop[:, 1:2]
    inside = np.zeros(len(points), dtype=bool)
    for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        spans = (a[1] <= flat[:, 1]) != (b[1] <= flat[:, 1])
        rise = b[1] - a[1] if b[1] != a[1] else 1.0
        inside ^= spans & (flat[:, 0] < a[0] + (flat[:, 1] - a[1]) / rise * (b[0] - a[0]))
    return inside


scenario = Scenario("headset")
scenario.run(play)
