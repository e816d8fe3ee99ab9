"""Recorded epochs on the timeline through Blender's own Mesh Cache modifier: no Python runs while they play.

Positions come from one point cache; a second one, on a helper object that shows nothing, carries label, prediction and
confidence as x, y, z, which the node group reads. So a render farm without the extension shows the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from ..core.arrays import Float32Array
from ..core.timeline import Timeline
from . import nodes

CACHE = "Latent History"
MARK = "◆ "
"""Begins the names of our timeline markers, so that a user's own are left alone."""


def attach(
    cloud: bpy.types.Object, positions_path: Path, state_path: Path, records: int, timeline: Timeline
) -> None:
    """Let a cloud play `records` recorded epochs along `timeline`. It goes on showing the present until show_history."""
    cache = cloud.modifiers.get(CACHE)
    if cache is None:
        cache = cloud.modifiers.new(CACHE, "MESH_CACHE")
        cloud.modifiers.move(len(cloud.modifiers) - 1, 0)  # before the node group, which is to see its positions
        cache.show_viewport = cache.show_render = False
    configure(cache, positions_path, "LINEAR")
    helper = state_object(cloud)
    state = helper.modifiers.get(CACHE) or helper.modifiers.new(CACHE, "MESH_CACHE")
    configure(state, state_path, "NONE")
    for owner in (cloud, helper):
        animate(owner, f'modifiers["{CACHE}"].eval_frame', timeline, records)


def configure(cache: Any, path: Path, interpolation: str) -> None:
    """Point a Mesh Cache modifier at a point cache, its sample number set by keyframes."""
    cache.cache_format = "PC2"
    cache.filepath = relative(path)
    cache.play_mode = "CUSTOM"
    cache.time_mode = "FRAME"
    cache.interpolation = interpolation
    cache.forward_axis, cache.up_axis = "POS_Y", "POS_Z"


def relative(path: Path) -> str:
    """A path as the .blend stores it: relative to it where that is possible."""
    if not bpy.data.filepath:
        return str(path)
    try:
        return str(bpy.path.relpath(str(path)))
    except ValueError:  # another drive on Windows
        return str(path)


def state_object(cloud: bpy.types.Object) -> bpy.types.Object:
    """The helper that plays labels: as many loose points as the cloud has, which neither viewport nor render shows."""
    helper = nodes.get_input(cloud, "State")
    if helper is None or len(helper.data.vertices) != len(cloud.data.vertices):
        mesh = bpy.data.meshes.new(f"{cloud.name} state")
        mesh.vertices.add(len(cloud.data.vertices))
        helper = bpy.data.objects.new(mesh.name, mesh)
        nodes.set_input(cloud, "State", helper)
    return helper


def animate(owner: bpy.types.Object, path: str, timeline: Timeline, records: int) -> None:
    """Two keyframes, straight between and constant beyond: sample 0 on the first frame, the last on the last."""
    data = owner.animation_data
    if data is not None and data.action is not None:
        clear_keys(owner, path)
    target, prop = path.rsplit(".", 1)
    modifier = owner.path_resolve(target)
    for sample in sorted({0, max(0, records - 1)}):
        setattr(modifier, prop, float(sample))
        modifier.keyframe_insert(prop, frame=timeline.frame_of_record(sample))
    curve = find_curve(owner, path)
    for point in curve.keyframe_points:
        point.interpolation = "LINEAR"
    curve.extrapolation = "CONSTANT"


def find_curve(owner: bpy.types.Object, path: str, index: int = 0) -> Any:
    """The F-curve of a property, or of one item of an array. Actions hold layers; the old list of curves is gone in 5."""
    action = owner.animation_data.action
    if hasattr(action, "fcurves"):
        return action.fcurves.find(path, index=index)
    for layer in action.layers:
        for strip in layer.strips:
            for bag in strip.channelbags:
                found = bag.fcurves.find(path, index=index)
                if found is not None:
                    return found
    raise KeyError(path)


