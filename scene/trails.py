"""Trails of points over the last recorded epochs, and lines from where points were at one epoch: drawn by nodes at any frame.

A trail's object holds, for each point, a row of vertices that stand for how many epochs back; the nodes look up where the point
was then in a second mesh, its paths, so scrubbing and a render farm need no Python. Renders show tubes. Viewports draw lines
(trail_drawing.py), for in Solid shading all tubes would have one colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from ..core.arrays import Float32Array, Int32Array
from ..core.timeline import Timeline
from . import cloud as cloud_data
from . import compat, nodes, painted, playback
from .materials import either_attribute
from .node_building import Builder, Socket

GROUP = "Latent Trails"
MOST_POINTS, MOST_EPOCHS, MOST_PLACES = 500, 60, 300_000
"""Of one object of trails: more would hide the cloud and make the file large. MOST_PLACES: vertices of its paths."""
RADIUS = 0.05
"""Of a tube, in the room's units."""
FAINTEST = 0.12
"""How bright and wide the old end of a trail is."""
INPUTS: tuple[tuple[str, str, Any], ...] = (
    ("Paths", "NodeSocketObject", None),
    ("State", "NodeSocketObject", None),
    ("Palette", "NodeSocketObject", None),
    ("Record", "NodeSocketFloat", 0.0),
    ("Spacing", "NodeSocketFloat", 1.0),
    ("Count", "NodeSocketInt", 1),
    ("Epochs", "NodeSocketFloat", 1.0),
    ("Radius", "NodeSocketFloat", RADIUS),
    ("Material", "NodeSocketMaterial", None),
)


@dataclass(frozen=True)
class Lines:
    """What an object of trails draws. vertices: (P,) of the cloud; epochs: how long a trail is; pinned: the record that lines
    come from, or -1 for trails.
    """

    vertices: Int32Array
    epochs: int
    pinned: float


def modifier_of(ob: bpy.types.Object) -> Any:
    """The modifier of an object of trails; None of any other."""
    return next((m for m in ob.modifiers if m.type == "NODES" and m.node_group and m.node_group.name.startswith(GROUP)), None)


def of_cloud(cloud: bpy.types.Object) -> list[bpy.types.Object]:
    """The objects of trails that belong to a cloud."""
    return [child for child in cloud.children if modifier_of(child) is not None]


def lines_of(trails: bpy.types.Object) -> Lines:
    """What an object of trails draws."""
    mesh = trails.data
    first = cloud_data.read_floats(mesh, "age") == 0
    ages, pinned = cloud_data.read_floats(mesh, "age"), cloud_data.read_floats(mesh, "pinned")
    return Lines(cloud_data.read_ints(mesh, "vertex")[first], int(ages.max()), float(pinned.max()))


def create(cloud: bpy.types.Object, name: str, lines: Lines) -> bpy.types.Object:
    """An object of trails below the cloud; feed() gives it its paths."""
    points, steps = len(lines.vertices), lines.epochs + 1
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(points * steps)
    numbers = np.arange(points * steps, dtype=np.int32).reshape(points, steps)
    mesh.edges.add(points * lines.epochs)
    ends = np.stack([numbers[:, :-1], numbers[:, 1:]], axis=2)
    mesh.edges.foreach_set("vertices", np.ascontiguousarray(ends, dtype=np.int32).ravel())
    ages = np.tile(np.arange(steps, dtype=np.float32), points)
    cloud_data.write_ints(mesh, "line", np.repeat(np.arange(points, dtype=np.int32), steps))
    cloud_data.write_ints(mesh, "vertex", np.repeat(lines.vertices.astype(np.int32), steps))
    cloud_data.write_floats(mesh, "age", ages)
    cloud_data.write_floats(mesh, "pinned", np.where(ages > 0, np.float32(lines.pinned), np.float32(-1.0)))
    mesh.update()
    trails = bpy.data.objects.new(name, mesh)
    cloud.users_collection[0].objects.link(trails)
    trails.parent, trails.hide_select = cloud, True
    modifier = trails.modifiers.new(GROUP, "NODES")
    modifier.node_group = ensure_node_group()
    return trails


