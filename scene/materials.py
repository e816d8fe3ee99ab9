"""How points look: their own light, so that colours are true under any lamp; pictures tinted by category."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np

from ..core.arrays import Float32Array
from . import nodes
from .node_building import Builder, Socket

FRAME = 0.07
"""Of a face's side: the border in the category's colour."""
PLAIN = "Latent Points"
ATLAS = "latent_atlas"


@dataclass(frozen=True)
class AtlasImage:
    """Where the samples' pictures are. path: the PNG; columns, rows: its tiles; tile_px, gutter: pixels."""

    path: str
    columns: int
    rows: int
    tile_px: int
    gutter: int


def dress(cloud: bpy.types.Object, atlas: AtlasImage | None) -> bpy.types.Material:
    """Give a cloud its material: with pictures where there are any."""
    material = bpy.data.materials.new(f"{cloud.name} pictures" if atlas else PLAIN)
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    b = Builder(tree)
    colour = either_attribute(b, "colour")
    if atlas is not None:
        colour = with_picture(b, colour, atlas)
    # no lamp shines; what faces the eye is brighter, so that a sphere is round and a cube has edges
    facing = b.add("ShaderNodeLayerWeight", {"Blend": 0.35}).outputs["Facing"]
    shade = b.math("SUBTRACT", 1.0, b.math("MULTIPLY", facing, 0.55))
    emission = b.add("ShaderNodeEmission", {"Color": b.scale_colour(colour, shade), "Strength": 1.0})
    b.add("ShaderNodeOutputMaterial", {"Surface": emission.outputs[0]})
    nodes.set_input(cloud, "Material", material)
    if atlas is not None:
        material[ATLAS] = [atlas.columns, atlas.rows, atlas.tile_px, atlas.gutter]
    return material


def atlas_of(cloud: bpy.types.Object) -> tuple[bpy.types.Image, AtlasImage] | None:
    """The image that holds the cloud's pictures, and where in it they are; None without pictures."""
    material = nodes.get_input(cloud, "Material")
    if material is None or ATLAS not in material:
        return None
    image = next((node.image for node in material.node_tree.nodes if node.type == "TEX_IMAGE"), None)
    if image is None or (not image.has_data and image.size[0] == 0):
        return None
    columns, rows, tile_px, gutter = material[ATLAS]
    return image, AtlasImage(image.filepath, columns, rows, tile_px, gutter)


def either_attribute(b: Builder, name: str, output: str = "Color") -> Socket:
    """An attribute of the instance or of the point: one of the two is there, the other reads 0, so they are added."""
    of_instance = b.add("ShaderNodeAttribute", attribute_type="INSTANCER", attribute_name=name)
    of_point = b.add("ShaderNodeAttribute", attribute_type="GEOMETRY", attribute_name=name)
    if output == "Fac":
        return b.math("ADD", of_instance.outputs["Fac"], of_point.outputs["Fac"])
    node = b.add("ShaderNodeVectorMath", operation="ADD")
    b.put(node.inputs[0], of_instance.outputs[output])
    b.put(node.inputs[1], of_point.outputs[output])
    return node.outputs[0]


