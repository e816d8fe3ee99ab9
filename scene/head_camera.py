"""A camera that goes where a person's head went."""

from __future__ import annotations

import math
from collections.abc import Sequence

import bpy
from mathutils import Quaternion

from . import playback

CAMERA = "Latent Head"
FIELD_DEGREES = 80.0


def ensure_camera(scene: bpy.types.Scene, way: Sequence[tuple[float, Sequence[float]]]) -> bpy.types.Object:
    """The scene's camera, along `way`: (frame, x y z and the quaternion w x y z in the scene)."""
    camera = bpy.data.objects.get(CAMERA)
    if camera is None:
        camera = bpy.data.objects.new(CAMERA, bpy.data.cameras.new(CAMERA))
        scene.collection.objects.link(camera)
    camera.animation_data_clear()
    camera.data.angle, camera.data.clip_start, camera.data.clip_end = math.radians(FIELD_DEGREES), 0.01, 1000.0
    camera.rotation_mode = "QUATERNION"
    before = Quaternion()
    for frame, pose in way:
        turn = Quaternion(pose[3:])
        turn.make_compatible(before)
        camera.location, camera.rotation_quaternion = pose[:3], turn
        camera.keyframe_insert("location", frame=frame)
        camera.keyframe_insert("rotation_quaternion", frame=frame)
        before = turn
    for path, axes in (("location", 3), ("rotation_quaternion", 4)):
        for axis in range(axes):
            for point in playback.find_curve(camera, path, axis).keyframe_points:
                point.interpolation = "LINEAR"
    scene.camera = camera
    return camera
