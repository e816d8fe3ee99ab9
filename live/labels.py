"""What a person does to labels: plain functions on a cloud, called by operators at the desk and in VR alike.

Each writes the mesh's `category` attribute, which Blender's undo and save cover; the difference then reaches the run.
"""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from ..core import accepting, palette
from ..core import categories as category_rules
from ..core.arrays import BoolArray, Int32Array
from ..core.categories import Category
from ..core.errors import LabelError
from ..scene import cloud as cloud_data
from ..scene import materials, thumbnails
from . import chosen, clouds, filters, hiding


def selected(cloud: bpy.types.Object) -> BoolArray:
    """(P,) bool: which points are selected. Raises LabelError outside Object Mode."""
    require_object_mode(cloud)
    return cloud_data.read_bools(cloud.data, "selected")


def require_object_mode(cloud: bpy.types.Object) -> None:
    """Raise LabelError where attributes cannot be read or written."""
    if cloud.mode != "OBJECT":
        raise LabelError("Leave Edit Mode first (Tab); labels live on the cloud in Object Mode.")


def set_selected(cloud: bpy.types.Object, mask: BoolArray) -> int:
    """Make `mask` (P,) bool the selection, less what is hidden. Returns how many points it holds."""
    require_object_mode(cloud)
    mask = mask & ~hiding.mask(cloud)
    cloud_data.write_bools(cloud.data, "selected", mask)
    cloud.data.update()
    cloud.update_tag()
    bpy.context.window_manager.latent_xr.named = False
    return chosen.publish(cloud)


def read(cloud: bpy.types.Object) -> Int32Array:
    """(P,) int32: the category of each point, 0 where unlabelled."""
    require_object_mode(cloud)
    return cloud_data.read_ints(cloud.data, "category")


def write(cloud: bpy.types.Object, labels: Int32Array) -> None:
    """Write the category of every point, and show it. labels: (P,) int32. Raises LabelError for a copy, or a linked cloud."""
    require_object_mode(cloud)
    clouds.require_own(cloud)
    cloud_data.write_ints(cloud.data, "category", labels)
    cloud_data.write_ints(cloud.data, "shown_category", labels)
    filters.refresh(cloud)
    cloud.data.update()
    cloud.update_tag()
    refresh_counts(cloud)


def locked(cloud: bpy.types.Object, labels: Int32Array) -> BoolArray:
    """(P,) bool: the points that keep their label, because their category is locked. labels: (P,) int32."""
    numbers = [c.category_id for c in cloud.latent.categories if c.locked]
    return np.isin(labels, numbers) if numbers else np.zeros(len(labels), dtype=np.bool_)


def assign(cloud: bpy.types.Object, mask: BoolArray, category_id: int) -> int:
    """Give the points in `mask` (P,) bool a category (0 clears), but for locked ones. Returns how many points changed."""
    if category_id and not any(c.category_id == category_id for c in cloud.latent.categories):
        raise LabelError("This cloud has no category number {category_id}; make it first.", category_id=category_id)
    labels = read(cloud)
    mask = mask & ~locked(cloud, labels)
    changed = int(np.count_nonzero(labels[mask] != category_id))
    labels[mask] = category_id
    write(cloud, labels)
    return changed


def listed(cloud: bpy.types.Object) -> list[Category]:
    """The cloud's categories as plain values."""
    # Blender stores single precision: rounded, a colour that nobody changed compares equal
    return [
        Category(c.category_id, c.name, (round(c.colour[0], 5), round(c.colour[1], 5), round(c.colour[2], 5)))
        for c in cloud.latent.categories
    ]


def new_category(cloud: bpy.types.Object, name: str, colour: tuple[float, float, float] | None = None) -> int:
    """Add a category. Returns its id, which was never used before. Raises LabelError for an empty or taken name."""
    clouds.require_own(cloud)
    settings = cloud.latent
    name = category_rules.validate_name(name, [c.name for c in settings.categories])
    category_id = category_rules.next_id(listed(cloud), settings.highest_category_id)
    add_category(cloud, Category(category_id, name, colour or palette.colour_for(category_id)))
    settings.active_category = len(settings.categories) - 1
    write_colours(cloud)
    return category_id


