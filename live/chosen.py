"""The selection, summed up for the panel whenever it changes: how many points, of which categories, and what some look like."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.arrays import Int64Array
from ..core.errors import LatentError
from ..properties import words
from ..scene import cloud as cloud_data
from ..scene import thumbnails
from ..training import run_view
from . import paths, status

MOST = 12
"""Thumbnails in the strip."""


def publish(cloud: bpy.types.Object) -> int:
    """Sum the selection up in the status properties. Returns how many points it holds."""
    rows = np.flatnonzero(cloud_data.read_bools(cloud.data, "selected"))
    counts = np.bincount(np.maximum(cloud_data.read_ints(cloud.data, "category")[rows], 0), minlength=1)
    named = [(0, "Unlabelled"), *((c.category_id, c.name) for c in cloud.latent.categories)]
    found = [(number, name, int(counts[number])) for number, name in named if number < len(counts) and counts[number]]
    shown = bpy.context.window_manager.latent_status
    before = [(item.category_id, item.name, item.count) for item in shown.chosen]
    if (shown.selection_of, shown.selected, before) != (cloud.name, len(rows), found):
        shown.selection_of, shown.selected = cloud.name, len(rows)
        shown.chosen.clear()
        for number, name, count in found:
            item = shown.chosen.add()
            item.category_id, item.name, item.count = number, name, count
        status.redraw_sidebars(bpy.context)
    if not bpy.app.background and not bpy.app.timers.is_registered(refresh_strip):
        bpy.app.timers.register(refresh_strip, first_interval=0.0)
    return len(rows)


def some(rows: Int64Array) -> Int64Array:
    """Up to MOST of rows (K,), spread evenly, so that they stand for all rather than for the first."""
    return rows[np.linspace(0, len(rows) - 1, min(MOST, len(rows))).astype(np.int64)] if len(rows) else rows


def refresh_strip() -> None:
    """Show what some of the selected samples look like, or what they are called where the data has no pictures.

    Runs from a timer: once after several changes, and never within an operator, which need not wait for pictures.
    """
    shown = bpy.context.window_manager.latent_status
    cloud = bpy.data.objects.get(shown.selection_of)
    if cloud is None or cloud.mode != "OBJECT":
        return
    rows = some(np.flatnonzero(cloud_data.read_bools(cloud.data, "selected")))
    samples = cloud_data.read_ints(cloud.data, "sample")[rows].tolist()
    key = [(cloud.latent.run_id, sample) for sample in samples]
    if [(item.run_id, item.sample) for item in shown.strip] == key:
        return
    icons = thumbnails.show(cloud, cloud_data.read_ints(cloud.data, "tile")[rows].tolist())
    folder = paths.run_of(cloud)
    shown.strip.clear()
    for sample, icon in zip(samples, icons, strict=True):
        item = shown.strip.add()
        item.run_id, item.sample, item.icon = cloud.latent.run_id, sample, icon
        try:
            known = run_view.sample_row(folder, sample)
            item.name = known.name if known is not None else ""
        except LatentError:
            item.name = ""  # the run's folder is not there: the picture, or the number, says it
        item.name = item.name or words.label("Sample {number}", number=sample)
    status.redraw_sidebars(bpy.context)


def register() -> None:
    """Room for the strip's pictures; the timer starts with the first change."""
    thumbnails.register()


def unregister() -> None:
    """Nothing is to be refreshed any more."""
    if bpy.app.timers.is_registered(refresh_strip):
        bpy.app.timers.unregister(refresh_strip)
    thumbnails.unregister()