def clear_keys(owner: bpy.types.Object, path: str) -> None:
    """Delete all keyframes of a property."""
    try:
        curve = find_curve(owner, path)
    except KeyError:
        return
    if curve is not None:
        while len(curve.keyframe_points):
            curve.keyframe_points.remove(curve.keyframe_points[0], fast=True)


def show_history(cloud: bpy.types.Object, playing: bool = True) -> None:
    """Show the recorded epoch of the current frame; not playing: the present."""
    cache = cloud.modifiers.get(CACHE)
    if cache is not None:
        cache.show_viewport = cache.show_render = playing
    nodes.set_input(cloud, "Playback", playing and cache is not None)


def is_history(cloud: bpy.types.Object) -> bool:
    """Whether the cloud shows recorded epochs."""
    cache = cloud.modifiers.get(CACHE)
    return cache is not None and cache.show_viewport


def positions_shown(cloud: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> Float32Array:
    """(N, 3) float32: positions of the recorded epoch shown now, between two of them as the modifier shows them.

    Read from the point cache rather than from the evaluated object, which holds instances.
    """
    return np.ascontiguousarray(between(cloud, slice(None), depsgraph), dtype=np.float32)


def place_shown(cloud: bpy.types.Object, row: int, depsgraph: bpy.types.Depsgraph) -> tuple[float, float, float]:
    """The same of one point, without reading the others."""
    x, y, z = between(cloud, slice(row, row + 1), depsgraph)[0].tolist()
    return x, y, z


def between(cloud: bpy.types.Object, rows: slice, depsgraph: bpy.types.Depsgraph) -> npt.NDArray[np.float32]:
    """(M, 3) float32: some points of the recorded epoch shown now."""
    cache = cloud.evaluated_get(depsgraph).modifiers[CACHE]
    sample = float(cache.eval_frame)
    stored = samples(cache, len(cloud.data.vertices))
    sample = min(max(sample, 0.0), len(stored) - 1.0)
    before = int(sample)
    after = min(before + 1, len(stored) - 1)
    share = np.float32(sample - before)
    return np.asarray(stored[before, rows] * (1 - share) + stored[after, rows] * share)


def sample_shown(cloud: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> float:
    """Which recorded epoch is shown, by its number; between two, a fraction."""
    return float(cloud.evaluated_get(depsgraph).modifiers[CACHE].eval_frame)


def state_shown(cloud: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> Float32Array | None:
    """(N, 3) float32: label, prediction and confidence of the recorded epoch nearest to the one shown; None where there are
    none. As the State object's modifier plays them, which the node group reads.
    """
    helper = nodes.get_input(cloud, "State")
    cache = helper.modifiers.get(CACHE) if helper is not None else None
    if cache is None:
        return None
    stored = samples(cache, len(cloud.data.vertices))
    sample = float(cloud.evaluated_get(depsgraph).modifiers[CACHE].eval_frame)
    return np.array(stored[min(max(round(sample), 0), len(stored) - 1)], dtype=np.float32)


def samples(cache: Any, points: int) -> npt.NDArray[np.float32]:
    """(records, points, 3) float32, on disk: what a Mesh Cache modifier plays."""
    path = Path(bpy.path.abspath(cache.filepath))
    whole = (path.stat().st_size - 32) // (points * 12)  # the trainer may be adding one
    return np.memmap(path, dtype="<f4", mode="r", offset=32, shape=(whole, points, 3))


def place_markers(scene: bpy.types.Scene, markers: Sequence[tuple[int, str]]) -> None:
    """Replace our timeline markers by these, (frame, text). A user's own stay, and one of ours that was bound to a camera."""
    clear_markers(scene)
    for frame, text in markers:
        scene.timeline_markers.new(MARK + text, frame=frame)


def clear_markers(scene: bpy.types.Scene) -> None:
    """Remove our timeline markers."""
    for marker in [marker for marker in scene.timeline_markers if marker.name.startswith(MARK) and marker.camera is None]:
        scene.timeline_markers.remove(marker)