def add_category(cloud: bpy.types.Object, category: Category) -> None:
    """Append `category` as it is; the caller writes the colours once all are there."""
    settings = cloud.latent
    item = settings.categories.add()
    item.name, item.category_id, item.colour = category.name, category.id, category.colour
    settings.highest_category_id = max(settings.highest_category_id, category.id)


def rename(cloud: bpy.types.Object, category_id: int, name: str) -> None:
    """Give a category another name; its number and its points stay."""
    clouds.require_own(cloud)
    item = by_id(cloud, category_id)
    others = [c.name for c in cloud.latent.categories if c.category_id != category_id]
    item.name = category_rules.validate_name(name, others)


def merge(cloud: bpy.types.Object, source_id: int, target_id: int) -> int:
    """Give all points of one category another, and delete the emptied one. Returns how many points moved."""
    if source_id == target_id:
        raise LabelError("Choose two different categories to merge.")
    by_id(cloud, target_id)
    return delete(cloud, source_id, replacement=target_id)


def delete(cloud: bpy.types.Object, category_id: int, replacement: int = 0) -> int:
    """Delete a category; its points become unlabelled, or `replacement`. Returns how many points that were."""
    clouds.require_own(cloud)
    item = by_id(cloud, category_id)
    if item.locked:
        raise LabelError("{name} is locked, so that its labels stay; unlock it first.", name=item.name)
    labels = read(cloud)
    mask = labels == category_id
    count = int(np.count_nonzero(mask))
    labels[mask] = replacement
    settings = cloud.latent
    index = next(i for i, c in enumerate(settings.categories) if c.category_id == category_id)
    settings.categories.remove(index)
    settings.active_category = max(0, min(settings.active_category, len(settings.categories) - 1))
    write(cloud, labels)
    write_colours(cloud)
    return count


def by_id(cloud: bpy.types.Object, category_id: int) -> Any:
    """The category group with this id. Raises LabelError."""
    for item in cloud.latent.categories:
        if item.category_id == category_id:
            return item
    raise LabelError("This cloud has no category number {category_id}; choose one from the list.", category_id=category_id)


def write_colours(cloud: bpy.types.Object) -> None:
    """Make the categories' colours those that the points are drawn in."""
    materials.write_palette(cloud, palette.table(listed(cloud)))
    refresh_icons(cloud)


def refresh_counts(cloud: bpy.types.Object) -> None:
    """Count for the panel: the points of each category, which share of its labels the model does not doubt, the selection."""
    given = cloud_data.read_ints(cloud.data, "category")
    doubted = accepting.doubtful(given, cloud_data.read_ints(cloud.data, "doubted"))
    asked = bool(cloud_data.read_ints(cloud.data, "prediction").any())
    given = np.maximum(given, 0)  # any other tool may write there
    counts = np.bincount(given, minlength=1)
    wrong = np.bincount(given[doubted], minlength=len(counts))
    for item in cloud.latent.categories:
        number = item.category_id
        count = int(counts[number]) if number < len(counts) else 0
        agreement = 1.0 - int(wrong[number]) / count if asked and count else -1.0
        if item.count != count:
            item.count = count
        if abs(item.agreement - agreement) > 1e-6:  # Blender stores single precision
            item.agreement = agreement
    status = bpy.context.window_manager.latent_status
    status.labelled, status.unlabelled = int(counts[1:].sum()), int(counts[0])
    status.doubted = int(np.count_nonzero(doubted))
    refresh_icons(cloud)
    if status.selection_of == cloud.name or status.selection_of not in bpy.data.objects:
        chosen.publish(cloud)  # another cloud's selection stays in the panel while this one trains


def refresh_icons(cloud: bpy.types.Object) -> None:
    """Give each category the icon of its shape in its colour: their numbers are of this session alone."""
    for item in cloud.latent.categories:
        icon = thumbnails.category_icon(item.category_id, tuple(item.colour))
        if item.icon != icon:
            item.icon = icon
