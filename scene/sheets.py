"""Flat things over a viewport, in pixels: panels in the theme's colours, words, swatches, pictures. Knows of no cloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import blf
import bpy
import gpu
from gpu_extras.batch import batch_for_shader

Colour = Sequence[float]
FONT = 0
COVERING = {"LEFT", "RIGHT", "TOP", "BOTTOM"}
MORE = "…"


@dataclass(frozen=True)
class Box:
    """left, bottom, right, top: pixels of a region from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels up."""
        return self.top - self.bottom


def free(area: bpy.types.Area, region: bpy.types.Region) -> Box:
    """The part of a viewport's region that no sidebar, toolbar or header lies over."""
    left, bottom, right, top = 0, 0, region.width, region.height
    for other in area.regions:
        x, y = other.x - region.x, other.y - region.y
        over = other.width > 1 and other.height > 1 and -other.width < x < region.width and -other.height < y < region.height
        if other.type == "WINDOW" or not over:
            continue
        if other.type == "HUD":  # the last operation's settings, in the lower left corner
            bottom = max(bottom, y + other.height)
        if other.alignment not in COVERING:
            continue
        if other.alignment == "LEFT":
            left = max(left, x + other.width)
        elif other.alignment == "RIGHT":
            right = min(right, x)
        elif other.alignment == "TOP":
            top = min(top, y)
        else:
            bottom = max(bottom, y + other.height)
    return Box(left, bottom, right, top)


def placed(width: float, height: float, x: float, y: float, gap: float, inside: Box) -> Box:
    """Where a card of this size goes beside the point x, y: right of it and above, or on its other side; always inside."""
    left = x + gap if x + gap + width <= inside.right else x - gap - width
    bottom = y + gap if y + gap + height <= inside.top else y - gap - height
    left = max(inside.left, min(left, inside.right - width))
    bottom = max(inside.bottom, min(bottom, inside.top - height))
    return Box(left, bottom, left + width, bottom + height)


class Sheet:
    """Draws in the region that is being drawn. Lengths are given at a resolution scale of 1 and scaled where they are used."""

    def __init__(self, context: bpy.types.Context) -> None:
        preferences = context.preferences
        self.scale = preferences.system.ui_scale
        self.letter = preferences.ui_styles[0].widget.points * self.scale
        self.line = 1.55 * self.letter
        theme = preferences.themes[0].user_interface.wcol_tooltip
        self.paper: Colour = (*theme.inner[:3], max(0.9, theme.inner[3]))
        self.edge: Colour = tuple(theme.outline)
        self.ink: Colour = (*theme.text[:3], 1.0)
        self.pale: Colour = (*theme.text[:3], 0.65)

    def width(self, text: str) -> float:
        """How many pixels a text takes."""
        blf.size(FONT, self.letter)
        return float(blf.dimensions(FONT, text)[0])

    def fitted(self, text: str, width: float) -> str:
        """The text, or as much of its beginning as fits with an ellipsis."""
        if self.width(text) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.width(text[:middle] + MORE) <= width else (low, middle - 1)
        return text[:low].rstrip() + MORE

    def wrapped(self, text: str, width: float, most: int) -> list[str]:
        """The text over up to `most` lines of `width` pixels, broken between words."""
        lines: list[str] = []
        words = text.split()
        while words and len(lines) < most:
            count = 1
            while count < len(words) and self.width(" ".join(words[: count + 1])) <= width:
                count += 1
            if len(lines) == most - 1:
                count = len(words)
            lines.append(self.fitted(" ".join(words[:count]), width))
            words = words[count:]
        return lines

    def text(self, x: float, y: float, text: str, colour: Colour | None = None) -> None:
        """A line; x, y is where its baseline begins."""
        blf.size(FONT, self.letter)
        blf.color(FONT, *(colour or self.ink))
        blf.position(FONT, round(x), round(y), 0)
        blf.draw(FONT, text)

    def rectangle(self, box: Box, colour: Colour) -> None:
        """A filled rectangle."""
        corners = [(box.left, box.bottom), (box.right, box.bottom), (box.left, box.top), (box.right, box.top)]
        shader = gpu.shader.from_builtin("UNIFORM_COLOR")
        shader.uniform_float("color", colour)
        gpu.state.blend_set("ALPHA")
        batch_for_shader(shader, "TRI_STRIP", {"pos": corners}).draw(shader)
        gpu.state.blend_set("NONE")

    def panel(self, box: Box) -> None:
        """The paper that words lie on, with an edge."""
        self.rectangle(Box(box.left - 1, box.bottom - 1, box.right + 1, box.top + 1), self.edge)
        self.rectangle(box, self.paper)

    def bar(self, box: Box, stops: Sequence[Sequence[float]]) -> None:
        """Colours from left to right, at even distances."""
        places, colours = [], []
        for number, stop in enumerate(stops):
            x = box.left + box.width * number / (len(stops) - 1)
            places += [(x, box.bottom), (x, box.top)]
            colours += [(*stop, 1.0)] * 2
        shader = gpu.shader.from_builtin("SMOOTH_COLOR")
        batch_for_shader(shader, "TRI_STRIP", {"pos": places, "color": colours}).draw(shader)

    def texture(self, box: Box, texture: gpu.types.GPUTexture) -> None:
        """A whole texture, its values as they are."""
        corners = [(box.left, box.bottom), (box.right, box.bottom), (box.left, box.top), (box.right, box.top)]
        shader = gpu.shader.from_builtin("IMAGE")
        shader.uniform_sampler("image", texture)
        cut = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
        batch_for_shader(shader, "TRI_STRIP", {"pos": corners, "texCoord": cut}).draw(shader)

    def picture(self, box: Box, image: bpy.types.Image, part: Box) -> None:
        """A part of an image, 0..1 from its lower left corner."""
        corners = [(box.left, box.bottom), (box.right, box.bottom), (box.left, box.top), (box.right, box.top)]
        cut = [(part.left, part.bottom), (part.right, part.bottom), (part.left, part.top), (part.right, part.top)]
        # a texture reads as linear light; what is drawn over a viewport is shown as it is
        shader = gpu.shader.from_builtin("IMAGE_SCENE_LINEAR_TO_REC709_SRGB")
        shader.uniform_sampler("image", gpu.texture.from_image(image))
        batch_for_shader(shader, "TRI_STRIP", {"pos": corners, "texCoord": cut}).draw(shader)
