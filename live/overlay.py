"""What is drawn flat over the viewports: the legend of the active cloud, and the card of the sample that is looked at.

A gizmo that shows nothing hears where the mouse is: no modal operator runs for it, so autosave and other tools go on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt
from bpy_extras.view3d_utils import location_3d_to_region_2d
from mathutils import Vector

from ..core import palette
from ..core.errors import LatentError
from ..properties import active_cloud, words
from ..scene import legends, materials, nodes, viewport
from ..scene.legends import Legend
from ..scene.sheets import Box, Sheet, free
from . import card_drawing, hiding, hovering, labels, media, pictures, session
from .hovering import Looking

MARGIN, WIDEST = 10.0, 240.0
"""Pixels at a resolution scale of 1."""


@dataclass
class KeptLegend:
    """A legend and what it was made of. key: what was chosen and how categories are called; changes: of the cloud (viewport.py),

    when it was compared last; arrays: what it counts.
    """

    key: tuple[Any, ...]
    changes: int
    arrays: tuple[npt.NDArray[Any], ...]
    legend: Legend


@dataclass
class Registered:
    """What enabling added, and what was made for the last drawing."""

    handle: Any
    legend: KeptLegend | None = None
    looking: Looking = field(default_factory=Looking)
    card: Box | None = None


_registered: Registered | None = None


def draw() -> None:
    """Draw into the viewport that Blender is drawing."""
    state, context = _registered, bpy.context
    space = context.space_data
    if state is None or space is None or not space.overlay.show_overlays:
        return
    cloud = active_cloud(context)
    if cloud is None:  # what was kept of the last one was as large as it
        state.legend, state.looking.positions, state.looking.near, state.looking.own = None, None, None, None
        return
    if cloud.mode != "OBJECT" or not cloud.visible_get():
        return
    sheet = Sheet(context)
    inside = free(context.area, context.region)
    if cloud.latent.look.legend:
        draw_legend(sheet, legend_of(state, cloud), inside, cloud.latent.look.category_shapes)
    draw_card(state, sheet, cloud, inside)


def draw_card(state: Registered, sheet: Sheet, cloud: bpy.types.Object, inside: Box) -> None:
    """Draw the card of the sample that is looked at, unless a hand draws."""
    looking, context, trainer = state.looking, bpy.context, session.running()
    row = hovering.row_of(looking, cloud) if looking.pinned or cloud.latent.look.hover else -1
    if row < 0 or looking.region not in (0, context.region.as_pointer()) or (trainer is not None and trainer.holds):
        return
    if hovering.value(cloud.data, hiding.HIDDEN, row):
        return
    where = hovering.place_of(cloud, row, context)
    place = location_3d_to_region_2d(context.region, context.region_data, cloud.matrix_world @ Vector(where))
    if place is not None and inside.left <= place.x <= inside.right and inside.bottom <= place.y <= inside.top:
        card = hovering.card_of(looking, cloud, row)
        state.card = card_drawing.draw(sheet, card, cloud, (place.x, place.y), inside, own_picture(state, sheet, cloud))


def own_picture(state: Registered, sheet: Sheet, cloud: bpy.types.Object) -> pictures.Own | None:
    """The picture of the sample that is looked at, where its file holds more than the tile that the cloud shows."""
    looking, atlas = state.looking, materials.atlas_of(cloud)
    pixels = pictures.of_sample(session.running(), cloud, looking.sample, round(card_drawing.WIDE * sheet.scale))
    if pixels is None or (atlas is not None and max(pixels.shape) <= atlas[1].tile_px):
        return None
    looking.own = pictures.on_card(pixels, looking.own)
    return looking.own


def look_under_mouse(context: bpy.types.Context, x: float, y: float) -> None:
    """The mouse is at x, y of the context's region: look at the point under it, and play it if that is wanted."""
    state, cloud = _registered, active_cloud(context)
    if state is None or cloud is None or cloud.mode != "OBJECT" or not cloud.visible_get():
        return
    if hovering.look_under(state.looking, cloud, context, x, y):
        tag_viewports(context)
        if cloud.latent.look.play_on_hover and cloud.latent.dataset_kind == "sound" and state.looking.row >= 0:
            try:
                play(cloud)
            except LatentError as error:
                context.window_manager.latent_status.problem = words.error(error)


def look_at(cloud: bpy.types.Object, row: int, context: bpy.types.Context) -> None:
    """Show the card of a point in every viewport; -1 puts it away."""
    if _registered is not None:
        hovering.look_at(_registered.looking, cloud, row)
        tag_viewports(context)


def looked_at(cloud: bpy.types.Object) -> int:
    """The point whose card is shown, -1 for none."""
    return hovering.row_of(_registered.looking, cloud) if _registered is not None else -1


