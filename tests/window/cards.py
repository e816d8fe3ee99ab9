"""Cards of sounds, texts and a table in Blender's own window; a sample is found by name, and the view flies there."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from pointing import hover, on_screen
from scenario import Scenario, Steps

KINDS = ("audio", "text jsonl", "csv")


def opened(s: Scenario, path: str, kind: str) -> Steps:
    """Open a file as the button does, and wait until its cloud stands still in view."""
    with bpy.context.temp_override(**s.view()):
        for ob in list(bpy.data.objects):
            if ob.latent.is_cloud:
                ob.latent.is_cloud = False
                ob.hide_set(True)
        assert bpy.ops.latent.open_dataset("EXEC_DEFAULT", kind=kind, filepath=path) == {"FINISHED"}
    yield from s.until(lambda: s.cloud() is not None and s.trainer().opened is not None, path)
    yield from s.until(lambda: s.trainer().can_train, "the trainer")
    yield from s.still()
    with bpy.context.temp_override(**s.view()):
        bpy.ops.view3d.view_all()
    yield 0.5


def told(s: Scenario, kind: str) -> Steps:
    """Wait until the trainer told the words or cells of the sample whose card is shown, and they are drawn."""
    trainer, sample = s.trainer(), s.load("live.overlay")._registered.looking.sample
    if kind != "audio":
        yield from s.until(lambda: trainer.facts.get(sample) is not None and trainer.columns is not None, f"what {kind} says")
    s.view()["region"].tag_redraw()
    yield 0.5


def free_point(s: Scenario) -> int:
    """A point that stands in front, about the middle."""
    xy, depth = on_screen(s)
    region = s.view()["region"]
    away = np.hypot(*(xy - np.array((region.width * 0.4, region.height * 0.5))).T)
    near = np.argsort(away)[: max(3, len(away) // 6)]
    return int(near[np.argmin(depth[near])])


def key(s: Scenario, kind: str, across: int = 0) -> Steps:
    """A key down and up over the viewport, so many pixels right of its middle."""
    region, window = s.view()["region"], s.view()["window"]
    place = {"x": region.x + region.width // 2 + across, "y": region.y + region.height // 2}
    if across:
        window.event_simulate(type="MOUSEMOVE", value="NOTHING", **place)
        yield 0.5
    for value in ("PRESS", "RELEASE"):
        window.event_simulate(type=kind, value=value, **place)
        yield 0.3


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    made = json.loads((s.work / "files" / "kinds.json").read_text())
    s.view()["area"].spaces.active.show_region_ui = False
    overlay, hovering = s.load("live.overlay"), s.load("live.hovering")
    said = {}
    for kind in KINDS:
        yield from opened(s, made[kind]["path"], made[kind]["kind"])
        point = free_point(s)
        yield from hover(s, on_screen(s)[0][point], kind.replace(" ", "-"))
        yield from told(s, kind)
        card = hovering.card_of(overlay._registered.looking, s.cloud(), overlay.looked_at(s.cloud()))
        said[kind] = {"title": card.title, "tile": card.tile, "words": card.words, "cells": card.cells, "hint": card.hint}
        s.note(said=said)
        s.picture(kind.replace(" ", "-"))
        if kind == "audio":
            yield from key(s, "P")
            status = bpy.context.window_manager.latent_status
            s.note(playing=overlay._registered.looking.playing is not None, told=status.problem)
    s.reach("cards")

    space = s.view()["area"].spaces.active.region_3d
    before, distance = space.view_location.copy(), space.view_distance
    target = s.cloud().data.attributes["position"].data[20].vector.copy()
    bpy.context.preferences.view.smooth_view = 1000  # slow enough to be seen on the way, and for a key
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.go_to_sample("EXEC_DEFAULT", sample=said_name(s, 20))
    ways: list[float] = []

    def there() -> bool:
        ways.append((space.view_location - target).length)
        return ways[-1] < 1e-3

    yield from s.until(there, "the flight")
    s.note(ways=ways, began=(before - target).length, looked_at=overlay.looked_at(s.cloud()))
    yield 0.5
    s.picture("found")
    space.view_location, space.view_distance = before, distance
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.go_to_sample("EXEC_DEFAULT", sample=said_name(s, 20))
    yield from key(s, "ESC")  # at once: a slow machine draws the whole way in a picture or two
    yield 3.0 / s.hurry  # longer than the whole way
    s.note(stopped=(space.view_location - target).length)
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.go_to_sample("INVOKE_DEFAULT")
    yield 1.0
    s.picture("search")
    for across in (0, 300):  # out of the field, then away: not over the field, which would keep the key
        yield from key(s, "ESC", across)
    s.reach("found")

    yield from s.sidebar()
    look = s.cloud().latent.look
    look.colour_by, look.column = "COLUMN", "height"
    yield from s.until(lambda: look.column_held == "height", "the column")
    look.filter_by = "COLUMN"
    look.filter_from = (look.low + look.high) / 2
    sidebar = next(region for region in s.view()["area"].regions if region.type == "UI")
    for _ in range(40):  # down to our panel
        s.view()["window"].event_simulate(
            type="WHEELDOWNMOUSE", value="PRESS", x=sidebar.x + 100, y=sidebar.y + sidebar.height // 2
        )
        yield 0.05
    yield 1.5
    s.picture("column")
    s.note(hidden=int(s.load("live.hiding").mask(s.cloud()).sum()), low=look.low, high=look.high)


def said_name(s: Scenario, row: int) -> str:
    """What the run calls the sample of a point."""
    view = s.load("training.run_view")
    return str(view.sample_row(s.load("live.paths").resolved(s.cloud().latent.run_path), row).id)


scenario = Scenario("cards")
scenario.run(play)
