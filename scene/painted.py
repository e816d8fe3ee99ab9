"""The cloud as one mesh that carries its colours, for Workbench: it paints instances and point clouds in one grey.

Workbench reads a mesh's active colour attribute and nothing of a material but one colour. So for its renders the points are
realized, joined with a vertex of the mesh they stand on, whose active colour they take over. That costs memory a point, which other
engines are spared.
"""

from __future__ import annotations

import bpy

from .node_building import Builder, Socket

COLOUR = "colour"
UNSET = (1.0, 1.0, 1.0, 1.0)
"""The colour of an object for which nobody chose one."""
CORNERS = 12
"""Of the disc that stands for a point of a large cloud: one face each."""


def realized(b: Builder, mesh: Socket, shown: Socket) -> Socket:
    """What `shown` shows as one mesh, with the first vertex of `mesh`, whose active colour the whole takes over."""
    others = b.compare("GREATER_THAN", b.add("GeometryNodeInputIndex").outputs[0], 0, "INT")
    one = b.add("GeometryNodeDeleteGeometry", {"Geometry": mesh, "Selection": others})
    joined = b.add("GeometryNodeJoinGeometry")
    # what was linked last comes first
    b.put(joined.inputs[0], shown)
    b.put(joined.inputs[0], one.outputs["Geometry"])
    whole = b.add("GeometryNodeRealizeInstances")
    b.put(whole.inputs["Geometry"], joined.outputs[0])
    return whole.outputs["Geometry"]


def disc(b: Builder) -> Socket:
    """A disc that faces up its z axis."""
    return b.add("GeometryNodeMeshCircle", {"Vertices": CORNERS, "Radius": 1.0}, fill_type="NGON").outputs["Mesh"]


def activate(mesh: bpy.types.Mesh) -> None:
    """Make the colour that the nodes store the one that Workbench paints."""
    mesh.attributes.active_color_name = COLOUR


def plain(ob: bpy.types.Object) -> None:
    """Give an object that has no colour of its own that of its material: what Workbench paints it in beside painted ones."""
    slot = next((slot for slot in ob.material_slots if slot.material is not None), None)
    if slot is not None and tuple(ob.color) == UNSET:
        ob.color = slot.material.diffuse_color
