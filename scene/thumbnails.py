"""Icons of samples for the sidebar, cut from the cloud's atlas on the graphics card, where the viewport keeps it anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from ..core import glyphs
from ..core.arrays import Float32Array
from . import materials
from .materials import AtlasImage

SIDE = 64
"""Pixels of a picture."""
ICON = 32


@dataclass
class Registered:
    """Blender's previews that enabling made."""

    previews: Any
    categories: Any


_registered: Registered | None = None


def show(cloud: bpy.types.Object, tiles: list[int]) -> list[int]:
    """Make icons of these tiles and let go of the icons before. Returns an icon's number for each, 0 where it has no picture."""
    if _registered is None or bpy.app.background:
        return [0] * len(tiles)
    previews = _registered.previews
    previews.clear()
    found = materials.atlas_of(cloud)
    if found is None or not any(tile >= 0 for tile in tiles):
        return [0] * len(tiles)
    image, atlas = found
    icons = []
    for place, (tile, pixels) in enumerate(zip(tiles, cut(image, atlas, tiles), strict=True)):
        if tile < 0:
            icons.append(0)
            continue
        preview = previews.new(str(place))
        preview.image_size = preview.icon_size = (SIDE, SIDE)
        preview.image_pixels_float = preview.icon_pixels_float = pixels.ravel()
        icons.append(preview.icon_id)
    return icons


def category_icon(category_id: int, colour: tuple[float, ...]) -> int:
    """The number of the icon of a category: its shape in its colour (sRGB). 0 without a window."""
    if _registered is None or bpy.app.background:
        return 0
    red, green, blue = (round(255 * value) for value in colour)
    key = f"{glyphs.number_of(category_id)} {red} {green} {blue}"
    preview = _registered.categories.get(key)
    if preview is None:
        preview = _registered.categories.new(key)
        pixels = np.empty((ICON, ICON, 4), dtype=np.float32)
        pixels[..., 3] = glyphs.picture(glyphs.number_of(category_id), ICON)
        pixels[..., :3] = np.array(colour) * pixels[..., 3:]  # icons are drawn premultiplied
        preview.icon_size = preview.image_size = (ICON, ICON)
        preview.icon_pixels_float = preview.image_pixels_float = pixels.ravel()
    return int(preview.icon_id)


def cut(image: bpy.types.Image, atlas: AtlasImage, tiles: list[int]) -> Float32Array:
    """(K, SIDE, SIDE, 4) float32 0..1: the pictures of K tiles, as they are in the file, lowest line first."""
    import gpu
    from gpu_extras.batch import batch_for_shader
    from mathutils import Matrix

    places: list[tuple[float, float]] = []
    parts: list[tuple[float, float]] = []
    step = atlas.tile_px + 2 * atlas.gutter
    wide, high = atlas.columns * step, atlas.rows * step
    for place, tile in enumerate(tiles):
        line, column = divmod(max(0, tile), atlas.columns)
        left, top = column * step + atlas.gutter, line * step + atlas.gutter
        right, bottom = left + atlas.tile_px, top + atlas.tile_px
        x0, x1 = 2 * place / len(tiles) - 1, 2 * (place + 1) / len(tiles) - 1
        u0, u1, v0, v1 = left / wide, right / wide, 1 - bottom / high, 1 - top / high
        places += [(x0, -1), (x1, -1), (x1, 1), (x0, -1), (x1, 1), (x0, 1)]
        parts += [(u0, v0), (u1, v0), (u1, v1), (u0, v0), (u1, v1), (u0, v1)]
    # a texture reads as linear light; an icon is shown as it is
    shader = gpu.shader.from_builtin("IMAGE_SCENE_LINEAR_TO_REC709_SRGB")
    batch = batch_for_shader(shader, "TRIS", {"pos": places, "texCoord": parts})
    target = gpu.types.GPUOffScreen(SIDE * len(tiles), SIDE)
    try:
        with target.bind():
            frame = gpu.state.active_framebuffer_get()
            frame.clear(color=(0.0, 0.0, 0.0, 1.0))
            gpu.state.blend_set("NONE")
            with gpu.matrix.push_pop(), gpu.matrix.push_pop_projection():
                gpu.matrix.load_matrix(Matrix.Identity(4))
                gpu.matrix.load_projection_matrix(Matrix.Identity(4))
                shader.uniform_sampler("image", gpu.texture.from_image(image))
                batch.draw(shader)
            read = frame.read_color(0, 0, SIDE * len(tiles), SIDE, 4, 0, "FLOAT")
    finally:
        target.free()
    read.dimensions = SIDE * SIDE * len(tiles) * 4
    whole = np.array(read, dtype=np.float32).reshape(SIDE, len(tiles), SIDE, 4)
    return np.ascontiguousarray(whole.transpose(1, 0, 2, 3))


def register() -> None:
    """Room for previews."""
    global _registered
    import bpy.utils.previews as previews

    _registered = Registered(previews.new(), previews.new())


def unregister() -> None:
    """Let go of them."""
    global _registered
    import bpy.utils.previews as previews

    state, _registered = _registered, None
    if state is not None:
        previews.remove(state.previews)
        previews.remove(state.categories)
