"""What stands on each page of the palette in the hand, from plain values. Pure: the layout is in hand_menu.py.

A button's key is an act and what it acts on, as "assign 3": xr/acts.py does them. Shown.say puts words into the user's language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from . import glyphs, hand_menu
from .hand_menu import ROWS, Item, Menu
from .palette import Colour

TABS = (("labels", "Labels"), ("tools", "Tools"), ("train", "Train"), ("time", "Time"), ("places", "Go"))
TOOLS = (("LOOP", "Loop"), ("BRUSH", "Brush"), ("TOUCH", "Touch"))
DEPTHS = (("ALL", "All"), ("SEEN", "Seen"), ("RANGE", "Range"))
LAYERS = (("z", "Room"), ("p", "p"), ("h", "h"))
HIDDEN, ALONE, LOCKED = "hidden", "alone", "locked"
SWITCH = {False: "off", True: "on"}
DELETES = "Delete {count:,} Labels?"
SPEEDS = ((2.0, "2 a Second"), (10.0, "10"), (0.0, "Full"))
"""Steps a second, 0 for as fast as the machine goes."""


Say = Callable[..., str]
"""From a text with {braces}, and what fills them by name, to what is shown."""


def plain(text: str, **values: object) -> str:
    """The words as they are written here."""
    return text.format(**values)


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
    sure: the key that asks to be pressed once more; said: the last sentence; say: puts words into the language of the interface.
    """

    say: Say = plain
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
    tabs = [Item(f"page {key}", shown.say(text), on=key == parent, share=0.6 if key == "places" else 1.0) for key, text in TABS]
    return hand_menu.laid_out(tabs, shown.said or selection(shown), page(shown))


def selection(shown: Shown) -> str:
    """How many points are selected, in a sentence."""
    return shown.say("{count:,} points selected", count=shown.selected) if shown.selected else shown.say("Nothing is selected")


def part(count: int, first: int, rows: int) -> tuple[int, int]:
    """Which of `count` things a list of `rows` rows shows from `first` on: the first and the one after the last."""
    begin = max(0, min(first, count - 1)) // rows * rows if count else 0
    return begin, min(count, begin + rows)


def turning(shown: Shown, count: int, rows: int) -> list[Item]:
    """The buttons that turn a long list over; none where all of it fits."""
    if count <= rows:
        return []
    begin, end = part(count, shown.first, rows)
    return [
        Item(f"first {begin - rows if begin else (count - 1) // rows * rows}", shown.say("Before")),
        Item("", shown.say("{first} to {last} of {count}", first=begin + 1, last=end, count=count)),
        Item(f"first {end if end < count else 0}", shown.say("After")),
    ]


def labels(shown: Shown) -> list[list[Item]]:
    """The categories with their counts, and what else a selection can become."""
    fits = ROWS - 2 if len(shown.categories) <= ROWS - 2 else ROWS - 3
    begin, end = part(len(shown.categories), shown.first, fits)
    rows = []
    for named in shown.categories[begin:end]:
        states = [text for text, on in ((HIDDEN, named.hidden), (ALONE, named.solo), (LOCKED, named.locked)) if on]
        count = " ".join([*map(shown.say, states), f"{named.count:,}"])
        glyph = glyphs.glyph_of(named.number)
        give = Item(
            f"assign {named.number}", named.name, count, named.colour, glyph, named.number == shown.last, share=5.6
        )
        rows.append([give, Item(f"category {named.number}", "…")])
    rows += [[] for _ in range(fits - len(rows))]
    turn = turning(shown, len(shown.categories), fits)
    if turn:
        rows.append(turn)
    rows.append([Item("page new", shown.say("New Category")), Item("unlabel", shown.say("Unlabel"))])
    rows.append([Item("clear", shown.say("Select None")), Item("undo", shown.say("Undo"))])
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
    rows.append(turning(shown, len(names), fits))
    rows.append([Item("back labels", shown.say("Go Back"))])
    return rows


