"""What is done to a whole category: hide it, show it alone, lock it, select it, move it in the list."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.categories import next_id
from ..core.errors import LabelError
from ..training import protocol, run_view
from . import hiding, labels, paths


def follow(cloud: bpy.types.Object, opened: protocol.Opened, newer: bool) -> None:
    """Bring what the run's categories became since the file last followed them into the file. Raises LatentError.

    A name or colour of the file's own counts where the file changed it, else the run's: a new name outlives a Blender that died
    before it saved. Where file and run each made a category under one number, the file's gets another, and its points with it:
    else what the run calls one thing would be shown, and stored, as another. newer: the run holds labels that the file has not
    seen, and which may be of a category that the file deleted.
    """
    settings = cloud.latent
    if settings.categories_known == opened.revision and not newer:
        return
    settings.highest_category_id = max([settings.highest_category_id, *(category.id for category in opened.categories)])
    here = {category.id: category for category in labels.listed(cloud)}
    noted = settings.categories_known >= 0
    before = run_view.categories_at(paths.run_of(cloud), settings.categories_known) if noted else dict(here)
    for category in opened.categories:
        was, now = before.get(category.id), here.get(category.id)
        if was is None and now is not None and now.name != category.name:
            renumber(cloud, category.id)
            now = None
        if now is None:
            if was is None or newer:
                labels.add_category(cloud, category)
        elif was == now and not any(item.name == category.name and item.id != category.id for item in labels.listed(cloud)):
            item = labels.by_id(cloud, category.id)
            item.name, item.colour = category.name, category.colour
    settings.categories_known = opened.revision
    labels.write_colours(cloud)


def renumber(cloud: bpy.types.Object, category_id: int) -> None:
    """Give a category of the file a number that was never used, and its points with it."""
    settings, item = cloud.latent, labels.by_id(cloud, category_id)
    item.category_id = settings.highest_category_id = next_id(labels.listed(cloud), settings.highest_category_id)
    given = labels.read(cloud)
    labels.write(cloud, np.where(given == category_id, item.category_id, given).astype(np.int32))


def hide(cloud: bpy.types.Object, category_id: int, hidden: bool) -> int:
    """Hide the points of a category (0: those without a label), or show them. Returns how many points are hidden now."""
    labels.require_object_mode(cloud)
    if category_id:
        labels.by_id(cloud, category_id).hidden = hidden
    else:
        cloud.latent.unlabelled_hidden = hidden
    return hiding.refresh(cloud)


def solo(cloud: bpy.types.Object, category_id: int, alone: bool, extend: bool) -> int:
    """Show a category alone, or beside those that are (`extend`), or no more. Returns how many points are hidden now."""
    labels.require_object_mode(cloud)
    chosen = labels.by_id(cloud, category_id)
    if not extend:
        for other in cloud.latent.categories:
            other.solo = False
    chosen.solo = alone
    return hiding.refresh(cloud)


def show_all(cloud: bpy.types.Object) -> int:
    """Hide no category and show none alone. Returns how many points are hidden still, by a filter."""
    labels.require_object_mode(cloud)
    cloud.latent.unlabelled_hidden = False
    for category in cloud.latent.categories:
        category.hidden = category.solo = False
    return hiding.refresh(cloud)


def select(cloud: bpy.types.Object, category_id: int, extend: bool) -> int:
    """Select all points of a category that are shown (0: those without a label). Returns how many are selected now."""
    if category_id:
        labels.by_id(cloud, category_id)
    chosen = labels.read(cloud) == category_id
    return labels.set_selected(cloud, chosen | labels.selected(cloud) if extend else chosen)


def move(cloud: bpy.types.Object, category_id: int, step: int) -> int:
    """Move a category up (-1) or down (1) in the list. Returns its place there. Raises LabelError at the list's end."""
    settings = cloud.latent
    labels.by_id(cloud, category_id)
    place = next(i for i, c in enumerate(settings.categories) if c.category_id == category_id)
    target = place + step
    if not 0 <= target < len(settings.categories):
        raise LabelError("{name} is at the list's end already.", name=settings.categories[place].name)
    settings.categories.move(place, target)
    if settings.active_category in (place, target):
        settings.active_category = target if settings.active_category == place else place
    return target
