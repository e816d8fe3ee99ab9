"""What stands on each page of the palette in the hand, from plain values. Pure: the layout is in hand_menu.py.

A button's key is an act and what it acts on, as "assign 3": xr/palette_acts.py does them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import glyphs, hand_menu
from .hand_menu import ROWS, Item, Menu
from .palette import Colour

TABS = (("labels", "Labels"), ("tools", "Tools"), ("train", "Train"), ("time", "Time"), ("places", "Go"))
TOOLS = (("LOOP", "Loop"), ("BRUSH", "Brush"), ("TOUCH", "Touch"))
DEPTHS = (("ALL", "All"), ("SEEN", "Seen"), ("RANGE", "Range"))
LAYERS = (("z", "Room"), ("p", "p"), ("h", "h"))
SPEEDS = ((2.0, "2 a Second"), (10.0, "10"), (0.0, "Full"))
"""Steps a second, 0 for as fast as the machine goes."""


@dataclass(frozen=True)
class Named:
    """A category: its number, name, colour (sRGB), points, and how it is shown; offered: predictions that can be accepted."""

    number: int
    name: str
    colour: Colour
    count: int = 0
    hidden: bool = False
    solo: bool = False
    locked: bool = False
    offered: int = 0


@dataclass(frozen=True)
class Place:
    """A suggestion: what kind of place, and why one should look there."""

    kind: str
    sentence: str


@dataclass(frozen=True)
class Shown:
    """All that the palette tells.

    page: one of TABS, "new", "category" or "merge"; first: which row of a long list is shown first; category: whose page it is;
    sure: the key that asks to be pressed once more; said: the last sentence.
    """

    page: str = "labels"
    first: int = 0
    category: int = 0
    sure: str = ""
    said: str = ""
    categories: tuple[Named, ...] = field(default_factory=tuple)
    names: tuple[str, ...] = field(default_factory=tuple)
    selected: int = 0
    last: int = 0
    tool: str = "LOOP"
    depth: str = "ALL"
    freeze: bool = True
    haptics: bool = True
    training: bool = False
    step: int = 0
    epoch: float = 0.0
    pace: float = 0.0
    layer: str = "z"
    arrows: bool = False
    history: bool = False
    playing: bool = False
    record: float = 0.0
    records: int = 0
    places: tuple[Place, ...] = field(default_factory=tuple)
    doubted: int = 0
    unlabelled: int = 0


def menu(shown: Shown) -> Menu:
    """The palette for what is to be told."""
    page = {
        "labels": labels, "new": new, "category": category, "merge": merge,
        "tools": tools, "train": train, "time": time, "places": places,
    }.get(shown.page, labels)  # fmt: skip
    parent = "labels" if shown.page in ("new", "category", "merge") else shown.page
    tabs = [Item(f"page {key}", text, on=key == parent, share=0.6 if key == "places" else 1.0) for key, text in TABS]
    return hand_menu.laid_out(tabs, shown.said or selection(shown), page(shown))


def selection(shown: Shown) -> str:
    """How many points are selected, in a sentence."""
    return f"{shown.selected:,} points selected" if shown.selected else "Nothing is selected"


def part(count: int, first: int, rows: int) -> tuple[int, int]:
    """Which of `count` things a list of `rows` rows shows from `first` on: the first and the one after the last."""
    begin = max(0, min(first, count - 1)) // rows * rows if count else 0
    return begin, min(count, begin + rows)


def turning(count: int, first: int, rows: int) -> list[Item]:
    """The buttons that turn a long list over; none where all of it fits."""
    if count <= rows:
        return []
    begin, end = part(count, first, rows)
    return [
        Item(f"first {begin - rows if begin else (count - 1) // rows * rows}", "Before"),
        Item("", f"{begin + 1} to {end} of {count}"),
        Item(f"first {end if end < count else 0}", "After"),
    ]


def labels(shown: Shown) -> list[list[Item]]:
    """The categories with their counts, and what else a selection can become."""
    fits = ROWS - 2 if len(shown.categories) <= ROWS - 2 else ROWS - 3
    begin, end = part(len(shown.categories), shown.first, fits)
    rows = []
    for named in shown.categories[begin:end]:
        state = "hidden " if named.hidden else "alone " if named.solo else ""
        count = f"{state}{'locked ' if named.locked else ''}{named.count:,}"
        glyph = glyphs.glyph_of(named.number)
        give = Item(
            f"assign {named.number}", named.name, count, named.colour, glyph, named.number == shown.last, share=5.6
        )
        rows.append([give, Item(f"category {named.number}", "…")])
    rows += [[] for _ in range(fits - len(rows))]
    turn = turning(len(shown.categories), shown.first, fits)
    if turn:
        rows.append(turn)
    rows.append([Item("page new", "New Category"), Item("unlabel", "Unlabel")])
    rows.append([Item("clear", "Select None"), Item("undo", "Undo")])
    return rows


def numbered(categories: Sequence[Named]) -> str:
    """The name that a new category gets until somebody types one: one more than the highest number in use."""
    found = [re.fullmatch(r"Category (\d+)", named.name) for named in categories]
    return f"Category {max([len(categories), *(int(match[1]) for match in found if match)]) + 1}"


def new(shown: Shown) -> list[list[Item]]:
    """A numbered name, to be typed anew at the desk, and names that are known from elsewhere."""
    taken = {named.name for named in shown.categories}
    names = [numbered(shown.categories), *(name for name in shown.names if name not in taken)]
    fits = ROWS - 2
    begin, end = part(len(names), shown.first, fits)
    rows = [[Item(f"name {name}", name)] for name in names[begin:end]]
    rows += [[] for _ in range(fits - len(rows))]
    rows.append(turning(len(names), shown.first, fits))
    rows.append([Item("back labels", "Back")])
    return rows


def category(shown: Shown) -> list[list[Item]]:
    """What can be done with one category."""
    named = next((c for c in shown.categories if c.number == shown.category), None)
    if named is None:
        return [[Item("back labels", "Back")]]
    offered = f"{named.offered:,}" if named.offered else "none"
    delete = f"delete {named.number}"
    sure = shown.sure == delete
    return [
        [Item("", named.name, f"{named.count:,}", named.colour, glyphs.glyph_of(named.number))],
        [Item(f"hide {named.number}", "Hidden", on=named.hidden), Item(f"solo {named.number}", "Alone", on=named.solo)],
        [Item(f"lock {named.number}", "Locked", on=named.locked), Item(f"select {named.number}", "Select All")],
        [Item(f"accept {named.number}", "Accept Predictions", offered)],
        [Item("page merge", "Merge Into …")],
        [Item(delete, f"Delete {named.count:,} Labels?" if sure else "Delete", warns=sure)],
        [],
        [],
        [Item("back labels", "Back")],
    ]


def merge(shown: Shown) -> list[list[Item]]:
    """Which category another becomes a part of."""
    others = [named for named in shown.categories if named.number != shown.category]
    fits = ROWS - 2
    begin, end = part(len(others), shown.first, fits)
    rows = []
    for named in others[begin:end]:
        key = f"merge {named.number}"
        sure = shown.sure == key
        text = f"Into {named.name}? Press Again" if sure else named.name
        rows.append([Item(key, text, "" if sure else f"{named.count:,}", named.colour, warns=sure)])
    rows += [[] for _ in range(fits - len(rows))]
    rows.append(turning(len(others), shown.first, fits))
    rows.append([Item(f"category {shown.category}", "Back")])
    return rows


def tools(shown: Shown) -> list[list[Item]]:
    """What the trigger does."""
    return [
        [Item("", "The trigger draws")],
        [Item(f"tool {key}", text, on=key == shown.tool) for key, text in TOOLS],
        [Item("", "How deep a loop reaches")],
        [Item(f"depth {key}", text, on=key == shown.depth) for key, text in DEPTHS],
        [],
        [Item("freeze", "Freeze While Drawing", "on" if shown.freeze else "off", on=shown.freeze)],
        [Item("haptics", "Haptics", "on" if shown.haptics else "off", on=shown.haptics)],
    ]


def train(shown: Shown) -> list[list[Item]]:
    """Whether the cloud moves, how fast, and which layer it shows."""
    return [
        [Item("", f"Epoch {shown.epoch:,.1f}", f"step {shown.step:,}")],
        [Item("train", "Train", on=shown.training), Item("pause", "Pause", on=not shown.training)],
        [Item("", "Steps a second")],
        [Item(f"pace {pace:g}", text, on=pace == shown.pace) for pace, text in SPEEDS],
        [Item("", "The cloud shows")],
        [Item(f"layer {key}", text, on=key == shown.layer) for key, text in LAYERS],
        [Item("arrows", "Forces as Arrows", "on" if shown.arrows else "off", on=shown.arrows)],
        [Item("measure", "Measure Forces")],
    ]


def time(shown: Shown) -> list[list[Item]]:
    """The recorded epochs: whether they are shown, which one, and what plays them."""
    place = f"Epoch {shown.record:,.1f} of {max(0, shown.records - 1):,}" if shown.history else "The present"
    return [
        [Item("", place)],
        [Item("history", "Recorded Epochs" if not shown.history else "Back to Now", on=shown.history)],
        [Item("play", "Stop" if shown.playing else "Play", on=shown.playing)],
        [Item("scrub -10", "− 10"), Item("scrub -1", "− 1"), Item("scrub 1", "+ 1"), Item("scrub 10", "+ 10")],
        [],
        [Item("", "Push the stick sideways to scrub")],
    ]


def places(shown: Shown) -> list[list[Item]]:
    """Where to go: what the model suggests, what it doubts, what nobody named."""
    fits = ROWS - 3
    rows = [[Item(f"go {number}", f"{number + 1}  {place.sentence}")] for number, place in enumerate(shown.places[:fits])]
    if not rows:
        rows.append([Item("", "Suggestions come while it trains")])
    rows += [[] for _ in range(fits - len(rows))]
    rows.append([Item("doubt", "Next Disagreement", f"{shown.doubted:,}")])
    rows.append([Item("unnamed", "Next Unnamed Region", f"{shown.unlabelled:,}")])
    rows.append([Item("home", "Back to Where I Stood")])
    return rows
