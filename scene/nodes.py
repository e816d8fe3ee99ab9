"""The node group that turns a mesh of points into the cloud: one group for every cloud, settings on the modifier."""

from __future__ import annotations

from typing import Any

import bpy

from ..core import palette
from . import arrows, painted, shapes
from .compat import get_modifier_input, set_modifier_input
from .node_building import Builder, Socket

GROUP = "Latent Cloud"
MODIFIER = "Latent Cloud"
SHAPES = ("Spheres", "Pictures", "Cards", "Points")
COLOUR_BY = (
    "Category", "Prediction", "Confidence", "Labels and Guesses", "Disagreement", "Novelty", "Margin", "Given",
)  # fmt: skip
PICTURE_LIMIT = 20_000
DEFAULT_SIZE = 0.26
SELECTED_GROWTH = 0.35
"""Of its size: how much larger a selected point is drawn."""
SELECTED_LIGHT = 0.45
"""How far towards white: lit up, its category still seen."""
COLOURS_SAID = (
    "0 category, 1 prediction, 2 confidence, 3 labels and, paler, guesses, 4 whether the model doubts the label, 5 novelty, "
    "6 margin, 7 the attribute given_colour"
)
VERSION = 7
"""Of the group: a file with an older one gets it built anew, its settings kept."""
GREY = 0.1
GREYED = 0.6
"""How far towards that grey what is not selected goes, as long as something is: its colour can still be told."""
CHOICES = {"Shape": SHAPES, "Colour By": COLOUR_BY}

# name, socket type, default, description
INPUTS: tuple[tuple[str, str, Any, str], ...] = (
    ("Point Size", "NodeSocketFloat", DEFAULT_SIZE, "Radius of a point, or half the side of a picture"),
    ("Shape", "NodeSocketInt", 0, "0 spheres, 1 pictures on cubes, 2 pictures on cards, 3 points"),
    ("Colour By", "NodeSocketInt", 3, COLOURS_SAID),
    ("Points Above", "NodeSocketInt", PICTURE_LIMIT, "Larger clouds are drawn as points, whatever the shape"),
    ("Show Selected", "NodeSocketBool", True, "Light the selected points up"),
    ("Category Shapes", "NodeSocketBool", False, "Draw the points of each category in a shape of its own in the viewport"),
    ("Discs Alone", "NodeSocketBool", False, "Show nothing in viewports, where discs are drawn instead; renders show all"),
    ("Painted", "NodeSocketBool", False, "Render one mesh with the points' colours, as Workbench needs it; costs memory"),
    ("Playback", "NodeSocketBool", False, "Show the recorded labels of the state object instead of the present ones"),
    ("State", "NodeSocketObject", None, "The object that plays recorded labels and predictions"),
    ("Palette", "NodeSocketObject", None, "The object that holds the categories' colours"),
    ("Material", "NodeSocketMaterial", None, "How the points look"),
)
HIGHEST = {name: len(choices) - 1 for name, choices in CHOICES.items()}


def attach(cloud: bpy.types.Object) -> bpy.types.NodesModifier:
    """Give a cloud its modifier."""
    modifier = cloud.modifiers.new(MODIFIER, "NODES")
    modifier.node_group = ensure_node_group()
    return modifier


def modifier_of(cloud: bpy.types.Object) -> bpy.types.NodesModifier:
    """The cloud's modifier, made again if a user removed it."""
    return found(cloud) or attach(cloud)


def found(ob: bpy.types.Object) -> bpy.types.NodesModifier | None:
    """The modifier that makes an object a cloud; None of any other."""
    return next((m for m in ob.modifiers if m.type == "NODES" and m.node_group and m.node_group.name.startswith(GROUP)), None)


def set_input(cloud: bpy.types.Object, name: str, value: Any) -> None:
    """Set one of INPUTS by name; Shape and Colour By also take the name of a choice."""
    if isinstance(value, str):
        value = CHOICES[name].index(value)
    ensure_node_group()
    set_modifier_input(modifier_of(cloud), name, value)
    cloud.update_tag()


