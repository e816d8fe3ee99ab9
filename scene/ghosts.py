"""New samples as ghost points: placed by the model, in no run, not labelled; see-through, in the colours of their cloud."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.arrays import Float32Array, Int32Array
from . import cloud as cloud_data
from . import nodes
from .materials import either_attribute
from .node_building import Builder

MATERIAL = "Latent Ghosts"
SEEN = 0.55
"""How much of a ghost is seen; the rest lets through what is behind it."""
SIZE = 1.8
"""Of a point of the cloud: a ghost that lies on a sample, a cube with its corners too, is seen around it."""


def create_ghosts(
    name: str,
    cloud: bpy.types.Object,
    positions: Float32Array,
    category: Int32Array,
    confidence: Float32Array,
    novelty: Float32Array,
) -> bpy.types.Object:
    """An object of ghost points beside `cloud`, in its space. positions: (N, 3); category, confidence, novelty: (N,)."""
    count = len(positions)
    numbers = np.arange(count, dtype=np.int32)
    tiles = np.full(count, -1, dtype=np.int32)
    ghosts = cloud_data.create_cloud(name, numbers, positions, tiles, cloud.users_collection[0])
    mesh = ghosts.data
    cloud_data.write_ints(mesh, "prediction", category)
    cloud_data.write_floats(mesh, "confidence", confidence)
    cloud_data.write_floats(mesh, "novelty", novelty)
    nodes.set_input(ghosts, "Palette", nodes.get_input(cloud, "Palette"))
    nodes.set_input(ghosts, "Colour By", "Prediction")
    nodes.set_input(ghosts, "Point Size", nodes.point_radius(cloud) * SIZE)
    nodes.set_input(ghosts, "Material", ensure_material())
    ghosts.parent = cloud
    mesh.update()
    return ghosts


def ensure_material() -> bpy.types.Material:
    """The see-through material, made once a file."""
    found = bpy.data.materials.get(MATERIAL)
    if found is not None:
        return found
    material = bpy.data.materials.new(MATERIAL)
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    material.surface_render_method = "BLENDED"
    material.node_tree.nodes.clear()
    b = Builder(material.node_tree)
    light = b.add("ShaderNodeEmission", {"Color": either_attribute(b, "colour"), "Strength": 1.0})
    clear = b.add("ShaderNodeBsdfTransparent")
    mixed = b.add("ShaderNodeMixShader")
    b.put(mixed.inputs[0], SEEN)
    b.put(mixed.inputs[1], clear.outputs[0])
    b.put(mixed.inputs[2], light.outputs[0])
    b.add("ShaderNodeOutputMaterial", {"Surface": mixed.outputs[0]})
    return material
