"""The sample that is looked at: found under the mouse or gone to, remembered by its number, and what is said of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np

from ..core.arrays import Float32Array
from ..core.errors import LatentError
from ..core.picking import closest, point_under
from ..properties import words
from ..scene import ahead, playback, viewport
from ..scene import cloud as cloud_data
from ..training import protocol, run_view
from . import facts, paths, seen, session

REACH = 8.0
"""Pixels at a resolution scale of 1 beside a point at which it still counts as meant."""
MOST_CELLS = 8


@dataclass
class Near:
    """The lines about the nearest label, for which point (key), when they were found and at what cost, seconds (time.monotonic).

    changes: of the cloud, when it was asked (viewport.py).
    """

    key: tuple[Any, ...]
    changes: int
    lines: list[Line]
    found: float
    cost: float

    def due(self, now: float) -> float:
        """In how many seconds it may be found anew: a search takes a tenth of the time, however large the cloud."""
        return self.found + 10 * self.cost - now


@dataclass
class Looking:
    """cloud: the object's name; sample: the run's number, row: its point, -1 for nothing. pinned: gone to, so that it stays until

    another is met. region: where the mouse found it, 0 for every viewport. own: its picture on the graphics card (pictures.py).
    """

    cloud: str = ""
    sample: int = -1
    row: int = -1
    pinned: bool = False
    region: int = 0
    positions: tuple[tuple[int, int], Float32Array] | None = None
    near: Near | None = None
    own: Any = None
    rows: dict[tuple[str, int], run_view.SampleRow | None] = field(default_factory=dict)
    playing: Any = None


@dataclass(frozen=True)
class Line:
    """A line of the card: words, a value at its right end, a swatch (sRGB) before it."""

    text: str
    value: str = ""
    colour: tuple[float, float, float] | None = None
    pale: bool = False


@dataclass(frozen=True)
class Card:
    """What is said of a sample. beside: lines next to its picture; words: its text; cells: column and value."""

    title: str
    tile: int
    beside: list[Line]
    words: str
    cells: list[tuple[str, str]]
    more: int
    hint: str


def look_under(looking: Looking, cloud: bpy.types.Object, context: bpy.types.Context, x: float, y: float) -> bool:
    """Look at the point under the mouse, pixels of the context's region. Returns whether that is another than before."""
    view = seen.region_view(cloud, context.region, context.region_data)
    reach = REACH * context.preferences.system.ui_scale
    row = point_under(positions_of(looking, cloud, context), view, x, y, reach)
    if row < 0 and (looking.pinned or looking.row < 0):
        return False
    region = context.region.as_pointer()
    if (cloud.name, row, region) == (looking.cloud, looking.row, looking.region):
        return False
    look_at(looking, cloud, row)
    looking.pinned, looking.region = False, region
    return True


def look_at(looking: Looking, cloud: bpy.types.Object, row: int) -> None:
    """Look at a point in every viewport; -1 at none."""
    looking.cloud, looking.row, looking.region, looking.pinned = cloud.name, row, 0, row >= 0
    looking.sample = int(cloud.data.attributes["sample"].data[row].value) if row >= 0 else -1


def positions_of(looking: Looking, cloud: bpy.types.Object, context: bpy.types.Context) -> Float32Array:
    """(P, 3) float32: where the points are drawn, NaN for hidden ones; read anew when they changed."""
    key = (cloud.session_uid, viewport.changes(cloud))
    if bpy.app.background or looking.positions is None or looking.positions[0] != key:
        looking.positions = (key, seen.positions(cloud, context))
    return looking.positions[1]


def place_of(cloud: bpy.types.Object, row: int, context: bpy.types.Context) -> tuple[float, float, float]:
    """Where one point is drawn now, without reading the others."""
    if playback.is_history(cloud):
        return playback.place_shown(cloud, row, context.evaluated_depsgraph_get())
    return ahead.place(cloud, row)


def row_of(looking: Looking, cloud: bpy.types.Object) -> int:
    """The point of the sample that is looked at, found anew where points were deleted; -1 if there is none."""
    samples = cloud.data.attributes.get("sample")
    if looking.row < 0 or looking.cloud != cloud.name or samples is None:
        return -1
    if looking.row < len(samples.data) and samples.data[looking.row].value == looking.sample:
        return looking.row
    found = np.flatnonzero(cloud_data.read_ints(cloud.data, "sample") == looking.sample)
    looking.row = int(found[0]) if len(found) else -1
    return looking.row


def card_of(looking: Looking, cloud: bpy.types.Object, row: int) -> Card:
    """What is known of a point: its name, label and prediction, the nearest label, its words and cells."""
    trainer, told = session.running(), None
    if trainer is not None and trainer.ready and trainer.run_id == cloud.latent.run_id:
        told = facts.of_sample(trainer, looking.sample)
    return card_anew(looking, cloud, row, told, (trainer.columns if trainer is not None else None) or [])