def get_input(cloud: bpy.types.Object, name: str) -> Any:
    """Read one of INPUTS; Shape and Colour By as the choice's name."""
    value = get_modifier_input(modifier_of(cloud), name)
    return CHOICES[name][value] if name in CHOICES else value


def drawn_as(cloud: bpy.types.Object) -> str:
    """The shape in which the points are drawn now, the change to points for large clouds included."""
    if len(cloud.data.vertices) > get_input(cloud, "Points Above"):
        return "Points"
    return str(get_input(cloud, "Shape"))


def point_radius(cloud: bpy.types.Object) -> float:
    """The radius of a drawn point in the cloud's own units."""
    return float(get_input(cloud, "Point Size"))


def ensure_node_group() -> bpy.types.NodeTree:
    """The node group, built once a file, and anew where an older version of ours built it."""
    tree = bpy.data.node_groups.get(GROUP)
    if tree is not None and tree.get("version") == VERSION:
        return tree
    if tree is None:
        tree = bpy.data.node_groups.new(GROUP, "GeometryNodeTree")
        tree.is_modifier = True
        tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
        tree.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    tree["version"] = VERSION
    tree.nodes.clear()
    known = {item.name: item for item in tree.interface.items_tree if item.item_type == "SOCKET" and item.in_out == "INPUT"}
    for name, kind, default, description in INPUTS:
        socket = known.get(name) or tree.interface.new_socket(name, in_out="INPUT", socket_type=kind)
        socket.description = description
        if default is not None:
            socket.default_value = default
        if kind == "NodeSocketInt":
            socket.min_value = 0
            socket.max_value = HIGHEST.get(name, 2**31 - 1)
        if kind == "NodeSocketFloat":
            socket.min_value = 0.0
    build(Builder(tree))
    return tree


def build(b: Builder) -> None:
    """The whole group: facts, colour, size, then points or instances."""
    given = b.add("NodeGroupInput")
    category, prediction, confidence = facts(b, given)
    colour = colour_of(b, given, category, prediction, confidence)
    in_view = b.math("MULTIPLY", given.outputs["Show Selected"], b.add("GeometryNodeIsViewport").outputs[0])
    selected = b.math("MULTIPLY", b.named("selected", "FLOAT"), in_view)  # a video shows no selection
    colour = b.mix(b.math("MULTIPLY", selected, SELECTED_LIGHT), colour, (1.0, 1.0, 1.0, 1.0))
    # the mean, for the largest would sort a million values
    share = b.add("GeometryNodeAttributeStatistic", {"Geometry": given.outputs["Geometry"], "Attribute": selected})
    others = b.math("MULTIPLY", b.compare("GREATER_THAN", share.outputs["Mean"], 0.0), b.math("SUBTRACT", 1.0, selected))
    colour = b.mix(b.math("MULTIPLY", others, GREYED), colour, (GREY, GREY, GREY, 1.0))
    size = b.math("MULTIPLY", given.outputs["Point Size"], b.math("MULTIPLY_ADD", selected, SELECTED_GROWTH))
    size.node.inputs[1].links[0].from_node.inputs[2].default_value = 1.0
    geometry = b.store(given.outputs["Geometry"], "shown_category", "INT", category)
    geometry = b.store(geometry, "colour", "FLOAT_COLOR", colour)
    count = b.add("GeometryNodeAttributeDomainSize", {"Geometry": given.outputs["Geometry"]}).outputs["Point Count"]
    many = b.compare("GREATER_THAN", count, given.outputs["Points Above"], "INT")
    as_points = b.compare("EQUAL", given.outputs["Shape"], 3, "INT")
    either = b.add("FunctionNodeBooleanMath", operation="OR")
    b.put(either.inputs[0], many)
    b.put(either.inputs[1], as_points)
    seen = b.add("FunctionNodeBooleanMath", operation="NOT")
    b.put(seen.inputs[0], b.named("hidden", "BOOLEAN"))
    points = b.add("GeometryNodeMeshToPoints", {"Mesh": geometry, "Radius": size, "Selection": seen.outputs[0]}).outputs["Points"]
    in_render = b.add("FunctionNodeBooleanMath", operation="NIMPLY")
    b.put(in_render.inputs[0], given.outputs["Painted"])
    b.put(in_render.inputs[1], b.add("GeometryNodeIsViewport").outputs[0])
    instances = instanced(b, given, geometry, size, seen.outputs[0])
    discs = placed(b, geometry, painted.disc(b), towards_camera(b), size, seen.outputs[0])
    mesh = painted.realized(b, given.outputs["Geometry"], b.switch("GEOMETRY", either.outputs[0], instances, discs))
    shown = b.switch("GEOMETRY", either.outputs[0], instances, points)
    shown = b.switch("GEOMETRY", in_render.outputs[0], shown, mesh)
    dressed = b.add("GeometryNodeSetMaterial", {"Geometry": shown, "Material": given.outputs["Material"]})
    alone = b.add("FunctionNodeBooleanMath", operation="AND")
    b.put(alone.inputs[0], given.outputs["Discs Alone"])
    b.put(alone.inputs[1], b.add("GeometryNodeIsViewport").outputs[0])
    whole = b.switch("GEOMETRY", alone.outputs[0], dressed.outputs["Geometry"], left_of(b, given, seen.outputs[0]))
    b.add("NodeGroupOutput", {"Geometry": whole})


