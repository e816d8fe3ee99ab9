"""A cloud's curves: read from its run's folder, beside a running trainer every few seconds, and shown in the viewport."""

from __future__ import annotations

from pathlib import Path

import bpy

from ..core.curves import Curves
from ..core.errors import LatentError, StoreError
from ..properties import active_cloud, words
from ..scene import chart
from ..training import curves as run_curves
from . import paths
from .running import RunningTrainer

SECONDS = 1.0
"""Between two looks into the folder while the cloud trains."""


def folder_of(cloud: bpy.types.Object) -> Path:
    """The run's folder. Raises StoreError where it is not there."""
    folder = paths.run_of(cloud)
    if not (folder / "run.sqlite").is_file():
        raise StoreError("The run folder {folder} is not there; put it back beside the .blend.", folder=folder)
    return folder


def refresh(cloud: bpy.types.Object, edits: int | None = None) -> bool:
    """Read what the run noted since the last time, and draw it. Returns whether there was anything new. Raises StoreError.

    edits: how many label edits there are, where that is known: then marks are read again only if there are more.
    """
    folder, held = folder_of(cloud), chart.shown()
    if held is None or held.run_id != cloud.latent.run_id:
        held = Curves(cloud.latent.run_id, cloud.name)
    rows = run_curves.read(folder, held.step)
    new = sum(held.take(row.step, row.epoch, row.values.items()) for row in rows) > 0
    more = edits is None or edits != held.edits
    if more:
        names = {c.category_id: c.name for c in cloud.latent.categories}

        def known(number: int) -> str:
            return names.get(number) or words.label("category {number}", number=number)

        held.edits = -1 if edits is None else edits
        held.marks = [
            (epoch, f"{', '.join(known(n) for n in given if n) or words.label('cleared')} +{count}")
            for epoch, given, count in run_curves.marks(folder)
        ]
    if new or more:
        held.recorded = run_curves.recorded(folder)
        chart.show(held)
        bpy.context.window_manager.latent_status.curves = "\n".join(held.lines())
    return new or more


def export(cloud: bpy.types.Object, target: str) -> int:
    """Write every number as a .csv. Returns how many rows. Raises StoreError."""
    return run_curves.write_csv(folder_of(cloud), Path(target))


def keep_on(trainer: RunningTrainer, cloud: bpy.types.Object, context: bpy.types.Context, now: float) -> None:
    """Follow the run that trains, if its curves are wanted."""
    if not context.scene.latent.show_curves or now - trainer.curves_read < SECONDS:
        return
    if (trainer.records, trainer.edits_stored, trainer.measured_text) == trainer.curves_known:
        return
    trainer.curves_read, trainer.curves_known = now, (trainer.records, trainer.edits_stored, trainer.measured_text)
    try:
        if refresh(cloud, trainer.edits_stored):
            redraw(context)
    except LatentError as error:
        trainer.problem = words.error(error)


def after_load(context: bpy.types.Context) -> None:
    """Another file: draw the curves of its cloud, if it shows any; a run that is gone has none."""
    chart.show(None)
    context.window_manager.latent_status.curves = ""
    cloud = active_cloud(context)
    if cloud is None or not context.scene.latent.show_curves:
        return
    try:
        refresh(cloud)
    except LatentError as error:
        context.window_manager.latent_status.problem = words.error(error)


def redraw(context: bpy.types.Context) -> None:
    """Ask every 3D viewport to draw anew."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()
