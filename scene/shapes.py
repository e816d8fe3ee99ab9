"""The little meshes that stand at each point: a cube and a card, each face a whole picture. They are in no scene."""

from __future__ import annotations

import bpy

CUBE = "Latent Cube"
CARD = "Latent Card"
FACE_UV = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))

# each face from its lower left corner as seen from outside, so that every picture stands upright
CUBE_FACES = (
    ((-1, -1, -1), (1, -1, -1), (1, -1, 1), (-1, -1, 1)),
    ((1, -1, -1), (1, 1, -1), (1, 1, 1), (1, -1, 1)),
    ((1, 1, -1), (-1, 1, -1), (-1, 1, 1), (1, 1, 1)),
    ((-1, 1, -1), (-1, -1, -1), (-1, -1, 1), (-1, 1, 1)),
    ((-1, -1, 1), (1, -1, 1), (1, 1, 1), (-1, 1, 1)),
    ((-1, 1, -1), (1, 1, -1), (1, -1, -1), (-1, -1, -1)),
)
CARD_FACES = (((-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)),)


def ensure(name: str) -> bpy.types.Object:
    """The object of a shape, made once a file; half a side is 1."""
    found = bpy.data.objects.get(name)
    if found is not None:
        return found
    faces = CUBE_FACES if name == CUBE else CARD_FACES
    corners = [corner for face in faces for corner in face]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(corners, [], [tuple(range(i, i + 4)) for i in range(0, len(corners), 4)])
    layer = mesh.uv_layers.new(name="UVMap")
    for index, loop in enumerate(layer.data):
        loop.uv = FACE_UV[index % 4]
    shape = bpy.data.objects.new(name, mesh)
    shape.use_fake_user = True
    return shape