def left_of(b: Builder, given: Any, seen: Socket) -> Socket:
    """What is left where discs are drawn: points without size. Those that carry arrows, for the arrows' nodes read them here, and
    the corners of the box around all, so that the view can still be fitted to the cloud.
    """
    mesh = given.outputs["Geometry"]
    carries = b.add("FunctionNodeBooleanMath", operation="AND")
    b.put(carries.inputs[0], b.named(arrows.MARK, "BOOLEAN"))
    b.put(carries.inputs[1], seen)
    marked = b.add("GeometryNodeMeshToPoints", {"Mesh": mesh, "Radius": 0.0, "Selection": carries.outputs[0]})
    box = b.add("GeometryNodeBoundBox", {"Geometry": mesh}).outputs["Bounding Box"]
    corners = b.add("GeometryNodeMeshToPoints", {"Mesh": box, "Radius": 0.0})
    joined = b.add("GeometryNodeJoinGeometry")
    b.put(joined.inputs[0], marked.outputs["Points"])
    b.put(joined.inputs[0], corners.outputs["Points"])
    return joined.outputs[0]


def facts(b: Builder, given: Any) -> tuple[Socket, Socket, Socket]:
    """Category, prediction and confidence: the mesh's own when live, the state object's x, y, z in playback."""
    state = b.add("GeometryNodeObjectInfo", transform_space="ORIGINAL")
    b.put(state.inputs["Object"], given.outputs["State"])
    position = b.add("GeometryNodeInputPosition").outputs[0]
    index = b.add("GeometryNodeInputIndex").outputs[0]
    recorded = b.sample(state.outputs["Geometry"], "FLOAT_VECTOR", position, index)
    split = b.add("ShaderNodeSeparateXYZ", {"Vector": recorded})
    playing = given.outputs["Playback"]
    rounded = [b.math("ROUND", split.outputs[axis]) for axis in (0, 1)]
    category = b.switch("INT", playing, b.named("shown_category", "INT"), rounded[0])
    prediction = b.switch("INT", playing, b.named("prediction", "INT"), rounded[1])
    confidence = b.switch("FLOAT", playing, b.named("confidence", "FLOAT"), split.outputs[2])
    return category, prediction, confidence


