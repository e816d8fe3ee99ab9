"""Finding clouds by their run, since Python references to Blender data die with every undo and file load.

A run has one cloud. What was duplicated from it is a copy: it shows what it showed, and nothing that is done to it reaches the run.
What is linked from another file belongs to that file.
"""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ..core.errors import LabelError


def own() -> Iterator[bpy.types.Object]:
    """Every cloud of this file that has a mesh of points; none that is linked from another."""
    for ob in bpy.data.objects:
        if ob.latent.is_cloud and ob.type == "MESH" and ob.library is None and ob.data.library is None:
            yield ob


def find(run_id: str) -> bpy.types.Object | None:
    """The object that shows run `run_id`, or None if it was deleted. Of several the first made: the others are copies of it."""
    return min(same_run(run_id), key=age, default=None) if run_id else None


def same_run(run_id: str) -> list[bpy.types.Object]:
    """Every object of a scene that shows run `run_id`: more than one after a duplication."""
    return [ob for ob in own() if ob.latent.run_id == run_id and ob.users_scene]


def keep_run(run_id: str, place: str) -> None:
    """Let every object that shows run `run_id`, copies too, look for it at `place`, as paths.stored() has it."""
    for ob in own():
        if ob.latent.run_id == run_id:
            ob.latent.run_path = place


def age(cloud: bpy.types.Object) -> tuple[bool, int]:
    """What the first made has least of. Numbers of a session tell it, and what is saved with the file: names may change."""
    return cloud.latent.is_copy, cloud.session_uid


def original(cloud: bpy.types.Object) -> bpy.types.Object | None:
    """The cloud that this one is a copy of; None for one that is none."""
    first = find(cloud.latent.run_id)
    return None if first is None or first == cloud else first


def mark_copies() -> None:
    """Note in the file which clouds are copies: another session numbers objects anew."""
    for cloud in list(own()):
        is_copy = original(cloud) is not None
        if cloud.latent.is_copy != is_copy:
            cloud.latent.is_copy = is_copy


def require_own(cloud: bpy.types.Object) -> None:
    """Raise LabelError for a cloud whose labels and categories are not to be changed here."""
    library = cloud.library or cloud.data.library
    if library is not None:
        raise LabelError(
            "{name} is linked from {file}; label it in that file, or append it to this one.", name=cloud.name, file=library.filepath
        )
    first = original(cloud)
    if first is not None:
        raise LabelError(
            "{name} is a copy of {first}, whose labels the run keeps; label {first}, or delete it first.",
            name=cloud.name,
            first=first.name,
        )
