"""The filter of a cloud's look: by what is known of each point, and by a range of a number. Writes `filtered`; hiding.py hides."""

from __future__ import annotations

import bpy
import numpy as np

from ..core import accepting
from ..core.arrays import BoolArray, Float32Array
from ..scene import cloud as cloud_data
from . import hiding, looks

ATTRIBUTES = {"CONFIDENCE": "confidence", "NOVELTY": "novelty", "MARGIN": "margin", "LOSS": "loss", "COLUMN": "column"}


def is_on(cloud: bpy.types.Object) -> bool:
    """Whether the look filters anything."""
    look = cloud.latent.look
    return bool(look.show_only != "ALL" or look.filter_by != "NONE")


def left_out(cloud: bpy.types.Object) -> BoolArray:
    """(P,) bool: the points that the filter leaves out, by labels, guesses and values as they are."""
    look, mesh = cloud.latent.look, cloud.data
    category = cloud_data.read_ints(mesh, "category")
    found = np.zeros(len(category), dtype=np.bool_)
    if look.show_only == "UNLABELLED":
        found = category > 0
    elif look.show_only == "LABELLED":
        found = category == 0
    elif look.show_only == "DISAGREEING":
        found = ~accepting.doubtful(category, cloud_data.read_ints(mesh, "doubted"))
    if look.filter_by == "NONE":
        return found
    values = values_of(cloud)
    if look.filter_by == "COLUMN" and look.column_names:
        names = [name.casefold() for name in look.column_names.split("\n")]
        wanted = look.filter_value.strip().casefold()
        kept = [place for place, name in enumerate(names) if wanted in name]
        return np.asarray(found | ~np.isin(values, kept))
    with np.errstate(invalid="ignore"):  # what has no value lies in no range
        inside = (values >= np.float32(look.filter_from)) & (values <= np.float32(look.filter_to))
    return np.asarray(found | ~inside)


def values_of(cloud: bpy.types.Object) -> Float32Array:
    """(P,) float32: the number that the filter asks for."""
    if cloud.latent.look.filter_by == "LOSS":
        return looks.write_loss(cloud)
    return cloud_data.read_floats(cloud.data, ATTRIBUTES[cloud.latent.look.filter_by])


def apply(cloud: bpy.types.Object) -> int:
    """Hide what the filter leaves out; a number that is newly chosen begins with the whole of its range. Returns how many."""
    look = cloud.latent.look
    held = f"{look.filter_by} {look.column_held}" if look.filter_by == "COLUMN" else look.filter_by
    if look.filter_by != "NONE" and look.filter_held != held:
        known = values_of(cloud)
        known = known[np.isfinite(known)]
        shares = look.filter_by in ("CONFIDENCE", "NOVELTY", "MARGIN") or not len(known)
        low, high = (0.0, 1.0) if shares else (float(known.min()), float(known.max()))
        look.filter_held = held  # first, for each of the next two comes back here
        look.filter_from, look.filter_to = low, high
    look.filter_held = held
    return refresh(cloud)


def refresh(cloud: bpy.types.Object) -> int:
    """What is known of the points changed: filter anew, and hide. Returns how many points are hidden."""
    attribute = cloud.data.attributes.get(hiding.FILTERED)
    if is_on(cloud):
        cloud_data.write_bools(cloud.data, hiding.FILTERED, left_out(cloud))
    elif attribute is not None:
        cloud.data.attributes.remove(attribute)
    return hiding.refresh(cloud)
