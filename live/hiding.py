"""Which points are hidden: those of hidden categories, those beside what is shown alone, and those that a filter leaves out.

One attribute of the mesh, `hidden`, says it to the viewport, to the nodes and to every gesture. Only refresh() writes it, from
the categories' own flags and the attribute `filtered`. It is saved with the .blend, and undo turns it back with the rest.
"""

from __future__ import annotations

import bpy
import numpy as np

from ..core.arrays import BoolArray
from ..scene import cloud as cloud_data
from . import chosen

HIDDEN = "hidden"
FILTERED = "filtered"
"""(P,) bool, written by whoever filters, who then calls refresh(); missing where nothing is filtered."""


def mask(cloud: bpy.types.Object) -> BoolArray:
    """(P,) bool: the points that are hidden now."""
    return cloud_data.read_bools(cloud.data, HIDDEN)


def wanted(cloud: bpy.types.Object) -> BoolArray:
    """(P,) bool: the points that the categories' flags and the filter hide, by the labels as they are."""
    settings, mesh = cloud.latent, cloud.data
    shown_alone = {c.category_id for c in settings.categories if c.solo}
    highest = max((c.category_id for c in settings.categories), default=0)
    table = np.zeros(highest + 1, dtype=np.bool_)
    table[0] = settings.unlabelled_hidden or bool(shown_alone)
    for category in settings.categories:
        alone = category.category_id in shown_alone
        table[category.category_id] = not alone if shown_alone else category.hidden
    found = cloud_data.read_bools(mesh, FILTERED)
    if table.any():
        found |= table[np.clip(cloud_data.read_ints(mesh, "category"), 0, highest)]
    return found


def refresh(cloud: bpy.types.Object) -> int:
    """Hide what is to be hidden, show the rest, and let go of what is hidden now. Returns how many points are hidden.

    The caller holds Object Mode. What is hidden is not selected: nobody should name what they do not see.
    """
    mesh = cloud.data
    found = wanted(cloud)
    count = int(np.count_nonzero(found))
    if count or HIDDEN in mesh.attributes:
        if HIDDEN in mesh.attributes and np.array_equal(found, mask(cloud)):
            return count
        cloud_data.write_bools(mesh, HIDDEN, found)
        selected = cloud_data.read_bools(mesh, "selected")
        if (selected & found).any():
            cloud_data.write_bools(mesh, "selected", selected & ~found)
            chosen.publish(cloud)
        mesh.update()
        cloud.update_tag()
    return count
