"""Selections that were given a name: each a BOOLEAN attribute of the mesh, so that they are saved, undone and read by nodes."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..core.categories import validate_name
from ..core.errors import LabelError, StoreError
from ..core.text import reason
from ..scene import cloud as cloud_data
from ..training.cells import safe
from ..training.run_view import RunView
from . import labels, paths

PREFIX = "set "
"""Of the attributes, so that a name is never one that the cloud needs itself."""
FIELDS = ("id", "name", "label", "prediction", "confidence")


def save(cloud: bpy.types.Object, name: str) -> int:
    """Keep the selection under a name; one of that name is replaced. Returns how many points it holds. Raises LabelError."""
    chosen = labels.selected(cloud)
    if not chosen.any():
        raise LabelError("No point is selected; draw a loop around some first.")
    if not name.strip():
        raise LabelError("Type a name for the selection.")
    name = validate_name(name)
    settings = cloud.latent
    item = settings.selections.get(name)
    if item is None:
        item = settings.selections.add()
        item.name = name
    cloud_data.write_bools(cloud.data, PREFIX + name, chosen)
    item.count = int(np.count_nonzero(chosen))
    settings.active_selection = settings.selections.find(name)
    return int(item.count)


def choose(cloud: bpy.types.Object, name: str, extend: bool) -> int:
    """Select what a name stands for, as far as it is shown. Returns how many points are selected now. Raises LabelError."""
    named(cloud, name)
    chosen = cloud_data.read_bools(cloud.data, PREFIX + name)
    return labels.set_selected(cloud, chosen | labels.selected(cloud) if extend else chosen)


def remove(cloud: bpy.types.Object, name: str) -> None:
    """Forget a name; its points stay as they are. Raises LabelError."""
    named(cloud, name)
    labels.require_object_mode(cloud)
    settings = cloud.latent
    attribute = cloud.data.attributes.get(PREFIX + name)
    if attribute is not None:
        cloud.data.attributes.remove(attribute)
    settings.selections.remove(settings.selections.find(name))
    settings.active_selection = max(0, min(settings.active_selection, len(settings.selections) - 1))


def named(cloud: bpy.types.Object, name: str) -> Any:
    """The group of a name. Raises LabelError."""
    item = cloud.latent.selections.get(name)
    if item is None:
        raise LabelError("This cloud has no selection named {name!r}; choose one from the list.", name=name)
    return item


def export(cloud: bpy.types.Object, target: Path) -> int:
    """Write the selected samples as CSV, with what is said of them. Returns how many. Raises LabelError, StoreError."""
    rows = np.flatnonzero(labels.selected(cloud))
    if not len(rows):
        raise LabelError("No point is selected; draw a loop around some first.")
    view = RunView(paths.run_of(cloud))
    view.close()
    mesh = cloud.data
    names = {0: "", **{c.category_id: c.name for c in cloud.latent.categories}}
    samples = cloud_data.read_ints(mesh, "sample")[rows].tolist()
    given = labels.read(cloud)[rows].tolist()
    guessed = cloud_data.read_ints(mesh, "prediction")[rows].tolist()
    sure = cloud_data.read_floats(mesh, "confidence")[rows].tolist()
    partial = target.with_name(f"{target.name}.partial")
    try:
        with partial.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(FIELDS)
            for sample, label, guess, confidence in zip(samples, given, guessed, sure, strict=True):
                known = 0 <= sample < len(view.ids)
                texts = (view.ids[sample], view.names[sample]) if known else ("", f"Sample {sample}")
                words = [safe(text) for text in (*texts, names.get(label, ""), names.get(guess, ""))]
                writer.writerow([*words, f"{confidence:.6g}"])
        partial.replace(target)
    except OSError as error:
        raise StoreError(
            "{target} cannot be written ({reason}); choose another place, or free some space.",
            target=target, reason=reason(error),
        ) from error
    return len(rows)
