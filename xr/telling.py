"""What the palette and the wrist tell, read from properties and the running trainer: nothing here walks over points."""

from __future__ import annotations

import bpy

from ..core.hand_pages import Named, Place, Shown
from ..live import comparing, session
from ..properties import active_cloud, words
from ..scene import arrows, playback, viewport

DOING = {"TRAINING": "training", "PAUSED": "paused", "WAITING": "waiting", "FAILED": "failed"}


def shown(context: bpy.types.Context, first: int, category: int, sure: str, said: str) -> Shown:
    """The palette's page for the active cloud as it is now. first, category, sure, said: as Shown has them."""
    manager = context.window_manager
    held, status, cloud, trainer = manager.latent_xr, manager.latent_status, active_cloud(context), session.running()
    if cloud is None:
        return Shown(say=words.label, said=words.label("Select a cloud at the desk first"))
    settings, drawn = cloud.latent, arrows.object_of(cloud)
    offered = {item.category_id: item.count for item in status.acceptable}
    history = playback.is_history(cloud)
    timeline = comparing.timeline_of(cloud)
    return Shown(
        say=words.label,
        page=held.page,
        first=first,
        category=category,
        sure=sure,
        said=said,
        categories=tuple(
            Named(
                c.category_id, c.name, tuple(c.colour), c.count, c.hidden, c.solo, c.locked, offered.get(c.category_id, 0)
            )
            for c in settings.categories
        ),
        names=names(context, cloud),
        selected=status.selected if status.selection_of == cloud.name else 0,
        last=held.last_category,
        tool=held.tool,
        depth=held.depth,
        freeze=held.freeze,
        haptics=held.haptics,
        training=trainer is not None and not trainer.paused and not trainer.failure,
        step=status.step,
        epoch=status.epoch,
        pace=trainer.pace if trainer is not None else 0.0,
        layer=settings.layer,
        arrows=drawn is not None and settings.arrows.visible,
        history=history,
        playing=bool(context.screen and context.screen.is_animation_playing),
        record=timeline.record_of_frame(context.scene.frame_current),
        records=settings.records,
        places=tuple(Place(item.name, item.sentence) for item in status.places),
        doubted=status.doubted,
        unlabelled=status.unlabelled,
    )  # fmt: skip


def names(context: bpy.types.Context, cloud: bpy.types.Object) -> tuple[str, ...]:
    """Names that a new category may take: the values of the column that colours the cloud, and what other clouds use."""
    look = cloud.latent.look
    found = [name for name in look.column_names.split("\n") if name]
    for other in context.scene.objects:
        if other.latent.is_cloud and other != cloud:
            found += [c.name for c in other.latent.categories]
    return tuple(dict.fromkeys(found))


def wrist(context: bpy.types.Context) -> list[tuple[str, tuple[float, float, float] | None]]:
    """The lines of the wrist: words, and a swatch where they are a category's."""
    status, cloud = context.window_manager.latent_status, active_cloud(context)
    if cloud is None:
        return []
    doing = words.label(DOING.get(status.state, "no trainer"))
    lines: list[tuple[str, tuple[float, float, float] | None]] = []
    lines.append((words.label("Epoch {epoch:,.1f}, {doing}", epoch=status.epoch, doing=doing), None))
    agree = 1 - status.doubted / status.labelled if status.labelled else 0.0
    labelled = "{count:,} labels, {agree:.0%} agree" if status.labelled else "{count:,} labels"
    lines.append((words.label(labelled, count=status.labelled, agree=agree), None))
    chosen = "{count:,} selected, {places} suggestions"
    lines.append((words.label(chosen, count=status.selected, places=len(status.places)), None))
    if status.problem or status.state == "FAILED":
        lines.append((status.problem or status.line, None))
    eyes, points = viewport.eyes(), len(cloud.data.vertices)
    drawn = eyes.rows(cloud.session_uid, points) if eyes is not None else None
    if drawn is not None:
        lines.append((words.label("{drawn:,} of {points:,} points are drawn", drawn=len(drawn), points=points), None))
    most = sorted(cloud.latent.categories, key=lambda c: -c.count)[:6]
    lines += [(f"{c.name}  {c.count:,}", tuple(c.colour)) for c in cloud.latent.categories if c in most]
    return lines