def play(cloud: bpy.types.Object, heard: media.Heard | None = None) -> media.SampleMedia:
    """Play the sound of the sample that is looked at; the one before stops. Raises LatentError.

    heard: from where, in VR.
    """
    looking = _registered.looking if _registered is not None else Looking()
    if looking.playing is not None:
        looking.playing.stop()
    found = media.media_of(cloud, looking.sample)
    looking.playing = media.play(found, heard)
    return found


def tag_viewports(context: bpy.types.Context) -> None:
    """Draw every 3D viewport again."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


def legend_of(state: Registered, cloud: bpy.types.Object) -> Legend:
    """The cloud's legend, kept while what it shows is the same: a cloud that only moves has the same one."""
    look, kept = cloud.latent.look, state.legend
    choice, title, categories = nodes.get_input(cloud, "Colour By"), title_of(look), labels.listed(cloud)
    key = (cloud.session_uid, choice, title, look.colour_by, look.column_names, look.low, look.high, *categories)
    changes = viewport.changes(cloud)
    if kept is not None and kept.key == key:
        if kept.changes == changes:
            return kept.legend
        arrays = legends.shown(cloud, choice, look)
        if all(np.array_equal(now, then) for now, then in zip(arrays, kept.arrays, strict=True)):
            kept.changes = changes
            return kept.legend
    else:
        arrays = legends.shown(cloud, choice, look)
    state.legend = KeptLegend(key, changes, arrays, legends.of(cloud, choice, title, categories, look))
    return state.legend.legend


def title_of(look: Any) -> str:
    """What the colours show, as the panel calls it."""
    if look.colour_by == "COLUMN":
        return str(look.column_held or look.column or words.label("Column"))
    return words.label(str(look.bl_rna.properties["colour_by"].enum_items[look.colour_by].name))


def draw_legend(sheet: Sheet, legend: Legend, inside: Box, shapes: bool) -> Box | None:
    """Draw a legend in the lower left corner, as many rows as there is place for. Returns where, None without place.

    shapes: a category's shape instead of a square.
    """
    pad, gap = 8 * sheet.scale, 6 * sheet.scale
    margin = MARGIN * sheet.scale
    fits = int((inside.height - 2 * margin - 2 * pad) / sheet.line) - 1 - (2 if legend.scale else 0)
    rows, more = legend.rows, legend.more
    if len(rows) + bool(more) > fits:
        more += len(rows) - max(0, fits - 1)
        rows = rows[: max(0, fits - 1)]
    widest = min(WIDEST * sheet.scale, inside.width - 2 * margin - 2 * pad)
    if fits < 1 or widest < 80 * sheet.scale:
        return None
    swatch = 0.8 * sheet.letter
    across = max([sheet.width(legend.title), *(swatch + 3 * gap + sheet.width(row.name + row.count) for row in rows)])
    across = min(widest, max(across, 130 * sheet.scale if legend.scale else 0))
    lines = 1 + len(rows) + bool(more) + (2 if legend.scale else 0)
    box = Box(
        inside.left + margin,
        inside.bottom + margin,
        inside.left + margin + across + 2 * pad,
        inside.bottom + margin + lines * sheet.line + 2 * pad,
    )
    sheet.panel(box)
    left, right, y = box.left + pad, box.right - pad, box.top - pad - sheet.letter
    sheet.text(left, y, sheet.fitted(legend.title, across))
    y -= sheet.line
    if legend.scale:
        sheet.bar(Box(left, y - 0.2 * sheet.letter, right, y + 0.8 * sheet.letter), palette.MAP)
        y -= sheet.line
        sheet.text(left, y, legend.scale[0], sheet.pale)
        sheet.text(right - sheet.width(legend.scale[1]), y, legend.scale[1], sheet.pale)
        y -= sheet.line
    for row in rows:
        if shapes and row.glyph:
            sheet.text(left, y, row.glyph, (*row.colour, 1.0))
        else:
            sheet.rectangle(Box(left, y - 0.05 * sheet.letter, left + swatch, y + 0.75 * sheet.letter), (*row.colour, 1.0))
        count = sheet.width(row.count)
        sheet.text(right - count, y, row.count, sheet.pale)
        sheet.text(left + swatch + gap, y, sheet.fitted(row.name, across - swatch - 2 * gap - count))
        y -= sheet.line
    if more:
        sheet.text(left, y, words.label("and {more:,} more", more=more), sheet.pale)
    return box


def register() -> None:
    """Draw from now on. Without a window there is nothing to draw into."""
    global _registered
    if bpy.app.background:
        return
    _registered = Registered(bpy.types.SpaceView3D.draw_handler_add(draw, (), "WINDOW", "POST_PIXEL"))


def unregister() -> None:
    """Stop drawing."""
    global _registered
    state, _registered = _registered, None
    if bpy.app.timers.is_registered(hovering.look_again):
        bpy.app.timers.unregister(hovering.look_again)
    if state is not None:
        bpy.types.SpaceView3D.draw_handler_remove(state.handle, "WINDOW")
