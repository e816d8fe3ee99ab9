"""The cloud's mesh: one vertex a sample, its facts as attributes, and the fast way in and out of them."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from ..core.arrays import BoolArray, Float32Array, Int32Array
from . import nodes
from .compat import BOUNDS_GO_STALE

INTS = ("category", "shown_category", "prediction", "tile", "sample")
FLOATS = ("confidence",)
BOOLS = ("selected",)


def create_cloud(
    name: str,
    samples: Int32Array,
    positions: Float32Array,
    tiles: Int32Array,
    collection: bpy.types.Collection,
) -> bpy.types.Object:
    """A cloud object in `collection`: samples, tiles (N,) int32; positions (N, 3) float32, in the room's units."""
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(samples))
    for attribute in INTS:
        mesh.attributes.new(attribute, "INT", "POINT")
    for attribute in FLOATS:
        mesh.attributes.new(attribute, "FLOAT", "POINT")
    for attribute in BOOLS:
        mesh.attributes.new(attribute, "BOOLEAN", "POINT")
    cloud = bpy.data.objects.new(name, mesh)
    collection.objects.link(cloud)
    write_ints(mesh, "sample", samples)
    write_ints(mesh, "tile", tiles)
    write_positions(mesh, positions.ravel())
    nodes.attach(cloud)
    return cloud


def write_positions(mesh: bpy.types.Mesh, flat: Float32Array) -> None:
    """The hot path: (3N,) float32, C order, into the mesh. The caller tags the object for evaluation.

    Every editor that shows geometry redraws for it. Where Blender leaves the bounding box stale, writing one vertex to itself
    mends it for the cost of one vertex.
    """
    assert flat.dtype == np.float32 and flat.flags.c_contiguous and flat.ndim == 1
    mesh.attributes["position"].data.foreach_set("vector", flat)
    if BOUNDS_GO_STALE and len(mesh.vertices):
        first = mesh.vertices[0]
        first.co = first.co
    mesh.update()


def read_positions(cloud: bpy.types.Object) -> Float32Array:
    """(N, 3) float32: where the mesh has its points."""
    flat = np.empty(len(cloud.data.vertices) * 3, dtype=np.float32)
    cloud.data.attributes["position"].data.foreach_get("vector", flat)
    return flat.reshape(-1, 3)


def _read(mesh: bpy.types.Mesh, name: str, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    attribute = mesh.attributes.get(name)
    if attribute is None:  # a user may have removed it; then it reads as nothing
        return np.zeros(len(mesh.vertices), dtype=dtype)
    values = np.empty(len(mesh.vertices), dtype=dtype)
    attribute.data.foreach_get("value", values)
    return values


def _write(mesh: bpy.types.Mesh, name: str, kind: str, values: npt.NDArray[Any], dtype: npt.DTypeLike) -> None:
    attribute = mesh.attributes.get(name) or mesh.attributes.new(name, kind, "POINT")
    # another dtype is taken without an error and a hundred times slower
    attribute.data.foreach_set("value", np.ascontiguousarray(values, dtype=dtype))


def write_vectors(mesh: bpy.types.Mesh, name: str, values: Float32Array) -> None:
    """Write (N, 3) float32 to a FLOAT_VECTOR attribute."""
    attribute = mesh.attributes.get(name) or mesh.attributes.new(name, "FLOAT_VECTOR", "POINT")
    attribute.data.foreach_set("vector", np.ascontiguousarray(values, dtype=np.float32).ravel())


def read_vectors(mesh: bpy.types.Mesh, name: str) -> Float32Array:
    """(N, 3) float32 of a FLOAT_VECTOR attribute; zeros where it is missing."""
    flat = np.zeros(len(mesh.vertices) * 3, dtype=np.float32)
    attribute = mesh.attributes.get(name)
    if attribute is not None:
        attribute.data.foreach_get("vector", flat)
    return flat.reshape(-1, 3)


def write_colours(mesh: bpy.types.Mesh, name: str, values: Float32Array) -> None:
    """Write (N, 3) float32 linear RGB to a FLOAT_COLOR attribute."""
    attribute = mesh.attributes.get(name) or mesh.attributes.new(name, "FLOAT_COLOR", "POINT")
    whole = np.ones((len(values), 4), dtype=np.float32)
    whole[:, :3] = values
    attribute.data.foreach_set("color", whole.ravel())


def read_colours(mesh: bpy.types.Mesh, name: str) -> Float32Array:
    """(N, 3) float32 linear RGB of a FLOAT_COLOR attribute; black where it is missing."""
    flat = np.zeros(len(mesh.vertices) * 4, dtype=np.float32)
    attribute = mesh.attributes.get(name)
    if attribute is not None:
        attribute.data.foreach_get("color", flat)
    return flat.reshape(-1, 4)[:, :3]


def read_ints(mesh: bpy.types.Mesh, name: str) -> Int32Array:
    """(N,) int32 of an INT attribute; zeros where it is missing."""
    return _read(mesh, name, np.int32)


def read_floats(mesh: bpy.types.Mesh, name: str) -> Float32Array:
    """(N,) float32 of a FLOAT attribute; zeros where it is missing."""
    return _read(mesh, name, np.float32)


def read_bools(mesh: bpy.types.Mesh, name: str) -> BoolArray:
    """(N,) bool of a BOOLEAN attribute; False where it is missing."""
    return _read(mesh, name, np.bool_)


def write_ints(mesh: bpy.types.Mesh, name: str, values: Int32Array) -> None:
    """Write (N,) int32."""
    _write(mesh, name, "INT", values, np.int32)


def write_floats(mesh: bpy.types.Mesh, name: str, values: Float32Array) -> None:
    """Write (N,) float32."""
    _write(mesh, name, "FLOAT", values, np.float32)


def write_bools(mesh: bpy.types.Mesh, name: str, values: BoolArray) -> None:
    """Write (N,) bool."""
    _write(mesh, name, "BOOLEAN", values, np.bool_)
