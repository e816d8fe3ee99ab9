"""Categories by mouse and keys: named after a loop, numbered, renamed, hidden, shown alone, locked; the selection's strip."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from gestures import circle, draw, take
from scenario import Scenario, Steps

LETTERS = {"o": "O", "n": "N", "e": "E", "t": "T", "w": "W", "h": "H", "r": "R", "x": "X"}


def key(s: Scenario, kind: str, unicode: str = "", at: tuple[int, int] = (300, 300)) -> Steps:
    """A key down and up again over the viewport."""
    region, window = s.view()["region"], s.view()["window"]
    place = {"x": region.x + at[0], "y": region.y + at[1]}
    letter = {"unicode": unicode} if unicode else {}
    window.event_simulate(type=kind, value="PRESS", **place, **letter)
    yield 0.05
    window.event_simulate(type=kind, value="RELEASE", **place)
    yield 0.25


def type_name(s: Scenario, word: str) -> Steps:
    """A name letter by letter, and Enter."""
    for letter in word:
        yield from key(s, LETTERS[letter], letter)
    yield from key(s, "RET")
    yield 0.5


def click(s: Scenario, at: tuple[int, int], **keys: bool) -> Steps:
    """The left button at a pixel of the window."""
    window = s.view()["window"]
    window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=at[0], y=at[1])
    yield 0.4
    if keys.get("ctrl"):  # a button asks the window which keys are held, not the click
        window.event_simulate(type="LEFT_CTRL", value="PRESS", x=at[0], y=at[1], ctrl=True)
    for value in ("PRESS", "RELEASE"):
        window.event_simulate(type="LEFTMOUSE", value=value, x=at[0], y=at[1], **keys)
        yield 0.03
    if keys.get("ctrl"):
        window.event_simulate(type="LEFT_CTRL", value="RELEASE", x=at[0], y=at[1])
    yield 0.6


def swatch(s: Scenario, number: int) -> tuple[int, int]:
    """Where in the window the swatch of a category lies: found by its colour in a picture of the sidebar."""
    s.picture("found")
    image = bpy.data.images.load(str(s.work / "found.png"))
    pixels = np.empty(image.size[0] * image.size[1] * 4, dtype=np.float32)
    image.pixels.foreach_get(pixels)
    shown = pixels.reshape(image.size[1], image.size[0], 4)[..., :3]
    bpy.data.images.remove(image)
    region = next(r for r in s.view()["area"].regions if r.type == "UI")
    colour = np.array(s.cloud().latent.categories[number].colour)
    alike = (np.abs(shown - colour) < 0.02).all(axis=2)
    alike[:, : region.x] = False
    rows, columns = np.nonzero(alike)
    assert len(rows) > 30, f"no swatch of category {number} in the sidebar"
    return round(float(np.median(columns))), round(float(np.median(rows)))


EYE, LOCK, NAME = 157, 178, 30
"""Pixels from the middle of a row's swatch."""


def place(s: Scenario, number: int, right: int) -> tuple[int, int]:
    """Where in the window something of a category's row lies."""
    x, y = swatch(s, number)
    return x + right, y


def alike(s: Scenario) -> tuple[float, int]:
    """How well the strip's first picture correlates with its sample's tile in the atlas's own pixels, and how many other
    samples' tiles are more like it.
    """
    image, atlas = s.load("scene.materials").atlas_of(s.cloud())
    whole = np.empty(image.size[0] * image.size[1] * 4, dtype=np.float32)
    image.pixels.foreach_get(whole)
    whole = whole.reshape(image.size[1], image.size[0], 4)[::-1, :, 0]
    side, icons = s.load("scene.thumbnails").SIDE, s.load("scene.thumbnails")._registered
    shown = np.array(icons.previews["0"].image_pixels_float).reshape(side, side, 4)[::-1, :, 0].ravel()
    step, places = atlas.tile_px + 2 * atlas.gutter, ((np.arange(side) + 0.5) * atlas.tile_px / side).astype(int) + atlas.gutter

    def like(sample: int) -> float:
        line, column = divmod(int(s.cloud().data.attributes["tile"].data[sample].value), atlas.columns)
        tile = whole[np.ix_(line * step + places, column * step + places)]
        return float(np.corrcoef(shown, tile.ravel())[0, 1])

    own = bpy.context.window_manager.latent_status.strip[0].sample
    found = like(own)
    return found, sum(like(other) > found for other in range(len(s.cloud().data.vertices)) if other != own)


def state(s: Scenario) -> list[tuple[str, int, bool, bool, bool]]:
    """The list as it is."""
    return [(c.name, c.count, c.hidden, c.solo, c.locked) for c in s.cloud().latent.categories]


