"""One recorded epoch beside the one on the timeline: a second cloud, fainter and smaller, that stands still.

Not to be confused with ghosts.py, whose points are new samples.
"""

from __future__ import annotations

import bpy
import numpy as np

from ..core.arrays import Float32Array
from . import cloud as cloud_data
from . import colours, nodes
from .materials import either_attribute
from .node_building import Builder

MATERIAL = "Latent Epoch"
SIZE = 0.6
"""Of a point of the cloud."""


def create(cloud: bpy.types.Object, name: str, positions: Float32Array, state: Float32Array) -> bpy.types.Object:
    """A faint cloud in the space of `cloud`. positions: (N, 3); state: (N, 3) label, prediction and confidence."""
    numbers, tiles = np.arange(len(positions), dtype=np.int32), np.full(len(positions), -1, dtype=np.int32)
    epoch = cloud_data.create_cloud(name, numbers, positions, tiles, cloud.users_collection[0])
    cloud_data.write_ints(epoch.data, "shown_category", np.rint(state[:, 0]).astype(np.int32))
    cloud_data.write_ints(epoch.data, "prediction", np.rint(state[:, 1]).astype(np.int32))
    cloud_data.write_floats(epoch.data, "confidence", np.ascontiguousarray(state[:, 2]))
    nodes.set_input(epoch, "Palette", nodes.get_input(cloud, "Palette"))
    choice = nodes.get_input(cloud, "Colour By")
    recorded = ("Category", "Prediction", "Confidence", "Labels and Guesses")
    nodes.set_input(epoch, "Colour By", choice if choice in recorded else "Category")
    nodes.set_input(epoch, "Shape", "Points")
    nodes.set_input(epoch, "Point Size", nodes.point_radius(cloud) * SIZE)
    nodes.set_input(epoch, "Material", ensure_material())
    epoch[colours.FAINT] = True
    epoch.parent, epoch.hide_select = cloud, True
    epoch.data.update()
    return epoch


def of_cloud(cloud: bpy.types.Object) -> list[bpy.types.Object]:
    """The faint clouds beside a cloud."""
    return [child for child in cloud.children if child.get(colours.FAINT)]


def ensure_material() -> bpy.types.Material:
    """Light in the point's colour, mixed into the dark as colours.faint does, made once a file."""
    found = bpy.data.materials.get(MATERIAL)
    if found is not None:
        return found
    material = bpy.data.materials.new(MATERIAL)
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    material.node_tree.nodes.clear()
    b = Builder(material.node_tree)
    colour = b.mix(colours.SEEN, (*[colours.DARK] * 3, 1.0), either_attribute(b, "colour"))
    light = b.add("ShaderNodeEmission", {"Color": colour, "Strength": 1.0})
    b.add("ShaderNodeOutputMaterial", {"Surface": light.outputs[0]})
    return material
