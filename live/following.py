"""Recorded epochs that were thinned out lie in another file: what plays them is pointed there."""

from __future__ import annotations

from pathlib import Path

import bpy

from ..core.errors import LatentError
from ..core.timeline import Timeline
from ..scene import playback
from . import history


def follow(cloud: bpy.types.Object, context: bpy.types.Context) -> bool:
    """Let a cloud that plays its past play it from where it lies now, over the same frames. Returns whether it had moved.

    Where the run cannot be read all stays as it is; Show History says why.
    """
    cache = cloud.modifiers.get(playback.CACHE)
    if cache is None:
        return False
    try:
        past = history.read(cloud)
    except LatentError:
        return False
    if Path(bpy.path.abspath(cache.filepath)) == past.positions_path:
        return False
    settings = cloud.latent
    last = Timeline(settings.first_frame, settings.frames_per_record, settings.records).last_frame
    if playback.is_history(cloud):
        history.put(cloud, context, last)
    else:
        records = len(past.records)
        timeline = Timeline(settings.first_frame, settings.frames_per_record, records)
        playback.attach(cloud, past.positions_path, past.state_path, records, timeline)
    return True
