"""Who wears the scripted headset: starts the session at the origin, moves in step with its frames, draws, presses buttons.

What a gesture should take is computed here from the commanded poses, by geometry of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import arriving
import bpy
import gpu
import numpy as np
from monado import Hand, Headset
from scenario import Scenario, Steps

Place = tuple[float, float, float]
NEAR = 5e-4
"""Metres between what was commanded and what the session shows."""
TRIES = 40_000


def to_blender(place: Sequence[float]) -> Place:
    """OpenXR's axes to Blender's, with the base pose at the origin and absolute tracking."""
    return (place[0], -place[2], place[1])


def to_openxr(place: Sequence[float]) -> Place:
    """Blender's axes to OpenXR's."""
    return (float(place[0]), float(place[2]), -float(place[1]))


def ring(centre: Place, radius: float, corners: int = 20) -> list[Place]:
    """A round loop in front of the wearer, closed. OpenXR's metres."""
    turns = [2 * math.pi * i / corners for i in range(corners + 1)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a), centre[2]) for a in turns]


class Wearer:
    """Head and hands of a person in a VR session."""

    def __init__(self, s: Scenario) -> None:
        self.s = s
        self.device = Headset()
        self.hand = self.device.right
        """The hand that draws."""
        self.drawn = 0
        """Pictures drawn for the eyes: two a frame."""
        self.wanted: list[Path] = []
        """Pictures that are to be kept of the next eyes."""
        self.watch()

    def watch(self) -> None:
        """Count frames."""
        self.handle = bpy.types.SpaceView3D.draw_handler_add(self.count, (), "XR", "POST_VIEW")

    def count(self) -> None:
        """One eye was drawn."""
        self.drawn += 1
        if self.wanted and self.drawn % 2 == len(self.wanted) % 2:
            keep_picture(self.wanted.pop(0))

    @property
    def other(self) -> Hand:
        """The hand that walks, and holds the palette."""
        return self.device.left if self.hand is self.device.right else self.device.right

    @property
    def state(self) -> Any:
        """Blender's state of the session, or None."""
        return bpy.context.window_manager.xr_session_state

    def runs(self) -> bool:
        """Whether a session runs."""
        return self.state is not None and bool(bpy.types.XrSessionState.is_running(bpy.context))

    def start(self) -> Steps:
        """Start VR Scene Inspection as the panel does, its origin at the world's."""
        self.device.send()
        before = self.drawn
        with bpy.context.temp_override(**self.s.view()):
            assert bpy.ops.wm.xr_session_toggle() == {"FINISHED"}
        yield from self.s.until(self.runs, "the VR session")
        yield from self.s.until(lambda: self.drawn >= before + 6, "the first frames in the headset")
        yield from self.at_origin()

    def at_origin(self) -> Steps:
        """The room's axes are the world's from here on, in true size, wherever the session was placed."""
        settings = bpy.context.window_manager.xr_session_settings
        settings.base_pose_type, settings.base_pose_angle = "CUSTOM", 0.0
        settings.base_pose_location = (0.0, 0.0, 0.0)
        settings.use_absolute_tracking = True
        if hasattr(settings, "base_scale"):
            settings.base_scale = 1.0
        self.state.navigation_location, self.state.navigation_rotation = (0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0)
        self.state.navigation_scale = 1.0
        yield from self.frames(2)

    def stop(self) -> Steps:
        """End the session by the same button."""
        with bpy.context.temp_override(**self.s.view()):
            bpy.ops.wm.xr_session_toggle()
        # the runtime gives it back some moments after it ran last, and makes no second one before
        yield from self.s.until(lambda: self.state is None, "the session's end")
        eyes = self.s.load("scene.viewport").eyes
        yield from self.s.until(lambda: eyes() is None, "its settings to be given back")
        yield 0.3

    def frames(self, count: int = 1) -> Steps:
        """Let the session draw some frames."""
        before = self.drawn
        for _ in range(TRIES):
            if self.drawn >= before + 2 * count:
                return
            yield 0.005
        raise AssertionError("the session draws no frames")

    def arrived(self) -> bool:
        """Whether the session shows head and hands where they were sent, turned so, and heard what they do."""
        wanted = [self.state.viewer_pose_location, self.device.head]
        places = [wanted]
        for index, hand in enumerate((self.device.left, self.device.right)):
            places.append([self.state.controller_aim_location_get(bpy.context, index), hand.position])
        near = all(math.dist(shown, self.shown(sent)) < NEAR * self.metre for shown, sent in places)
        return near and arriving.turned(self) and arriving.heard(self)

    def settle(self, frames: int = 1) -> Steps:
        """Send the state; wait until the session shows it, and some frames more: in step with XR, not the clock."""
        self.device.send()
        for _ in range(TRIES):
            if self.arrived():
                break
            yield 0.005
        else:
            raise AssertionError(f"head and hands never reached {self.device.head}, {self.hand.position}")
        yield from self.frames(frames)

    def hold(self, place: Place) -> Steps:
        """Pull the trigger at a place."""
        self.hand.position = place
        yield from self.settle(2)
        self.hand.trigger = 1.0
        yield from self.settle(3)

    def let_go(self) -> Steps:
        """Let the trigger go."""
        self.hand.trigger = 0.0
        yield from self.settle(3)

    def draw(self, path: Sequence[Place]) -> Steps:
        """A loop, or a sweep: trigger held along the path."""
        yield from self.hold(path[0])
        for place in path[1:]:
            self.hand.position = place
            yield from self.settle()
        yield from self.let_go()

    def press(self, button: str, hand: Hand | None = None) -> Steps:
        """Press a button for some frames, of the right hand or another, and let it go."""
        hand = hand or self.hand
        setattr(hand, button, True)
        yield from self.settle(3)
        setattr(hand, button, False)
        yield from self.settle(3)

    def clear(self) -> None:
        """Select nothing."""
        with bpy.context.temp_override(**self.s.view()):
            bpy.ops.latent.select_none(action="NONE")

    def handlers(self) -> int:
        """How many functions hear Blender's events."""
        lists = [getattr(bpy.app.handlers, name) for name in dir(bpy.app.handlers)]
        return sum(len(found) for found in lists if isinstance(found, list))

    def eyes(self, name: str) -> Steps:
        """Keep what both eyes see as NAME-left.png and NAME-right.png."""
        self.wanted = [self.s.work / f"{name}-{side}.png" for side in ("left", "right")]
        yield from self.s.until(lambda: not self.wanted, "both eyes")

    def close(self) -> None:
        """Take the frame counter away."""
        bpy.types.SpaceView3D.draw_handler_remove(self.handle, "XR")

    def points(self) -> Any:
        """(N, 3) where the cloud's points lie in the world, as they are drawn: the mesh may have them later."""
        cloud = self.s.cloud()
        world = np.array(cloud.matrix_world)
        return self.s.load("scene.ahead").positions(cloud) @ world[:3, :3].T + world[:3, 3]

    def selected(self) -> Any:
        """(N,) bool: what is selected."""
        return self.s.load("scene.cloud").read_bools(self.s.cloud().data, "selected").copy()

    @property
    def metre(self) -> float:
        """How many units of the scene a metre of the wearer's is."""
        settings = bpy.context.window_manager.xr_session_settings
        return float(getattr(settings, "base_scale", 1.0) * self.state.navigation_scale)

    def shown(self, place: Sequence[float]) -> Any:
        """(3,) where a commanded place lies in the world: through the base pose, then through where one walked to."""
        settings, state = bpy.context.window_manager.xr_session_settings, self.state
        base = np.array(settings.base_pose_location) * state.navigation_scale
        turn = np.array(state.navigation_rotation.to_matrix())
        return np.array(state.navigation_location) + turn @ (base + self.metre * np.array(to_blender(place)))

    def sent(self, place: Sequence[float]) -> Place:
        """shown() backwards: what to command for a place of the world."""
        settings, state = bpy.context.window_manager.xr_session_settings, self.state
        turn = np.array(state.navigation_rotation.to_matrix())
        own = turn.T @ (np.asarray(place) - np.array(state.navigation_location))
        return to_openxr((own - np.array(settings.base_pose_location) * state.navigation_scale) / self.metre)

    def inside(self, path: Sequence[Place], grown: float = 1.0, reach: float = np.inf) -> Any:
        """(N,) bool: what the commanded loop, grown about its middle, holds as seen from the commanded head, up to a reach."""
        loop = np.array([self.shown(place) for place in path])
        loop = loop.mean(axis=0) + grown * (loop - loop.mean(axis=0))
        eye = self.shown(self.device.head)
        loop, rays = loop - eye, self.points() - eye
        ahead = loop.mean(axis=0) / np.linalg.norm(loop.mean(axis=0))
        across = np.cross(ahead, (0.3, 0.1, 1.0))
        across /= np.linalg.norm(across)
        plane = np.stack([across, np.cross(ahead, across)], axis=1)
        flat, corners = rays @ plane / (rays @ ahead)[:, None], loop @ plane / (loop @ ahead)[:, None]
        found = np.zeros(len(rays), dtype=bool)
        for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            spans = (a[1] <= flat[:, 1]) != (b[1] <= flat[:, 1])
            rise = b[1] - a[1] if b[1] != a[1] else 1.0
            found ^= spans & (flat[:, 0] < a[0] + (flat[:, 1] - a[1]) / rise * (b[0] - a[0]))
        return found & (rays @ ahead > 0) & (rays @ ahead <= reach)

    def wrong(self, taken: Any, path: Sequence[Place]) -> int:
        """How many points differ from what the loop holds, but for those within a hundredth of its edge."""
        surely, perhaps = self.inside(path, 0.99), self.inside(path, 1.01)
        return int(np.count_nonzero((surely & ~taken) | (taken & ~perhaps)))


def keep_picture(path: Path) -> None:
    """Write what was just drawn for an eye as a PNG."""
    frame = gpu.state.active_framebuffer_get()
    x, y, width, height = gpu.state.viewport_get()
    buffer = frame.read_color(x, y, width, height, 4, 0, "FLOAT")
    buffer.dimensions = width * height * 4
    image = bpy.data.images.new(path.stem, width, height)
    image.pixels.foreach_set(np.array(buffer, dtype=np.float32))
    image.filepath_raw, image.file_format = str(path), "PNG"
    image.save()
    bpy.data.images.remove(image)


def open_cloud(s: Scenario) -> Steps:
    """The window, the extension, and the digits standing still an arm's length before the wearer, 0.8 m wide."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    bpy.context.preferences.system.viewport_aa = "OFF"
    yield 1.0
    yield from s.open_digits()
    s.cloud().location, s.cloud().scale = (0.05, 1.6, 1.5), (0.04,) * 3
    bpy.context.view_layer.update()
    # torch is there and the room it begins with is shown: from here on a paused cloud stands still
    yield from s.still()
    s.reach("opened")