def category(shown: Shown) -> list[list[Item]]:
    """What can be done with one category."""
    named = next((c for c in shown.categories if c.number == shown.category), None)
    if named is None:
        return [[Item("back labels", shown.say("Go Back"))]]
    offered = f"{named.offered:,}" if named.offered else shown.say("none")
    delete = f"delete {named.number}"
    sure = shown.sure == delete
    say = shown.say
    hide = Item(f"hide {named.number}", say("Hidden"), on=named.hidden)
    alone = Item(f"solo {named.number}", say("Alone"), on=named.solo)
    lock = Item(f"lock {named.number}", say("Locked"), on=named.locked)
    whole = Item(f"select {named.number}", say("Select All"))
    return [
        [Item("", named.name, f"{named.count:,}", named.colour, glyphs.glyph_of(named.number))],
        [hide, alone],
        [lock, whole],
        [Item(f"accept {named.number}", shown.say("Accept Predictions"), offered)],
        [Item("page merge", shown.say("Merge Into …"))],
        [Item(delete, shown.say(DELETES, count=named.count) if sure else shown.say("Delete"), warns=sure)],
        [],
        [],
        [Item("back labels", shown.say("Go Back"))],
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
        text = shown.say("Into {name}? Press Again", name=named.name) if sure else named.name
        rows.append([Item(key, text, "" if sure else f"{named.count:,}", named.colour, warns=sure)])
    rows += [[] for _ in range(fits - len(rows))]
    rows.append(turning(shown, len(others), fits))
    rows.append([Item(f"category {shown.category}", shown.say("Go Back"))])
    return rows


def tools(shown: Shown) -> list[list[Item]]:
    """What the trigger does."""
    return [
        [Item("", shown.say("The trigger draws"))],
        [Item(f"tool {key}", shown.say(text), on=key == shown.tool) for key, text in TOOLS],
        [Item("", shown.say("How deep a loop reaches"))],
        [Item(f"depth {key}", shown.say(text), on=key == shown.depth) for key, text in DEPTHS],
        [],
        [Item("freeze", shown.say("Freeze While Drawing"), shown.say(SWITCH[shown.freeze]), on=shown.freeze)],
        [Item("haptics", shown.say("Haptics"), shown.say(SWITCH[shown.haptics]), on=shown.haptics)],
    ]


def train(shown: Shown) -> list[list[Item]]:
    """Whether the cloud moves, how fast, and which layer it shows."""
    return [
        [Item("", shown.say("Epoch {epoch:,.1f}", epoch=shown.epoch), shown.say("step {step:,}", step=shown.step))],
        [Item("train", shown.say("Train"), on=shown.training), Item("pause", shown.say("Pause"), on=not shown.training)],
        [Item("", shown.say("Steps a second"))],
        [Item(f"pace {pace:g}", shown.say(text), on=pace == shown.pace) for pace, text in SPEEDS],
        [Item("", shown.say("The cloud shows"))],
        [Item(f"layer {key}", shown.say(text), on=key == shown.layer) for key, text in LAYERS],
        [Item("arrows", shown.say("Forces as Arrows"), shown.say(SWITCH[shown.arrows]), on=shown.arrows)],
        [Item("measure", shown.say("Measure Forces"))],
    ]


def time(shown: Shown) -> list[list[Item]]:
    """The recorded epochs: whether they are shown, which one, and what plays them."""
    epochs = {"epoch": shown.record, "last": max(0, shown.records - 1)}
    place = shown.say("Epoch {epoch:,.1f} of {last:,}", **epochs) if shown.history else shown.say("The present")
    return [
        [Item("", place)],
        [Item("history", shown.say("Back to Now" if shown.history else "Recorded Epochs"), on=shown.history)],
        [Item("play", shown.say("Stop" if shown.playing else "Play"), on=shown.playing)],
        [Item("scrub -10", "− 10"), Item("scrub -1", "− 1"), Item("scrub 1", "+ 1"), Item("scrub 10", "+ 10")],
        [],
        [Item("", shown.say("Push the stick to and fro to scrub"))],
    ]


def places(shown: Shown) -> list[list[Item]]:
    """Where to go: what the model suggests, what it doubts, what nobody named."""
    fits = ROWS - 3
    rows = [[Item(f"go {number}", f"{number + 1}  {place.sentence}")] for number, place in enumerate(shown.places[:fits])]
    if not rows:
        rows.append([Item("", shown.say("Suggestions come while it trains"))])
    rows += [[] for _ in range(fits - len(rows))]
    rows.append([Item("doubt", shown.say("Next Disagreement"), f"{shown.doubted:,}")])
    rows.append([Item("unnamed", shown.say("Next Unnamed Region"), f"{shown.unlabelled:,}")])
    rows.append([Item("home", shown.say("Back to the Middle"))])
    return rows