def hidden(s: Scenario) -> int:
    """How many points are hidden."""
    return int(s.load("live.hiding").mask(s.cloud()).sum())


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    yield from s.sidebar()
    yield from s.open_digits()
    yield from s.still()  # what a loop is to hold does not move
    with bpy.context.temp_override(**s.view()):
        s.cloud().latent.look.shape = "POINTS"
        bpy.ops.view3d.view_all()
    take(s, "latent.lasso_tool")
    yield 1.0
    region = s.view()["region"]
    cx, cy = (region.width - 280) // 2, region.height // 2
    for name, x, y in (("one", -130, 60), ("two", 120, 60), ("three", 0, -120)):
        bpy.context.scene.latent.ask_name = name == "three"  # asked for by Enter, and by the loop itself
        yield from draw(s, circle(cx + x, cy + y, 70))
        if name != "three":
            yield from key(s, "RET")
        yield 0.5
        s.picture(f"naming {name}")
        yield from type_name(s, name)
    bpy.context.scene.latent.ask_name = False
    s.note(named=state(s))
    for turn in ("undo", "redo"):
        getattr(bpy.ops.ed, turn)()
        yield 0.5
        s.note(**{turn: state(s)})
    yield from draw(s, circle(cx + 120, cy - 60, 30))
    yield from key(s, "RET")
    yield 0.5
    yield from key(s, "X", "x")
    yield from key(s, "ESC")
    yield from key(s, "ESC")
    s.note(given_up=state(s))
    yield from draw(s, circle(cx, cy + 150, 60))
    yield 1.0
    s.note(selected=bpy.context.window_manager.latent_status.selected)
    s.note(strip=[(item.name, item.icon > 0) for item in bpy.context.window_manager.latent_status.strip])
    s.picture("selected")
    s.note(alike=alike(s))
    yield from key(s, "TWO")
    s.note(numbered=state(s))
    s.picture("numbered")
    s.reach("named")

    yield from click(s, place(s, 0, EYE))
    s.note(eye=state(s), hidden_by_eye=hidden(s))
    s.picture("hidden")
    yield from click(s, place(s, 0, EYE))
    s.note(hidden_after=hidden(s))
    yield from click(s, place(s, 1, EYE), ctrl=True)
    s.note(solo=state(s), hidden_by_solo=hidden(s))
    s.picture("solo")
    yield from draw(s, circle(cx, cy, 300))
    s.note(taken_while_solo=bpy.context.window_manager.latent_status.selected)
    yield from click(s, place(s, 1, EYE))
    s.note(hidden_at_last=hidden(s))
    yield from click(s, place(s, 1, LOCK))
    yield from draw(s, circle(cx, cy, 300))
    yield from key(s, "ONE")
    s.note(locked=state(s))
    s.picture("locked")
    bpy.ops.ed.undo()
    yield 0.5
    s.note(undone=state(s))
    yield from click(s, place(s, 2, NAME), ctrl=True)  # simulated clicks are never double ones; Ctrl renames as well
    s.picture("renaming")
    yield from key(s, "X", "x")
    yield from key(s, "RET")
    s.note(renamed=state(s))
    names = [row[0] for row in state(s)]
    yield from s.until(lambda: [c.name for c in s.trainer().categories_sent] == names, "the names to be sent")
    s.note(sent=[c.name for c in s.trainer().categories_sent])
    s.reach("rows")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.train()
    yield from s.until(lambda: s.cloud().latent.categories[0].agreement >= 0, "the first guesses")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.pause()
        bpy.ops.latent.select_none(action="NONE")
    s.note(agreement=[c.agreement for c in s.cloud().latent.categories if c.count])
    yield 1.0
    s.picture("agreement")

    for name in ("four", "five", "six", "seven", "eight", "nine"):
        s.load("live.labels").new_category(s.cloud(), name)
    s.cloud().latent.look.category_shapes = True
    given = s.load("live.labels").read(s.cloud())
    rest = np.flatnonzero(given == 0)
    given[rest] = [s.cloud().latent.categories[int(p)].category_id for p in rest % 9]
    s.load("live.labels").write(s.cloud(), given)
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.select_none(action="NONE")
    yield 1.0
    s.picture("shapes")
    middle = {"x": region.x + cx, "y": region.y + cy}
    s.view()["window"].event_simulate(type="MOUSEMOVE", value="NOTHING", **middle)
    yield 0.5
    s.view()["window"].event_simulate(type="E", value="PRESS", **middle)
    yield 1.5
    s.picture("pie")  # a pie stays as long as its key is held
    s.view()["window"].event_simulate(type="E", value="RELEASE", **middle)
    yield 0.5
    yield from key(s, "ESC", at=(cx, cy))
    yield 0.5
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.category_delete("INVOKE_DEFAULT", category=s.cloud().latent.categories[0].category_id)
    yield 1.0
    s.picture("delete")
    yield from key(s, "ESC", at=(cx, cy))


if Path(sys.argv[sys.argv.index("--python") + 1]).name == "categories.py":
    scenario = Scenario("categories")
    scenario.run(play)
