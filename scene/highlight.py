"""What a gesture lights up while it is drawn: a picture of the loop's inside on the graphics card, or points named one by one.

The loop is a fan of triangles around its first corner, and each triangle inverts the pixels it covers: what is covered an odd
number of times is inside, as core/lasso.py says. So a new corner costs one triangle, however many corners and points there are.
The points then look themselves up where they stand on screen, to the pixel; the loop's own answer, when it is closed, is exact.
With depth Seen a loop lights up what All does: what it will leave out lies behind what is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
from mathutils import Matrix

from ..core.arrays import BoolArray

LOOPS = {"latent.lasso_tool", "latent.box_tool"}
MODES = ("REPLACE", "ADD", "SUBTRACT", "TOGGLE")
EVERYWHERE = (-1e30, 1e30)
IDENTITY = Matrix.Identity(4)


def slab(context: bpy.types.Context) -> tuple[float, float]:
    """The nearest and farthest distance that the next loop reaches, while a tool of ours is in hand."""
    tool = context.workspace.tools.from_space_view3d_mode("OBJECT", create=False) if context.workspace else None
    settings = context.scene.latent
    if tool is None or tool.idname not in LOOPS or settings.depth != "RANGE":
        return EVERYWHERE
    return settings.near, settings.far


def parallel(matrix: Matrix) -> float:
    """Depth by clip coordinate in a parallel projection, as core/projection.py has it; 0 in perspective."""
    return 0.0 if max(abs(value) for value in matrix[3][:3]) > 1e-12 else 1.0 / matrix[2].xyz.length


class Highlight:
    """A gesture over one cloud in one region.

    corners: pixels of the region, the loop so far. within: nearest and farthest distance that it reaches. chosen: for a brush,
    the selection (N,) bool as it would be now, or None where nothing changed since it was asked for; it is called once a drawing.
    """

    def __init__(
        self,
        region: bpy.types.Region,
        cloud: bpy.types.Object,
        mode: str,
        within: tuple[float, float] = EVERYWHERE,
        chosen: Callable[[], BoolArray | None] | None = None,
    ) -> None:
        self.region, self.cloud = region.as_pointer(), cloud.session_uid
        self.size = (region.width, region.height)
        self.mode, self.within, self.chosen = mode, within, chosen
        self.corners: list[tuple[float, float]] = []
        self._drawn: list[tuple[float, float]] = []
        self._picture: Any = None

    def is_in(self, region: bpy.types.Region | None) -> bool:
        """Whether the gesture is drawn in this region; another viewport shows nothing of it."""
        return region is not None and bool(region.as_pointer() == self.region)

    def code(self) -> float:
        """What the shader does with the picture: 0 nothing, else the mode's place, from 1."""
        return 0.0 if self.chosen is not None else MODES.index(self.mode) + 1.0

    def picture(self) -> Any:
        """The texture whose red is 1 inside the loop; brought up to the newest corner. Call it where drawing is allowed."""
        import gpu
        from gpu_extras.batch import batch_for_shader

        known = len(self._drawn)
        goes_on = known <= len(self.corners) and self.corners[:known] == self._drawn
        fresh = self._picture is None
        if fresh:
            self._picture = gpu.types.GPUOffScreen(*self.size)
        if fresh or not goes_on or known < len(self.corners):
            first = max(known, 2) if goes_on else 2
            width, height = self.size
            places = [(2.0 * x / width - 1.0, 2.0 * y / height - 1.0, 0.0) for x, y in self.corners]
            fan = [place for i in range(first, len(places)) for place in (places[0], places[i - 1], places[i])]
            with self._picture.bind(), gpu.matrix.push_pop(), gpu.matrix.push_pop_projection():
                if fresh or not goes_on:
                    gpu.state.active_framebuffer_get().clear(color=(0.0, 0.0, 0.0, 0.0))
                if fan:
                    gpu.matrix.load_identity()
                    gpu.matrix.load_projection_matrix(IDENTITY)
                    gpu.state.blend_set("INVERT")
                    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
                    shader.uniform_float("color", (1.0, 1.0, 1.0, 1.0))
                    batch_for_shader(shader, "TRIS", {"pos": fan}).draw(shader)
                    gpu.state.blend_set("NONE")
            self._drawn = list(self.corners)
        return self._picture.texture_color

    def free(self) -> None:
        """Let go of the texture."""
        if self._picture is not None:
            self._picture.free()
            self._picture = None


class Lit:
    """A gesture in the air over one cloud: the selection as it would be now, lit in the headset and in every viewport."""

    within = EVERYWHERE

    def __init__(self, cloud: bpy.types.Object) -> None:
        self.cloud = cloud.session_uid
        self._new: BoolArray | None = None

    def give(self, selected: BoolArray) -> None:
        """Light up these points, (N,) bool, from the next drawing on."""
        self._new = selected

    def chosen(self) -> BoolArray | None:
        """What was given since this was asked for, or None."""
        new, self._new = self._new, None
        return new

    def is_in(self, region: bpy.types.Region | None) -> bool:
        """It is seen everywhere."""
        return True

    def code(self) -> float:
        """Nothing to look up in a picture."""
        return 0.0

    def picture(self) -> None:
        """There is none."""

    def free(self) -> None:
        """Nothing was taken."""
