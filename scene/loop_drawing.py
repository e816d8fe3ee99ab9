"""What a hand draws: a closed line, or a brush's circle with its trail, over the viewport while a gesture lasts."""

from __future__ import annotations

import math

import bpy
import gpu
from gpu_extras.batch import batch_for_shader

COLOUR = (1.0, 1.0, 1.0, 0.95)
SHADOW = (0.0, 0.0, 0.0, 0.6)
TRAIL = (1.0, 1.0, 1.0, 0.35)
AROUND = 48
"""Corners of a circle."""

Corners = list[tuple[float, float]]


class LoopDrawing:
    """Draws `corners` (pixels of one region, lower left origin) as a closed line until remove() is called.

    With a `radius` the corners are a brush's path: a faint trail, and a circle around `mouse`.
    """

    def __init__(self, region: bpy.types.Region, radius: float = 0.0) -> None:
        self.corners: Corners = []
        self.radius = radius
        self.mouse: tuple[float, float] | None = None
        self._region = region.as_pointer()
        self._handle: object | None = bpy.types.SpaceView3D.draw_handler_add(self._draw, (), "WINDOW", "POST_PIXEL")

    def remove(self) -> None:
        """Stop drawing. May be called twice."""
        if self._handle is not None:
            bpy.types.SpaceView3D.draw_handler_remove(self._handle, "WINDOW")
            self._handle = None

    def _draw(self) -> None:
        # the handler is called for every viewport; the loop belongs to one
        if bpy.context.region is None or bpy.context.region.as_pointer() != self._region:
            return
        if not self.radius:
            outline([*self.corners, *self.corners[:1]])
            return
        stroke(self.corners, 1.5, TRAIL)
        if self.mouse is not None:
            outline(circle(self.mouse, self.radius))


def circle(middle: tuple[float, float], radius: float) -> Corners:
    """A closed circle in pixels."""
    angles = [2 * math.pi * i / AROUND for i in range(AROUND + 1)]
    return [(middle[0] + radius * math.cos(a), middle[1] + radius * math.sin(a)) for a in angles]


def outline(line: Corners) -> None:
    """A line that is seen on light and on dark."""
    stroke(line, 4.0, SHADOW)
    stroke(line, 1.5, COLOUR)


def stroke(line: Corners, width: float, colour: tuple[float, float, float, float]) -> None:
    """A line through pixels of the region that is being drawn."""
    if len(line) < 2:
        return
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    batch = batch_for_shader(shader, "LINE_STRIP", {"pos": [(x, y, 0.0) for x, y in line]})
    shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
    shader.uniform_float("lineWidth", width)
    shader.uniform_float("color", colour)
    gpu.state.blend_set("ALPHA")
    batch.draw(shader)
    gpu.state.blend_set("NONE")
