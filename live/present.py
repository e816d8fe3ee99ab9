"""From a recorded epoch back to the present: what anything does that changes labels, for labels belong to the present."""

from __future__ import annotations

import bpy

from ..scene import playback
from . import arrows


def leave(cloud: bpy.types.Object) -> None:
    """Let a cloud that shows its past show the present: our markers go, and the scene has the frames that it had before."""
    if not playback.is_history(cloud):
        return
    playback.show_history(cloud, False)
    arrows.apply(cloud)
    settings = cloud.latent
    # the scene in which history was shown, which may not be the one that is looked at now
    scene = bpy.data.scenes.get(settings.own_scene) or bpy.context.scene
    playback.clear_markers(scene)
    if settings.own_frames[1]:
        scene.frame_start, scene.frame_end = settings.own_frames
        settings.own_frames = (0, 0)