def colour_of(b: Builder, given: Any, category: Socket, prediction: Socket, confidence: Socket) -> Socket:
    """The colour of a point, from the palette object's `colour` by category number."""
    table = b.add("GeometryNodeObjectInfo", transform_space="ORIGINAL")
    b.put(table.inputs["Object"], given.outputs["Palette"])
    stored = b.named("colour", "FLOAT_COLOR")
    by_category = b.sample(table.outputs["Geometry"], "FLOAT_COLOR", stored, category)
    by_prediction = b.sample(table.outputs["Geometry"], "FLOAT_COLOR", stored, prediction)
    grey = b.sample(table.outputs["Geometry"], "FLOAT_COLOR", stored, 0)
    paler = b.mix(b.math("MULTIPLY", confidence, 0.6), grey, by_prediction)
    is_labelled = b.compare("GREATER_THAN", category, 0, "INT")
    guesses = b.switch("RGBA", is_labelled, paler, by_category)
    choice = given.outputs["Colour By"]
    value = confidence
    for number, name in ((5, "novelty"), (6, "margin")):
        value = b.switch("FLOAT", b.compare("EQUAL", choice, number, "INT"), value, b.named(name, "FLOAT"))
    mapped = b.ramp(value, [palette.linear(stop) for stop in palette.MAP])
    colour = by_category
    options = (
        (1, by_prediction),
        (2, mapped),
        (3, guesses),
        (4, agreement(b, category, is_labelled, grey)),
        (5, mapped),
        (6, mapped),
        (7, b.named("given_colour", "FLOAT_COLOR")),
    )
    for number, option in options:
        colour = b.switch("RGBA", b.compare("EQUAL", choice, number, "INT"), colour, option)
    return colour


def agreement(b: Builder, category: Socket, is_labelled: Socket, grey: Socket) -> Socket:
    """Which labels the model would give as well, and which it doubts."""
    doubted = b.named("doubted", "INT")
    other = b.compare("NOT_EQUAL", doubted, category, "INT")
    doubts = b.math("MULTIPLY", other, b.compare("GREATER_THAN", doubted, 0, "INT"))
    agrees, disagrees = ((*palette.linear(colour), 1.0) for colour in (palette.AGREES, palette.DISAGREES))
    return b.switch("RGBA", is_labelled, grey, b.mix(doubts, agrees, disagrees))


def instanced(b: Builder, given: Any, geometry: Socket, size: Socket, seen: Socket) -> Socket:
    """Point instancing: a sphere, a cube or a card at each point; realized for Workbench alone."""
    sphere = b.add("GeometryNodeMeshIcoSphere", {"Radius": 1.0, "Subdivisions": 2}).outputs["Mesh"]
    smoothing = b.add("GeometryNodeSetShadeSmooth")
    b.put(smoothing.inputs[0], sphere)
    smooth = smoothing.outputs[0]
    cube = b.add("GeometryNodeObjectInfo", transform_space="ORIGINAL")
    cube.inputs["Object"].default_value = shapes.ensure(shapes.CUBE)
    card = b.add("GeometryNodeObjectInfo", transform_space="ORIGINAL")
    card.inputs["Object"].default_value = shapes.ensure(shapes.CARD)
    shape = given.outputs["Shape"]
    is_card = b.compare("EQUAL", shape, 2, "INT")
    chosen = b.switch("GEOMETRY", b.compare("EQUAL", shape, 1, "INT"), smooth, cube.outputs["Geometry"])
    chosen = b.switch("GEOMETRY", is_card, chosen, card.outputs["Geometry"])
    rotation = b.switch("ROTATION", is_card, (0.0, 0.0, 0.0), towards_camera(b))
    return placed(b, geometry, chosen, rotation, size, seen)


def placed(b: Builder, geometry: Socket, shape: Socket, rotation: Socket, size: Socket, seen: Socket) -> Socket:
    """A shape at each point that is seen."""
    node = b.add("GeometryNodeInstanceOnPoints")
    b.put(node.inputs["Points"], geometry)
    b.put(node.inputs["Selection"], seen)
    b.put(node.inputs["Instance"], shape)
    b.put(node.inputs["Rotation"], rotation)
    b.put(node.inputs["Scale"], size)
    return node.outputs["Instances"]


def towards_camera(b: Builder) -> Socket:
    """The rotation of a card: as the scene's camera, so that every card faces it upright."""
    camera = b.add("GeometryNodeObjectInfo", transform_space="RELATIVE")
    b.put(camera.inputs["Object"], b.add("GeometryNodeInputActiveCamera").outputs[0])
    return camera.outputs["Rotation"]
