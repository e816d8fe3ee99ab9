"""The card of a sample, drawn over a viewport beside its point: picture, words, cells; always inside."""

from __future__ import annotations

from dataclasses import dataclass, replace

import bpy

from ..properties import words
from ..scene import materials
from ..scene.sheets import Box, Sheet, placed
from .hovering import Card, Line
from .pictures import Own

WIDE, TALL, PICTURE = 300.0, 260.0, 112.0
"""Pixels at a resolution scale of 1."""
GAP = 14.0
MOST_LINES = 8


@dataclass(frozen=True)
class Laid:
    """A card's sizes, pixels, and what it shows.

    found: the picture's image, side: its side; lines: the words, broken; across: without the edge; head: how high the part with the
    picture is; below: how many lines are under it. own: the sample's own picture, its width and height, above all lines.
    """

    card: Card
    found: tuple[bpy.types.Image, materials.AtlasImage] | None
    lines: list[str]
    pad: float
    across: float
    side: float
    head: float
    below: int
    height: float
    own: tuple[Own, float, float] | None = None

    @property
    def width(self) -> float:
        """Pixels across, with the edge."""
        return self.across + 2 * self.pad


def laid_out(
    sheet: Sheet, card: Card, cloud: bpy.types.Object, width: float, height: float, most: int = MOST_LINES, own: Own | None = None
) -> Laid | None:
    """How a card is drawn in so many pixels, its words in `most` lines at most; None where it has no room.

    own: the sample's picture in full, which takes the place of its tile where there is room for it.
    """
    pad = 8 * sheet.scale
    found = materials.atlas_of(cloud) if card.tile >= 0 else None
    across = min(WIDE * sheet.scale, width - 2 * pad)
    lines = sheet.wrapped(card.words, across, most)
    below = len(lines) + len(card.cells) + bool(card.more) + bool(card.hint)
    beside, titled = len(card.beside) * sheet.line, sheet.line if card.title else 0.0
    rest = titled + below * sheet.line + 2 * pad + (0.4 * sheet.line if below else 0.0)
    if across < 120 * sheet.scale:
        return None
    pictured = size_of(own, sheet, across, height - rest - beside - pad) if own is not None else None
    if own is not None and pictured is not None:
        head = pictured[1] + pad + beside
        return Laid(card, None, lines, pad, across, 0.0, head, below, rest + head, (own, *pictured))
    side = min(PICTURE * sheet.scale, 0.5 * across) if found else 0.0
    head = max(side, beside)
    if rest + head > height:
        return None
    return Laid(card, found, lines, pad, across, side, head, below, rest + head)


def size_of(own: Own, sheet: Sheet, across: float, left: float) -> tuple[float, float] | None:
    """(width, height) in pixels of a picture in a card; left: the height there is room for. None where it would be smaller than a

    tile. A small picture is made as large as a tile, none is made larger than that.
    """
    longest, tile = max(own.width, own.height), PICTURE * sheet.scale
    by = min(across / own.width, min(TALL * sheet.scale, left) / own.height, max(1.0, tile / longest))
    return (own.width * by, own.height * by) if by * longest >= tile - 1 else None


def abridged(sheet: Sheet, card: Card, cloud: bpy.types.Object, width: float, height: float) -> Laid | None:
    """laid_out(), with as many words and cells as there is room for; None where not even its head has room."""
    for most in range(MOST_LINES, -1, -1):
        kept = replace(card, cells=card.cells[:most], more=card.more + len(card.cells[most:]))
        laid = laid_out(sheet, kept, cloud, width, height, most)
        if laid is not None:
            return laid
    return None


def draw(
    sheet: Sheet, card: Card, cloud: bpy.types.Object, place: tuple[float, float], inside: Box, own: Own | None = None
) -> Box | None:
    """Draw a card beside `place`, pixels. Returns where, or None where there is no room for it."""
    laid = laid_out(sheet, card, cloud, inside.width - 2, inside.height - 2, own=own)
    if laid is None:
        return None
    box = placed(laid.width, laid.height, *place, GAP * sheet.scale, inset(inside, 1))
    draw_at(sheet, laid, box)
    return box


def draw_at(sheet: Sheet, laid: Laid, box: Box) -> None:
    """Draw a card where it was put; box: as large as it was laid out."""
    card, across, pad, side, head = laid.card, laid.across, laid.pad, laid.side, laid.head
    sheet.panel(box)
    left, right, y = box.left + pad, box.right - pad, box.top - pad
    if card.title:
        sheet.text(left, y - sheet.letter, sheet.fitted(card.title, across))
        y -= sheet.line
    if laid.found is not None:
        image, atlas = laid.found
        sheet.picture(Box(left, y - side, left + side, y), image, tile_part(atlas, card.tile))
    line_y = y - sheet.letter
    if laid.own is not None:
        own, wide, high = laid.own
        sheet.texture(Box(left, y - high, left + wide, y), own.texture)
        line_y -= high + pad
    beside = left + side + (pad if laid.found else 0)
    for line in card.beside:
        draw_line(sheet, line, beside, right, line_y)
        line_y -= sheet.line
    y -= head + (0.4 * sheet.line if laid.below else 0.0) + sheet.letter
    for text in laid.lines:
        sheet.text(left, y, text)
        y -= sheet.line
    for name, value in card.cells:
        shown = sheet.fitted(value, 0.55 * across)
        sheet.text(right - sheet.width(shown), y, shown)
        sheet.text(left, y, sheet.fitted(name, across - sheet.width(shown) - pad), sheet.pale)
        y -= sheet.line
    if card.more:
        sheet.text(left, y, words.label("and {more} more columns", more=card.more), sheet.pale)
        y -= sheet.line
    if card.hint:
        sheet.text(left, y, card.hint, sheet.pale)


def draw_line(sheet: Sheet, line: Line, left: float, right: float, y: float) -> None:
    """One line: a swatch, words, a value at the end."""
    if line.colour is not None:
        size = 0.8 * sheet.letter
        sheet.rectangle(Box(left, y - 0.05 * sheet.letter, left + size, y + 0.75 * sheet.letter), (*line.colour, 1.0))
        left += size + 0.5 * sheet.letter
    end = right
    if line.value:
        end -= sheet.width(line.value) + 0.5 * sheet.letter
        sheet.text(right - sheet.width(line.value), y, line.value, sheet.pale)
    sheet.text(left, y, sheet.fitted(line.text, end - left), sheet.pale if line.pale else None)


def tile_part(atlas: materials.AtlasImage, tile: int) -> Box:
    """The part of the atlas that holds a tile, 0..1 from its lower left corner."""
    row, column = divmod(tile, atlas.columns)
    step = atlas.tile_px + 2 * atlas.gutter
    wide, high = atlas.columns * step, atlas.rows * step
    left, top = column * step + atlas.gutter, row * step + atlas.gutter
    return Box(left / wide, 1 - (top + atlas.tile_px) / high, (left + atlas.tile_px) / wide, 1 - top / high)


def inset(box: Box, by: float) -> Box:
    """A box smaller by so many pixels on each side."""
    return Box(box.left + by, box.bottom + by, box.right - by, box.top - by)
