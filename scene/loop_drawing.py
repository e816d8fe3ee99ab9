"""The loop while it is drawn: a line over the viewport, removed when the gesture ends."""

from __future__ import annotations

import bpy
import gpu
from gpu_extras.batch import batch_for_shader

COLOUR = (1.0, 1.0, 1.0, 0.95)
SHADOW = (0.0, 0.0, 0.0, 0.6)


class LoopDrawing:
    """Draws `corners` (pixels of one region, lower left origin) as a closed line until remove() is called."""

    def __init__(self, region: bpy.types.Region) -> None:
        self.corners: list[tuple[float, float]] = []
        self._region = region.as_pointer()
        self._handle: object | None = bpy.types.SpaceView3D.draw_handler_add(self._draw, (), "WINDOW", "POST_PIXEL")

    def remove(self) -> None:
        """Stop drawing. May be called twice."""
        if self._handle is not None:
            bpy.types.SpaceView3D.draw_handler_remove(self._handle, "WINDOW")
            self._handle = None

    def _draw(self) -> None:
        # the handler is called for every viewport; the loop belongs to one
        if bpy.context.region is None or bpy.context.region.as_pointer() != self._region or len(self.corners) < 2:
            return
        shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
        line = [(x, y, 0.0) for x, y in [*self.corners, self.corners[0]]]
        batch = batch_for_shader(shader, "LINE_STRIP", {"pos": line})
        shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
        gpu.state.blend_set("ALPHA")
        for width, colour in ((4.0, SHADOW), (1.5, COLOUR)):
            shader.uniform_float("lineWidth", width)
            shader.uniform_float("color", colour)
            batch.draw(shader)
        gpu.state.blend_set("NONE")
