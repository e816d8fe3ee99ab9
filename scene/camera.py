"""The camera of the video: the whole room in the frame, still or slowly circling, or nearer and with what moves."""

from __future__ import annotations

import math
from collections.abc import Sequence

import bpy

from . import playback

CAMERA = "Latent Camera"
PIVOT = "Latent Orbit"
FIELD_DEGREES = 34.0
RISE_DEGREES = 16.0
START_DEGREES = -52.0
TURN_DEGREES = 75.0
"""How far the camera goes round during a video: enough to see depth, too little to lose one's bearings."""
FILLS = 1.12
"""The distance, in units of that at which the room's bounding sphere touches the frame's shorter side, less its corners."""

NEARER = 0.62
"""Of that distance: how far the camera is from what it follows."""

Path = Sequence[tuple[float, Sequence[float]]]


def ensure_camera(
    scene: bpy.types.Scene, half_side: float, orbit: bool, frame_start: int, frame_end: int, follow: Path = ()
) -> bpy.types.Object:
    """The scene's camera for videos, on a pivot in the middle of the room, or on one that goes along follow: (frame, x y z)."""
    camera = bpy.data.objects.get(CAMERA)
    if camera is None:
        camera = bpy.data.objects.new(CAMERA, bpy.data.cameras.new(CAMERA))
        scene.collection.objects.link(camera)
    pivot = bpy.data.objects.get(PIVOT)
    if pivot is None:
        pivot = bpy.data.objects.new(PIVOT, None)
        pivot.empty_display_size = 0.5
        scene.collection.objects.link(pivot)
    camera.parent = pivot
    width, height = scene.render.resolution_x, scene.render.resolution_y
    field = math.radians(FIELD_DEGREES)
    camera.data.sensor_fit = "VERTICAL" if width >= height else "HORIZONTAL"
    camera.data.angle = field
    distance = FILLS * half_side * math.sqrt(2.6) / math.sin(field / 2) * (NEARER if follow else 1.0)
    rise = math.radians(RISE_DEGREES)
    camera.location = (0.0, -distance * math.cos(rise), distance * math.sin(rise))
    camera.rotation_euler = (math.pi / 2 - rise, 0.0, 0.0)
    camera.data.clip_start, camera.data.clip_end = 0.1, distance * 4
    pivot.animation_data_clear()
    start = math.radians(START_DEGREES)
    pivot.rotation_euler, pivot.location = (0.0, 0.0, start), (0.0, 0.0, 0.0)
    for frame, place in follow:
        pivot.location = place
        pivot.keyframe_insert("location", frame=frame)
    for axis in range(3) if follow else ():
        for point in playback.find_curve(pivot, "location", axis).keyframe_points:
            point.interpolation = "LINEAR"
    if orbit and frame_end > frame_start:
        pivot.keyframe_insert("rotation_euler", index=2, frame=frame_start)
        pivot.rotation_euler[2] = start + math.radians(TURN_DEGREES)
        pivot.keyframe_insert("rotation_euler", index=2, frame=frame_end)
        for point in playback.find_curve(pivot, "rotation_euler", 2).keyframe_points:
            point.interpolation = "LINEAR"
    scene.camera = camera
    return camera
