"""Points that the headset shows ahead of the mesh, as long as nothing but discs shows them.

Blender redraws every viewport of the desk for each write to a mesh, and evaluates the object, and the headset waits for both. So
while a session runs new positions go to the graphics card alone, and into the mesh as often as the desk may redraw. Whoever asks
where the points are (live/seen.py) gets what the person sees.
"""

from __future__ import annotations

import time

import bpy

from ..core.arrays import Float32Array
from . import cloud as cloud_data
from . import discs, nodes, playback, viewport
from .eyes import Eyes


def show(cloud: bpy.types.Object, flat: Float32Array) -> bool:
    """Show these positions, (3N,) float32, which the caller may write anew for the next call. False: they belong into the mesh."""
    eyes = viewport.eyes()
    if eyes is None or len(flat) != 3 * len(cloud.data.vertices) or not nodes.get_input(cloud, discs.INPUT):
        return False
    # arrows, trails and ghosts are made by nodes, from the mesh; the room's box stands still
    if any(child.modifiers and child.visible_get() for child in cloud.children):
        return False
    eyes.live[cloud.session_uid] = flat
    viewport.changed(cloud)
    return True


def forget(cloud: bpy.types.Object) -> None:
    """The mesh has, or gets, what is to be shown."""
    eyes = viewport.eyes()
    if eyes is not None:
        eyes.live.pop(cloud.session_uid, None)


def positions(cloud: bpy.types.Object) -> Float32Array:
    """(N, 3) float32, the caller's own: where the points are drawn now, live."""
    eyes = viewport.eyes()
    live = eyes.ahead(cloud.session_uid, len(cloud.data.vertices)) if eyes is not None else None
    return live.copy() if live is not None else cloud_data.read_positions(cloud)


def place(cloud: bpy.types.Object, row: int) -> tuple[float, float, float]:
    """The same of one point, without reading the others."""
    eyes = viewport.eyes()
    live = eyes.ahead(cloud.session_uid, len(cloud.data.vertices)) if eyes is not None else None
    x, y, z = cloud.data.attributes["position"].data[row].vector if live is None else live[row].tolist()
    return x, y, z


def settle(at_once: bool = False) -> None:
    """Write into the meshes what is shown ahead of them, if the desk may redraw now, or at once."""
    eyes = viewport.eyes()
    if eyes is None or not eyes.live or not (at_once or eyes.may_show_desk(time.perf_counter())):
        return
    for ob in clouds_ahead(eyes):
        if ob.mode != "OBJECT" or playback.is_history(ob):
            continue  # its mesh is not to be written now: when its turn comes again
        cloud_data.write_positions(ob.data, eyes.live.pop(ob.session_uid))
        ob.update_tag()


def clouds_ahead(eyes: Eyes) -> list[bpy.types.Object]:
    """The objects that are shown ahead of their meshes; those that are gone, or have other points now, are forgotten."""
    found = {ob.session_uid: ob for ob in bpy.data.objects if ob.session_uid in eyes.live}
    for key in list(eyes.live):
        if key not in found or len(eyes.live[key]) != 3 * len(found[key].data.vertices):
            del eyes.live[key]
            found.pop(key, None)
    return list(found.values())