def with_picture(b: Builder, colour: Socket, atlas: AtlasImage) -> Socket:
    """The sample's own tile in the middle of the face, tinted; a border in the plain colour."""
    uv = b.add("ShaderNodeAttribute", attribute_type="GEOMETRY", attribute_name="UVMap").outputs["Vector"]
    split = b.add("ShaderNodeSeparateXYZ", {"Vector": uv})
    inner = [b.math("DIVIDE", b.math("SUBTRACT", split.outputs[a], FRAME), 1 - 2 * FRAME) for a in (0, 1)]
    inside = b.math("MULTIPLY", within(b, inner[0]), within(b, inner[1]))
    half = 0.5 / atlas.tile_px
    u, v = (b.math("MINIMUM", b.math("MAXIMUM", value, half), 1 - half) for value in inner)
    tile = either_attribute(b, "tile", "Fac")
    row = b.math("FLOOR", b.math("DIVIDE", b.math("ADD", tile, 0.5), float(atlas.columns)))
    column = b.math("SUBTRACT", tile, b.math("MULTIPLY", row, float(atlas.columns)))
    step = atlas.tile_px + 2 * atlas.gutter
    x = b.math("ADD", b.math("MULTIPLY", column, float(step)), b.math("MULTIPLY", u, float(atlas.tile_px)))
    from_top = b.math("MULTIPLY", b.math("SUBTRACT", 1.0, v), float(atlas.tile_px))
    y = b.math("ADD", b.math("MULTIPLY", row, float(step)), from_top)
    x = b.math("DIVIDE", b.math("ADD", x, float(atlas.gutter)), float(atlas.columns * step))
    y = b.math("DIVIDE", b.math("ADD", y, float(atlas.gutter)), float(atlas.rows * step))
    place = b.add("ShaderNodeCombineXYZ", {"X": x, "Y": b.math("SUBTRACT", 1.0, y)}).outputs[0]
    image = bpy.data.images.load(atlas.path, check_existing=True)
    small = atlas.tile_px <= 32
    picture = b.add("ShaderNodeTexImage", interpolation="Closest" if small else "Linear", extension="EXTEND")
    picture.image = image
    b.put(picture.inputs["Vector"], place)
    # dark where the picture is dark, towards white where it is light, always in the category's hue
    dark = b.scale_colour(colour, 0.10)
    light = b.mix(0.45, colour, (1.0, 1.0, 1.0, 1.0))
    tinted = b.multiply_colours(picture.outputs["Color"], light)
    lit = b.add("ShaderNodeVectorMath", operation="ADD")
    b.put(lit.inputs[0], dark)
    b.put(lit.inputs[1], tinted)
    # without a picture (tile -1) or without a face's UV (spheres), the plain colour
    has_face = b.math("GREATER_THAN", b.math("ADD", split.outputs[0], split.outputs[1]), 1e-6)
    shown = b.math("MULTIPLY", b.math("MULTIPLY", inside, has_face), b.math("GREATER_THAN", tile, -0.5))
    return b.mix(shown, colour, lit.outputs[0])


def within(b: Builder, value: Socket) -> Socket:
    """1 where a value lies between 0 and 1."""
    return b.math("MULTIPLY", b.math("GREATER_THAN", value, 0.0), b.math("LESS_THAN", value, 1.0))


def write_palette(cloud: bpy.types.Object, table: Float32Array) -> None:
    """Write the categories' colours, (M, 4) float32 linear RGBA by category number, where the node group finds them.

    They live on the points of an object that is in no scene, one point a category: nodes read it without Python.
    """
    palette = nodes.get_input(cloud, "Palette")
    if palette is None:
        mesh = bpy.data.meshes.new(f"{cloud.name} palette")
        palette = bpy.data.objects.new(mesh.name, mesh)
        nodes.set_input(cloud, "Palette", palette)
    mesh = palette.data
    if len(mesh.vertices) != len(table):
        mesh.clear_geometry()
        mesh.vertices.add(len(table))
    attribute = mesh.attributes.get("colour") or mesh.attributes.new("colour", "FLOAT_COLOR", "POINT")
    attribute.data.foreach_set("color", np.ascontiguousarray(table, dtype=np.float32).ravel())
    mesh.update()
    palette.update_tag()
    cloud.update_tag()


def palette_table(cloud: bpy.types.Object) -> Float32Array:
    """The colours as the nodes read them, (M, 4) float32 linear RGBA."""
    palette = nodes.get_input(cloud, "Palette")
    attribute = palette.data.attributes.get("colour") if palette is not None else None
    if attribute is None:
        return np.array([[0.26, 0.28, 0.32, 1.0]], dtype=np.float32)
    table = np.empty(len(attribute.data) * 4, dtype=np.float32)
    attribute.data.foreach_get("color", table)
    return table.reshape(-1, 4)


def exists(atlas: AtlasImage | None) -> bool:
    """Whether the atlas's file is there."""
    return atlas is not None and Path(bpy.path.abspath(atlas.path)).is_file()
