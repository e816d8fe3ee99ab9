"""Arrows at the points of a cloud, as instances of a second node group, after the one that shows the points.

A material a kind, whose viewport colour Solid shading shows too. Nothing here runs when the cloud is rendered.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import bpy

from ..core.palette import linear
from .compat import set_modifier_input
from .node_building import Builder, Socket
from .room import glow

GROUP = "Latent Arrows"
MARK = "arrow"
"""The attribute that says which points carry arrows."""
SHAPE = "Latent Arrow"
SIDES = 10
HEAD = 0.32
"""Of an arrow's length."""
SHAFT = 0.36
"""Of the head's width."""
SLIMMEST = 0.2
"""Of a short arrow's length: how wide its head is at most."""

NUMBERS: tuple[tuple[str, float, str], ...] = (
    ("Force Length", 1.0, "Units of arrow for a force of 1"),
    ("Motion Length", 1.0, "Units of arrow for a motion of 1"),
    ("Longest", 5.0, "Longer arrows are cut to this length"),
    ("Width", 0.13, "Radius of an arrow's head"),
    ("Start", 0.26, "How far from the middle of its point an arrow begins"),
)


def modifier_of(cloud: bpy.types.Object) -> bpy.types.NodesModifier | None:
    """The modifier that draws arrows, or None where nothing was measured yet."""
    return next(
        (m for m in cloud.modifiers if m.type == "NODES" and m.node_group and m.node_group.name.startswith(GROUP)), None
    )


def attach(cloud: bpy.types.Object, channels: Sequence[tuple[str, str]]) -> bpy.types.NodesModifier:
    """Give a cloud its arrows, last of its modifiers. channels: (label, attribute) of each kind; motion has its own scale."""
    found = modifier_of(cloud)
    if found is not None:
        return found
    modifier = cloud.modifiers.new(GROUP, "NODES")
    modifier.node_group = ensure_node_group(channels)
    return modifier


def show(cloud: bpy.types.Object, visible: bool) -> None:
    """Draw the arrows or do not, in the viewport and in renders."""
    modifier = modifier_of(cloud)
    if modifier is not None and (modifier.show_viewport, modifier.show_render) != (visible, visible):
        modifier.show_viewport = modifier.show_render = visible


def set_number(cloud: bpy.types.Object, name: str, value: float) -> None:
    """Set one of NUMBERS."""
    modifier = modifier_of(cloud)
    assert modifier is not None
    set_modifier_input(modifier, name, value)


def set_channel(cloud: bpy.types.Object, label: str, shown: bool, colour: tuple[float, float, float]) -> None:
    """Whether one kind is drawn, and in which sRGB colour; the colour is that of all clouds of the file."""
    modifier = modifier_of(cloud)
    assert modifier is not None
    set_modifier_input(modifier, label, shown)
    paint(label, colour)


def paint(label: str, colour: tuple[float, float, float]) -> bpy.types.Material:
    """The material of one kind of arrow, in an sRGB colour, in Solid shading and in all others."""
    lit = (*linear(colour), 1.0)
    material = glow(f"{SHAPE} {label}", lit)
    material.diffuse_color = lit
    next(node for node in material.node_tree.nodes if node.type == "EMISSION").inputs["Color"].default_value = lit
    return material


def ensure_node_group(channels: Sequence[tuple[str, str]]) -> bpy.types.NodeTree:
    """The node group, built once a file."""
    tree = bpy.data.node_groups.get(GROUP)
    if tree is not None:
        return tree
    tree = bpy.data.node_groups.new(GROUP, "GeometryNodeTree")
    tree.is_modifier = True
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    tree.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    for name, default, description in NUMBERS:
        socket = tree.interface.new_socket(name, in_out="INPUT", socket_type="NodeSocketFloat")
        socket.default_value, socket.description, socket.min_value = default, description, 0.0
    for label, attribute in channels:
        socket = tree.interface.new_socket(label, in_out="INPUT", socket_type="NodeSocketBool")
        socket.description = f"Draw the vectors of the attribute {attribute}"
    build(Builder(tree), channels)
    return tree


