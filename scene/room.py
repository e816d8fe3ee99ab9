"""The room as a faint box: twelve thin bars of light."""

from __future__ import annotations

import itertools

import bpy

from .node_building import Builder

NAME = "Latent Room"
THICKNESS = 0.02
COLOUR = (0.16, 0.19, 0.27, 1.0)


def ensure_room(collection: bpy.types.Collection, half_side: float) -> bpy.types.Object:
    """The box [-half_side, half_side]^3, made once a file, not selectable."""
    found = bpy.data.objects.get(NAME)
    if found is not None:
        return found
    vertices: list[tuple[float, ...]] = []
    faces: list[tuple[int, ...]] = []
    for axis in range(3):
        for signs in itertools.product((-1, 1), repeat=2):
            add_bar(vertices, faces, axis, signs, half_side)
    mesh = bpy.data.meshes.new(NAME)
    mesh.from_pydata(vertices, [], faces)
    mesh.materials.append(glow(NAME, COLOUR))
    room = bpy.data.objects.new(NAME, mesh)
    room.hide_select = True
    room.display_type = "WIRE"
    collection.objects.link(room)
    return room


def another(collection: bpy.types.Collection, half_side: float) -> bpy.types.Object:
    """A second box, for a cloud that stands beside another."""
    room = ensure_room(collection, half_side).copy()
    room.parent = None
    collection.objects.link(room)
    return room


def add_bar(
    vertices: list[tuple[float, ...]],
    faces: list[tuple[int, ...]],
    axis: int,
    signs: tuple[int, ...],
    half_side: float,
) -> None:
    """One edge of the box as a thin beam along `axis`."""
    first = len(vertices)
    others = [other for other in range(3) if other != axis]
    for end in (-1, 1):
        for across in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            corner = [0.0, 0.0, 0.0]
            corner[axis] = end * half_side
            for other, sign, offset in zip(others, signs, across, strict=True):
                corner[other] = sign * half_side + offset * THICKNESS
            vertices.append(tuple(corner))
    for side in range(4):
        following = (side + 1) % 4
        faces.append((first + side, first + following, first + 4 + following, first + 4 + side))


def glow(name: str, colour: tuple[float, float, float, float]) -> bpy.types.Material:
    """A material that shines evenly in a linear colour, made once a name."""
    found = bpy.data.materials.get(name)
    if found is not None:
        return found
    material = bpy.data.materials.new(name)
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    material.diffuse_color = colour
    tree = material.node_tree
    tree.nodes.clear()
    b = Builder(tree)
    emission = b.add("ShaderNodeEmission", {"Color": colour, "Strength": 1.0})
    b.add("ShaderNodeOutputMaterial", {"Surface": emission.outputs[0]})
    return material
