"""Arrows at the points of a cloud: instances of an object of their own, a child of the cloud, whose nodes read its points.

An own object, so that the outline of a selected cloud does not paint them. A material a kind, whose viewport colour Solid
shading shows too. Nothing here runs when the cloud is rendered.
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
    ("Force", 1.0, "The force whose arrow has Length"),
    ("Motion", 1.0, "The motion whose arrow has Length"),
    ("Length", 2.4, "How long the arrow of such a force or motion is"),
    ("Power", 0.5, "1: arrows grow with the force, 0.5: with its root, 0: all are of one length"),
    ("Longest", 5.0, "Longer arrows are cut to this length"),
    ("Width", 0.17, "Radius of an arrow's head"),
    ("Start", 0.26, "How far from the middle of its point an arrow begins"),
)


def object_of(cloud: bpy.types.Object) -> bpy.types.Object | None:
    """The object that draws the arrows of a cloud, or None where nothing was measured yet."""
    return next((child for child in cloud.children if modifier_of(child) is not None), None)


def modifier_of(ob: bpy.types.Object) -> bpy.types.NodesModifier | None:
    """The modifier of an object of arrows; None of any other."""
    return next((m for m in ob.modifiers if m.type == "NODES" and m.node_group and m.node_group.name.startswith(GROUP)), None)


def attach(cloud: bpy.types.Object, channels: Sequence[tuple[str, str]]) -> bpy.types.Object:
    """Give a cloud its arrows. channels: (label, attribute) of each kind; motion has its own scale."""
    found = object_of(cloud)
    if found is not None:
        return found
    arrows = bpy.data.objects.new(f"{cloud.name} Forces", bpy.data.meshes.new(GROUP))
    cloud.users_collection[0].objects.link(arrows)
    arrows.parent, arrows.hide_select = cloud, True
    modifier = arrows.modifiers.new(GROUP, "NODES")
    modifier.node_group = ensure_node_group(channels)
    set_modifier_input(modifier, "Cloud", cloud)
    return arrows


def show(arrows: bpy.types.Object, visible: bool, in_front: bool) -> None:
    """Draw the arrows or do not, in the viewport and in renders; in_front: through what hides them, in the viewport."""
    if (arrows.hide_viewport, arrows.hide_render) != (not visible, not visible):
        arrows.hide_viewport = arrows.hide_render = not visible
    if arrows.show_in_front != in_front:
        arrows.show_in_front = in_front


def set_input(arrows: bpy.types.Object, name: str, value: float | bool) -> None:
    """Set one of NUMBERS, or whether one kind, by its label, is drawn."""
    set_modifier_input(modifier_of(arrows), name, value)


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
    tree.interface.new_socket("Cloud", in_out="INPUT", socket_type="NodeSocketObject")
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
    cloud = b.add("GeometryNodeObjectInfo", transform_space="ORIGINAL")
    b.put(cloud.inputs["Object"], given.outputs["Cloud"])
    geometry = cloud.outputs["Geometry"]
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
    for label, attribute in channels:
        usual = given.outputs["Motion" if attribute == "motion" else "Force"]
        drawn = arrows(b, given, points.outputs[0], shape.outputs["Geometry"], attribute, usual)
        dressed = b.add("GeometryNodeSetMaterial", {"Geometry": drawn, "Material": paint(label, (1.0, 1.0, 1.0))})
        b.put(whole.inputs[0], b.switch("GEOMETRY", given.outputs[label], None, dressed.outputs[0]))
    b.add("NodeGroupOutput", {"Geometry": whole.outputs[0]})


def arrows(b: Builder, given: Any, points: Socket, shape: Socket, attribute: str, usual: Socket) -> Socket:
    """One kind of arrow: from the surface of each point, along its vector, the longer the larger that is beside `usual`."""
    vector = b.named(attribute, "FLOAT_VECTOR")
    size = b.vector("LENGTH", vector)
    grown = b.math("POWER", b.math("DIVIDE", size, usual), given.outputs["Power"])
    long = b.math("MINIMUM", b.math("MULTIPLY", grown, given.outputs["Length"]), given.outputs["Longest"])
    wide = b.math("MINIMUM", given.outputs["Width"], b.math("MULTIPLY", long, SLIMMEST))
    offset = b.add("ShaderNodeVectorMath", operation="SCALE")
    b.put(offset.inputs[0], b.vector("NORMALIZE", vector))
    b.put(b.input(offset, "Scale"), given.outputs["Start"])
    moved = b.add("GeometryNodeSetPosition", {"Geometry": points, "Offset": offset.outputs[0]})
    turned = b.add("FunctionNodeAlignRotationToVector", {"Vector": vector}, axis="Z")
    scale = b.add("ShaderNodeCombineXYZ", {"X": wide, "Y": wide, "Z": long})
    node = b.add("GeometryNodeInstanceOnPoints", {"Points": moved.outputs[0], "Instance": shape})
    b.put(b.input(node, "Selection"), b.compare("GREATER_THAN", size, 0.0))
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
