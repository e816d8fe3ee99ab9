"""What the past says beside the present: trails of selected points, and one epoch beside another."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.arrays import Int32Array
from ..core.errors import LassoError, StoreError
from ..core.timeline import Timeline
from ..scene import comparing, playback, trails
from . import history, labels


def timeline_of(cloud: bpy.types.Object) -> Timeline:
    """The timeline that the cloud plays on."""
    settings = cloud.latent
    return Timeline(settings.first_frame, settings.frames_per_record, settings.records)


def chosen(cloud: bpy.types.Object) -> Int32Array:
    """The selected points, evenly thinned to as many as may have trails."""
    found = np.flatnonzero(labels.selected(cloud)).astype(np.int32)
    if len(found) > trails.MOST_POINTS:
        found = found[np.linspace(0, len(found) - 1, trails.MOST_POINTS).round().astype(np.int64)]
    return found


def show_trails(cloud: bpy.types.Object, context: bpy.types.Context) -> int:
    """Show where the selected points were in the last recorded epochs, in place of trails of before. Returns how many have one.

    Raises LassoError where none is selected, StoreError where nothing is recorded.
    """
    vertices = chosen(cloud)
    if not len(vertices):
        raise LassoError("No point is selected; select those whose way you want to see.")
    if not playback.is_history(cloud):
        history.show(cloud, context)
    for old in [ob for ob in trails.of_cloud(cloud) if trails.lines_of(ob).pinned < 0]:
        trails.remove(old)
    made = trails.create(cloud, f"{cloud.name} trails", trails.Lines(vertices, cloud.latent.trail_epochs, -1.0))
    trails.feed(made, cloud, timeline_of(cloud))
    return len(vertices)


def compare(cloud: bpy.types.Object, context: bpy.types.Context) -> str:
    """Keep the epoch that is shown beside the one that the timeline goes to, with lines for the selected points.

    Returns its name. Raises StoreError while the present is shown.
    """
    depsgraph = context.evaluated_depsgraph_get()
    state = playback.state_shown(cloud, depsgraph) if playback.is_history(cloud) else None
    if state is None:
        raise StoreError("Press Show History first, and go to the epoch that you want to keep in view.")
    record = timeline_of(cloud).record_of_frame(context.scene.frame_current_final)
    past = history.read(cloud)
    epoch = past.records[min(round(record), len(past.records) - 1)].epoch
    remove(cloud, trails_too=False)
    name = f"{cloud.name} at epoch {epoch:.1f}"
    comparing.create(cloud, name, playback.positions_shown(cloud, depsgraph), state)
    vertices = chosen(cloud)
    if len(vertices):
        made = trails.create(cloud, f"{name} lines", trails.Lines(vertices, 1, record))
        trails.feed(made, cloud, timeline_of(cloud))
    return name


def remove(cloud: bpy.types.Object, trails_too: bool = True) -> None:
    """Remove the epoch that is compared with, and the trails."""
    for epoch in comparing.of_cloud(cloud):
        bpy.data.meshes.remove(epoch.data)
    for ob in trails.of_cloud(cloud):
        if trails_too or trails.lines_of(ob).pinned >= 0:
            trails.remove(ob)
