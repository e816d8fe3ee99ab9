"""What is drawn flat over the viewports: the legend of the active cloud, and the card of the sample that is looked at."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import bpy

from ..core import palette
from ..properties import active_cloud
from ..scene import legends, nodes, viewport
from ..scene.legends import Legend
from ..scene.sheets import Box, Sheet, free
from . import labels

KEPT_SECONDS = 1.0
"""A legend is made anew when its cloud changed, and after so long, for a name may have."""
MARGIN, WIDEST = 10.0, 240.0
"""Pixels at a resolution scale of 1."""


@dataclass
class Registered:
    """What enabling added, and what was made for the last drawing."""

    handle: Any
    legend: tuple[tuple[Any, ...], float, Legend] | None = None


_registered: Registered | None = None


def draw() -> None:
    """Draw into the viewport that Blender is drawing."""
    state, context = _registered, bpy.context
    space = context.space_data
    if state is None or space is None or not space.overlay.show_overlays:
        return
    cloud = active_cloud(context)
    if cloud is None or cloud.mode != "OBJECT" or not cloud.visible_get():
        return
    sheet = Sheet(context)
    inside = free(context.area, context.region)
    if cloud.latent.look.legend:
        draw_legend(sheet, legend_of(state, cloud), inside)


def legend_of(state: Registered, cloud: bpy.types.Object) -> Legend:
    """The cloud's legend, kept while nothing changed."""
    look = cloud.latent.look
    choice = nodes.get_input(cloud, "Colour By")
    key = (cloud.session_uid, viewport.changes(cloud), choice, look.colour_by, look.column_held, look.low, look.high)
    now = time.monotonic()
    if state.legend is None or state.legend[0] != key or now - state.legend[1] > KEPT_SECONDS:
        state.legend = (key, now, legends.of(cloud, choice, title_of(look), labels.listed(cloud), look))
    return state.legend[2]


def title_of(look: Any) -> str:
    """What the colours show, as the panel calls it."""
    if look.colour_by == "COLUMN":
        return str(look.column_held or look.column or "Column")
    return str(look.bl_rna.properties["colour_by"].enum_items[look.colour_by].name)


def draw_legend(sheet: Sheet, legend: Legend, inside: Box) -> Box | None:
    """Draw a legend in the lower left corner, as many rows as there is place for. Returns where, None without place."""
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
        sheet.rectangle(Box(left, y - 0.05 * sheet.letter, left + swatch, y + 0.75 * sheet.letter), (*row.colour, 1.0))
        count = sheet.width(row.count)
        sheet.text(right - count, y, row.count, sheet.pale)
        sheet.text(left + swatch + gap, y, sheet.fitted(row.name, across - swatch - 2 * gap - count))
        y -= sheet.line
    if more:
        sheet.text(left, y, f"and {more:,} more", sheet.pale)
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
    if state is not None:
        bpy.types.SpaceView3D.draw_handler_remove(state.handle, "WINDOW")