def build(b: Builder, channels: Sequence[tuple[str, str]]) -> None:
    """The points that carry arrows, whatever shape the cloud has, then each kind of arrow on them."""
    given = b.add("NodeGroupInput")
    geometry = given.outputs["Geometry"]
    marked = b.named(MARK, "BOOLEAN")
    of_instances = b.add("GeometryNodeInstancesToPoints", {"Instances": geometry, "Selection": marked}).outputs["Points"]
    clouds = b.add("GeometryNodeSeparateComponents", {"Geometry": geometry}).outputs["Point Cloud"]
    of_points = b.add("GeometryNodeSeparateGeometry", {"Geometry": clouds, "Selection": marked}, domain="POINT").outputs[0]
    points = b.add("GeometryNodeJoinGeometry")
    b.put(points.inputs[0], of_instances)
    b.put(points.inputs[0], of_points)
    shape = b.add("GeometryNodeObjectInfo", transform_space="ORIGINAL")
    shape.inputs["Object"].default_value = ensure_shape()
    whole = b.add("GeometryNodeJoinGeometry")
    b.put(whole.inputs[0], geometry)
    for label, attribute in channels:
        length = given.outputs["Motion Length" if attribute == "motion" else "Force Length"]
        drawn = arrows(b, given, points.outputs[0], shape.outputs["Geometry"], attribute, length)
        dressed = b.add("GeometryNodeSetMaterial", {"Geometry": drawn, "Material": paint(label, (1.0, 1.0, 1.0))})
        b.put(whole.inputs[0], b.switch("GEOMETRY", given.outputs[label], None, dressed.outputs[0]))
    b.add("NodeGroupOutput", {"Geometry": whole.outputs[0]})


def arrows(b: Builder, given: Any, points: Socket, shape: Socket, attribute: str, length: Socket) -> Socket:
    """One kind of arrow: from the surface of each point, along its vector, as long as the vector is, up to the longest."""
    vector = b.named(attribute, "FLOAT_VECTOR")
    size = b.math("MULTIPLY", b.vector("LENGTH", vector), length)
    long = b.math("MINIMUM", size, given.outputs["Longest"])
    wide = b.math("MINIMUM", given.outputs["Width"], b.math("MULTIPLY", long, SLIMMEST))
    offset = b.add("ShaderNodeVectorMath", operation="SCALE")
    b.put(offset.inputs[0], b.vector("NORMALIZE", vector))
    b.put(b.input(offset, "Scale"), given.outputs["Start"])
    moved = b.add("GeometryNodeSetPosition", {"Geometry": points, "Offset": offset.outputs[0]})
    turned = b.add("FunctionNodeAlignRotationToVector", {"Vector": vector}, axis="Z")
    scale = b.add("ShaderNodeCombineXYZ", {"X": wide, "Y": wide, "Z": long})
    node = b.add("GeometryNodeInstanceOnPoints", {"Points": moved.outputs[0], "Instance": shape})
    b.put(b.input(node, "Selection"), b.compare("GREATER_THAN", long, 1e-3))
    b.put(b.input(node, "Rotation"), turned.outputs[0])
    b.put(b.input(node, "Scale"), scale.outputs[0])
    return node.outputs["Instances"]


def ensure_shape() -> bpy.types.Object:
    """An arrow along Z, 1 long, its head 1 in radius; in no scene, made once a file."""
    found = bpy.data.objects.get(SHAPE)
    if found is not None:
        return found
    rings = ((SHAFT, 0.0), (SHAFT, 1.0 - HEAD), (1.0, 1.0 - HEAD))
    turns = [(math.cos(2 * math.pi * k / SIDES), math.sin(2 * math.pi * k / SIDES)) for k in range(SIDES)]
    corners = [(radius * x, radius * y, z) for radius, z in rings for x, y in turns] + [(0.0, 0.0, 1.0)]
    faces: list[tuple[int, ...]] = [tuple(reversed(range(SIDES)))]
    for k in range(SIDES):
        after = (k + 1) % SIDES
        faces += [(r * SIDES + k, r * SIDES + after, (r + 1) * SIDES + after, (r + 1) * SIDES + k) for r in (0, 1)]
        faces.append((2 * SIDES + k, 2 * SIDES + after, 3 * SIDES))
    mesh = bpy.data.meshes.new(SHAPE)
    mesh.from_pydata(corners, [], faces)
    shape = bpy.data.objects.new(SHAPE, mesh)
    shape.use_fake_user = True
    return shape
