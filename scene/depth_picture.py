"""A small picture of how deep the next gesture reaches, at the foot of the viewport while a tool of ours is in hand.

Seen from the side: an eye, the cone that a loop cuts out of the room, and points. What the gesture would take is lit.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import blf
import bpy
import gpu
from gpu_extras.batch import batch_for_shader

from .loop_drawing import Corners, circle, stroke

WIDTH, HEIGHT, CAPTION, MARGIN = 190.0, 84.0, 34.0, 14.0
"""Of the picture, of the two lines of text below it, and to the border; pixels at a resolution scale of 1."""
BACK = (0.07, 0.07, 0.07, 0.95)
LINE = (0.75, 0.75, 0.75, 0.8)
TAKEN = (1.0, 0.86, 0.35, 1.0)
LEFT = (0.42, 0.42, 0.42, 1.0)
SLAB = (1.0, 0.86, 0.35, 0.16)
TEXT = (0.9, 0.9, 0.9, 1.0)
NEAR, FAR = 0.48, 0.78
REACH = 0.62
"""Where the cone's edge is, of half the picture's height, at the far end."""

Colour = tuple[float, float, float, float]


class Dot(NamedTuple):
    """A point of the picture: how far from the eye, 0 to 1, and where across the cone, -1 to 1 inside it."""

    depth: float
    across: float


DOTS = (
    Dot(0.36, -0.5), Dot(0.62, -0.5), Dot(0.92, -0.5), Dot(0.50, 0.08), Dot(0.70, 0.08), Dot(0.90, 0.08),
    Dot(0.66, 0.66), Dot(0.96, 0.66), Dot(0.42, 1.75), Dot(0.72, 1.5), Dot(0.55, -1.6), Dot(0.84, -1.4),
)  # fmt: skip
BRUSHED = (Dot(0.50, 0.08), 0.11)
SAID = {
    "ALL": ("All: everything inside,", "however deep"),
    "SEEN": ("Seen: only what no nearer", "point covers"),
    "RANGE": ("Range: what lies between", "{near:.4g} and {far:.4g} from the eye"),
    "BRUSH": ("Brush: a sphere, as deep as the", "nearest point under the mouse"),
}


def is_taken(dot: Dot, kind: str) -> bool:
    """Whether the picture shows a point as taken."""
    if kind == "BRUSH":
        middle, radius = BRUSHED
        up, centre = (d.across * d.depth * REACH * HEIGHT / WIDTH / 2 for d in (dot, middle))
        return math.hypot(dot.depth - middle.depth, up - centre) < radius
    if abs(dot.across) > 1:
        return False
    if kind == "SEEN":
        return not any(other.across == dot.across and other.depth < dot.depth for other in DOTS)
    return kind == "ALL" or NEAR <= dot.depth <= FAR


def draw() -> None:
    """Draw it where it belongs; called by Blender for each viewport."""
    context = bpy.context
    if context.area is None or context.mode != "OBJECT" or not context.space_data.overlay.show_overlays:
        return
    settings = context.scene.latent
    tool = context.workspace.tools.from_space_view3d_mode("OBJECT", create=False)
    if tool is None or not tool.idname.startswith("latent.") or not settings.show_depth:
        return
    kind = "BRUSH" if tool.idname == "latent.brush_tool" else settings.depth
    scale = context.preferences.system.ui_scale
    beside = sum(r.width for r in context.area.regions if r.type == "UI" and r.width > 1)
    # in the middle: the legend and the chart have the corners
    left = (context.region.width - beside - WIDTH * scale) / 2
    picture(left, (MARGIN + CAPTION) * scale, scale, kind)
    for number, line in enumerate(SAID[kind]):
        blf.size(0, 11.0 * scale)
        blf.color(0, *TEXT)
        blf.position(0, left + 6 * scale, (MARGIN + CAPTION - 13 - 14 * number) * scale, 0)
        blf.draw(0, line.format(near=settings.near, far=settings.far))


def picture(x: float, y: float, scale: float, kind: str) -> None:
    """The picture with its lower left corner at a pixel of the region."""
    width, height, middle = WIDTH * scale, HEIGHT * scale, y + HEIGHT * scale / 2

    def place(depth: float, across: float) -> tuple[float, float]:
        return x + 10 * scale + depth * (width - 20 * scale), middle + across * depth * REACH * height / 2

    fill([(x, y - CAPTION * scale), (x + width, y - CAPTION * scale), (x + width, y + height), (x, y + height)], BACK)
    eye = place(0.0, 0.0)
    if kind == "BRUSH":
        centre, radius = BRUSHED
        fill(circle(place(*centre), radius * (width - 20 * scale)), SLAB)
        stroke(circle(place(*centre), radius * (width - 20 * scale)), 1.5, TAKEN)
        stroke([eye, place(*centre)], 1.0, LINE)
    else:
        near, far = (NEAR, FAR) if kind == "RANGE" else (0.25, 1.0)
        slab = [place(near, -1), place(far, -1), place(far, 1), place(near, 1)]
        if kind != "SEEN":
            fill(slab, SLAB)
        for across in (-1, 1):
            stroke([eye, place(1.0, across)], 1.0, LINE)
        # the loop, seen from the side
        stroke([place(0.25, -1), place(0.25, 1)], 2.0, LINE)
        if kind == "RANGE":
            for depth in (near, far):
                stroke([place(depth, -1.15), place(depth, 1.15)], 1.5, TAKEN)
    fill([(eye[0] - 5 * scale, eye[1]), (eye[0] + 4 * scale, eye[1] - 4 * scale), (eye[0] + 4 * scale, eye[1] + 4 * scale)], TEXT)
    for dot in DOTS:
        fill(circle(place(*dot), 4.5 * scale), TAKEN if is_taken(dot, kind) else LEFT)


def fill(corners: Corners, colour: Colour) -> None:
    """A convex shape in one colour."""
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    places = [(a, b, 0.0) for a, b in corners]
    fan = [place for i in range(2, len(places)) for place in (places[0], places[i - 1], places[i])]
    shader.uniform_float("color", colour)
    gpu.state.blend_set("ALPHA")
    batch_for_shader(shader, "TRIS", {"pos": fan}).draw(shader)
    gpu.state.blend_set("NONE")