def feed(trails: bpy.types.Object, cloud: bpy.types.Object, timeline: Timeline) -> None:
    """Give trails the recorded epochs of their points up to now, along the timeline that the cloud plays on."""
    lines, modifier = lines_of(trails), modifier_of(trails)
    stored = playback.samples(cloud.modifiers[playback.CACHE], len(cloud.data.vertices))
    records = min(timeline.records, len(stored))
    count = max(2, min(records, MOST_PLACES // len(lines.vertices)))
    spacing = max((records - 1) / (count - 1), 1e-6)
    places = np.empty((len(lines.vertices), count, 3), dtype=np.float32)
    for number in range(count):
        record = min(number * spacing, records - 1.0)
        before, share = int(record), np.float32(record - int(record))
        after = min(before + 1, records - 1)
        places[:, number] = stored[before][lines.vertices] * (1 - share) + stored[after][lines.vertices] * share
    old = compat.get_modifier_input(modifier, "Paths")
    mesh = bpy.data.meshes.new(f"{trails.name} paths")
    mesh.vertices.add(places.size // 3)
    cloud_data.write_positions(mesh, places.ravel())
    paths = bpy.data.objects.new(mesh.name, mesh)
    values = {
        "Paths": paths,
        "State": nodes.get_input(cloud, "State"),
        "Palette": nodes.get_input(cloud, "Palette"),
        "Spacing": spacing,
        "Count": count,
        "Epochs": float(lines.epochs),
        "Radius": RADIUS,
        "Material": ensure_material(),
    }
    for name, value in values.items():
        compat.set_modifier_input(modifier, name, value)
    if old is not None and not old.users:  # a copy of the cloud may still play by it
        bpy.data.meshes.remove(old.data)
    trails.animation_data_clear()
    path = compat.input_path(modifier, "Record")
    for record in sorted({0, records - 1}):
        compat.set_modifier_input(modifier, "Record", float(record))
        trails.keyframe_insert(path, frame=timeline.frame_of_record(record))
    for point in playback.find_curve(trails, path).keyframe_points:
        point.interpolation = "LINEAR"
    trails.update_tag()


def remove(trails: bpy.types.Object) -> None:
    """Remove an object of trails and its paths."""
    paths = compat.get_modifier_input(modifier_of(trails), "Paths")
    for mesh in [ob.data for ob in (trails, paths) if ob is not None]:
        bpy.data.meshes.remove(mesh)


def can_be_drawn(trails: bpy.types.Object, cloud: bpy.types.Object, lines: Lines) -> bool:
    """Whether the cloud still is one, has the points that the trails are of, and the recorded places are there."""
    paths = compat.get_modifier_input(modifier_of(trails), "Paths")
    if paths is None or cloud.type != "MESH" or "sample" not in cloud.data.attributes:
        return False
    return bool(lines.vertices.max(initial=-1) < len(cloud.data.vertices))


def places(trails: bpy.types.Object, record: float) -> Float32Array:
    """(P, epochs + 1, 3) float32: where the nodes put the vertices at a recorded epoch, for what draws lines."""
    lines, modifier = lines_of(trails), modifier_of(trails)
    count = int(compat.get_modifier_input(modifier, "Count"))
    spacing = float(compat.get_modifier_input(modifier, "Spacing"))
    stored = cloud_data.read_positions(compat.get_modifier_input(modifier, "Paths")).reshape(-1, count, 3)
    records = np.maximum(record - np.arange(lines.epochs + 1, dtype=np.float32), 0.0)
    if lines.pinned >= 0:
        records[1:] = lines.pinned
    at = np.clip(records / spacing, 0.0, count - 1.0)
    before = at.astype(np.int64)
    share = (at - before).astype(np.float32)[None, :, None]
    after = np.minimum(before + 1, count - 1)
    return np.asarray(stored[:, before] * (1 - share) + stored[:, after] * share, dtype=np.float32)


def ensure_material() -> bpy.types.Material:
    """Light in the trail's own colour, made once a file."""
    found = bpy.data.materials.get(GROUP)
    if found is not None:
        return found
    material = bpy.data.materials.new(GROUP)
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    material.node_tree.nodes.clear()
    b = Builder(material.node_tree)
    light = b.add("ShaderNodeEmission", {"Color": either_attribute(b, "colour"), "Strength": 1.0})
    b.add("ShaderNodeOutputMaterial", {"Surface": light.outputs[0]})
    return material


def ensure_node_group() -> bpy.types.NodeTree:
    """The node group, built once a file."""
    found = bpy.data.node_groups.get(GROUP)
    if found is not None:
        return found
    tree = bpy.data.node_groups.new(GROUP, "GeometryNodeTree")
    tree.is_modifier = True
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    tree.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    for name, kind, default in INPUTS:
        socket = tree.interface.new_socket(name, in_out="INPUT", socket_type=kind)
        if default is not None:
            socket.default_value = default
    build(Builder(tree))
    return tree


def build(b: Builder) -> None:
    """Vertices to where their point was, coloured as it is labelled, fading with age; tubes, in renders alone."""
    given = b.add("NodeGroupInput")
    age, pinned = b.named("age", "FLOAT"), b.named("pinned", "FLOAT")
    back = b.math("MAXIMUM", b.math("SUBTRACT", given.outputs["Record"], age), 0.0)
    record = b.switch("FLOAT", b.compare("LESS_THAN", pinned, 0.0), pinned, back)
    geometry = b.add("GeometryNodeSetPosition", {"Position": place_at(b, given, record)})
    b.put(geometry.inputs["Geometry"], given.outputs["Geometry"])
    young = b.math("SUBTRACT", 1.0, b.math("MULTIPLY", b.math("DIVIDE", age, given.outputs["Epochs"]), 1.0 - FAINTEST))
    coloured = b.store(geometry.outputs["Geometry"], "colour", "FLOAT_COLOR", b.scale_colour(colour_of(b, given), young))
    curve = b.add("GeometryNodeMeshToCurve", {"Mesh": coloured}).outputs["Curve"]
    radius = b.math("MULTIPLY", given.outputs["Radius"], young)
    curve = b.add("GeometryNodeSetCurveRadius", {"Curve": curve, "Radius": radius}).outputs["Curve"]
    profile = b.add("GeometryNodeCurvePrimitiveCircle", {"Resolution": 6, "Radius": 1.0}).outputs["Curve"]
    tube = b.add("GeometryNodeCurveToMesh", {"Curve": curve, "Profile Curve": profile})
    if "Scale" in tube.inputs:  # 5.0 took the radius away from what the node does by itself
        b.put(tube.inputs["Scale"], b.add("GeometryNodeInputRadius").outputs[0])
    whole = painted.realized(b, given.outputs["Geometry"], tube.outputs["Mesh"])
    dressed = b.add("GeometryNodeSetMaterial", {"Geometry": whole, "Material": given.outputs["Material"]})
    in_view = b.add("GeometryNodeIsViewport").outputs[0]
    nothing = b.add("GeometryNodeJoinGeometry").outputs[0]
    b.add("NodeGroupOutput", {"Geometry": b.switch("GEOMETRY", in_view, dressed.outputs["Geometry"], nothing)})


def place_at(b: Builder, given: Any, record: Socket) -> Socket:
    """Where the vertex's point was at a recorded epoch, between two of them on the straight line."""
    paths = b.add("GeometryNodeObjectInfo", transform_space="ORIGINAL")
    b.put(paths.inputs["Object"], given.outputs["Paths"])
    position = b.add("GeometryNodeInputPosition").outputs[0]
    last = b.math("SUBTRACT", given.outputs["Count"], 1.0)
    at = b.math("MINIMUM", b.math("DIVIDE", record, given.outputs["Spacing"]), last)
    before = b.math("FLOOR", at)
    row = b.math("MULTIPLY", b.named("line", "INT"), given.outputs["Count"])
    ends = [
        b.sample(paths.outputs["Geometry"], "FLOAT_VECTOR", position, b.math("ADD", row, index))
        for index in (before, b.math("MINIMUM", b.math("ADD", before, 1.0), last))
    ]
    mixed = b.add("ShaderNodeMix", data_type="VECTOR", clamp_factor=True)
    values = {"Factor": b.math("SUBTRACT", at, before), "A": ends[0], "B": ends[1]}
    for socket in mixed.inputs:
        if socket.enabled and socket.name in values:
            b.put(socket, values[socket.name])
    return next(socket for socket in mixed.outputs if socket.enabled)


def colour_of(b: Builder, given: Any) -> Socket:
    """The colour of the category that the vertex's point has at the epoch shown."""
    state = b.add("GeometryNodeObjectInfo", transform_space="ORIGINAL")
    b.put(state.inputs["Object"], given.outputs["State"])
    position = b.add("GeometryNodeInputPosition").outputs[0]
    recorded = b.sample(state.outputs["Geometry"], "FLOAT_VECTOR", position, b.named("vertex", "INT"))
    category = b.math("ROUND", b.add("ShaderNodeSeparateXYZ", {"Vector": recorded}).outputs[0])
    palette = b.add("GeometryNodeObjectInfo", transform_space="ORIGINAL")
    b.put(palette.inputs["Object"], given.outputs["Palette"])
    return b.sample(palette.outputs["Geometry"], "FLOAT_COLOR", b.named("colour", "FLOAT_COLOR"), category)