def card_anew(
    looking: Looking, cloud: bpy.types.Object, row: int, told: protocol.SampleFacts | None, columns: list[str]
) -> Card:
    """The same, asked of the mesh and the run: of one point alone, so that it costs the same in a cloud of any size."""
    mesh, settings = cloud.data, cloud.latent
    known = run_row(looking, cloud, looking.sample)
    names = {c.category_id: c for c in settings.categories}
    beside = []
    if known is not None and known.id != known.name:
        beside.append(Line(known.id, pale=True))
    label, guess = value(mesh, "category", row), value(mesh, "prediction", row)
    if label in names:
        beside.append(Line(names[label].name, words.label("label"), tuple(names[label].colour)))
    else:
        beside.append(Line(words.label("No label"), pale=True))
    if guess in names and guess != label:
        sure = words.label("guess, {share:.0%}", share=value(mesh, "confidence", row))
        beside.append(Line(names[guess].name, sure, tuple(names[guess].colour)))
    doubt = value(mesh, "doubted", row)
    if doubt in names and label and doubt != label:
        beside.append(Line(words.label("Doubted: {name}?", name=names[doubt].name), "", tuple(names[doubt].colour)))
    if not label and value(mesh, "novelty", row) > 0:
        beside.append(Line(words.label("Novelty"), f"{value(mesh, 'novelty', row):.0%}", pale=True))
    beside += nearest_label(looking, cloud, row)
    text = told.text if told is not None else ""
    cells = [(name, cell) for name, cell in zip(columns, told.cells if told else [], strict=False) if cell]
    title = known.name if known is not None else words.label("Sample {number}", number=looking.sample)
    if text.startswith(title):
        title = ""  # a text is called by its beginning
    hint = words.label("P plays it") if settings.dataset_kind == "sound" else ""
    tile = int(value(mesh, "tile", row)) if "tile" in mesh.attributes else -1
    return Card(title, tile, beside, text, cells[:MOST_CELLS], max(0, len(cells) - MOST_CELLS), hint)


def nearest_label(looking: Looking, cloud: bpy.types.Object, row: int) -> list[Line]:
    """The labelled point that lies nearest in the room, and how far: looked for anew where the cloud changed, but in a large one

    that moves not at each snapshot, which would take longer than the rest of the drawing. What was left out is looked for soon.
    """
    key, changes, now = (cloud.session_uid, row, looking.sample), viewport.changes(cloud), time.monotonic()
    near = looking.near
    if near is not None and near.key == key and not bpy.app.background and (near.changes == changes or near.due(now) > 0):
        late = near.changes != changes and viewport.eyes() is None  # a headset draws again anyway
        if late and not bpy.app.timers.is_registered(look_again):
            bpy.app.timers.register(look_again, first_interval=near.due(now) + 0.01)
        return near.lines
    begun = time.thread_time()
    lines = nearest_labelled(looking, cloud, row)
    looking.near = Near(key, changes, lines, now, time.thread_time() - begun)
    return lines


def look_again() -> None:
    """Draw the viewports once more: the card shows a nearest label of a moment ago."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


def nearest_labelled(looking: Looking, cloud: bpy.types.Object, row: int) -> list[Line]:
    """The same, now."""
    names = {c.category_id: c for c in cloud.latent.categories}
    positions = positions_of(looking, cloud, bpy.context)
    near, apart = closest(positions, row, cloud_data.read_ints(cloud.data, "category") > 0)
    if near < 0:
        return []
    given = int(value(cloud.data, "category", near))
    sample = int(cloud.data.attributes["sample"].data[near].value)
    known = run_row(looking, cloud, sample)
    label = names.get(given)
    return [
        Line(words.label("Nearest label"), words.label("{apart:.2g} away", apart=apart), pale=True),
        Line(label.name if label else "", known.name if known else str(sample), tuple(label.colour) if label else None),
    ]


def value(mesh: bpy.types.Mesh, name: str, row: int) -> Any:
    """One point's value of an attribute, 0 where it is missing."""
    attribute = mesh.attributes.get(name)
    return attribute.data[row].value if attribute is not None else 0


def run_row(looking: Looking, cloud: bpy.types.Object, sample: int) -> run_view.SampleRow | None:
    """A sample's name, id and file, read once; None where the run is not there."""
    key = (cloud.latent.run_id, sample)
    if key not in looking.rows:
        if len(looking.rows) > facts.KEPT:
            looking.rows.clear()
        try:
            looking.rows[key] = run_view.sample_row(paths.run_of(cloud), sample)
        except LatentError:
            looking.rows[key] = None  # a card without a name still says what the mesh knows
    return looking.rows[key]
