"""Finding clouds by their run, since Python references to Blender data die with every undo and file load."""

from __future__ import annotations

import bpy


def find(run_id: str) -> bpy.types.Object | None:
    """The object that shows run `run_id` and has a mesh of points, or None if it was deleted."""
    if not run_id:
        return None
    for ob in bpy.data.objects:
        if ob.latent.is_cloud and ob.latent.run_id == run_id and ob.users_scene:
            return ob
    return None


def same_run(run_id: str) -> list[bpy.types.Object]:
    """Every object that shows run `run_id`: more than one after a duplication."""
    return [ob for ob in bpy.data.objects if ob.latent.is_cloud and ob.latent.run_id == run_id]
