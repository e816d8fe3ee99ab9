"""What a person does from the palette while it trains: names from a list, speed, layers, predictions, recorded epochs."""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from pressing import at_rest, at_the_desk, given, press
from scenario import Scenario, Steps
from wearer import Wearer, open_cloud, ring

KINDS = (3, 7)
"""What is named, by the data's own classes."""


def two_clouds(s: Scenario) -> Steps:
    """The digits twice: an older cloud with a category of its own, and the one that is worked at."""
    yield from open_cloud(s)
    older = s.cloud()
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.category_new(name="owl") == {"FINISHED"}
        older.name = "older"
        assert bpy.ops.latent.open_dataset("EXEC_DEFAULT", kind="digits", seed=4) == {"FINISHED"}
    yield from s.until(lambda: s.cloud() != older, "the second cloud")
    older.hide_set(True)
    s.cloud().location, s.cloud().scale = (0.05, 1.6, 1.5), (0.04,) * 3
    yield from s.until(lambda: s.trainer().run_id == s.cloud().latent.run_id and s.trainer().state == "PAUSED", "its trainer")
    yield from s.until(lambda: stands(s), "the cloud to stand")


def shown(s: Scenario) -> Any:
    """(N, 3) where the points are drawn now, live or at a recorded epoch."""
    return s.load("live.seen").positions(s.cloud(), bpy.context).copy()


def stands(s: Scenario) -> bool:
    """Whether the live cloud is drawn where the newest snapshot has it: the glide is over."""
    trainer = s.trainer()
    return trainer.newest is not None and bool(np.array_equal(shown(s), trainer.newest))


def of_kind(s: Scenario, kind: int, count: int) -> Any:
    """Select some samples of a kind. Returns (N,) bool."""
    datasets = s.load("training.datasets")
    truth = datasets.open_dataset(datasets.DatasetRef("digits")).truth
    samples = s.load("scene.cloud").read_ints(s.cloud().data, "sample")
    found = truth[samples] == kind + 1
    found &= np.cumsum(found) <= count
    s.load("live.labels").set_selected(s.cloud(), found)
    return found


def named(s: Scenario, w: Wearer) -> Steps:
    """New categories: one by a name that another cloud has, one numbered."""
    right = []
    for kind, name in zip(KINDS, ("owl", "Category 2"), strict=True):
        meant = of_kind(s, kind, 25)
        yield from press(s, w, "page new")
        if name == "owl":
            yield from w.eyes("names")
            yield from at_the_desk(s, w, "names-desk")
        yield from press(s, w, f"name {name}")
        number = s.cloud().latent.categories[name].category_id
        right.append(bool(np.array_equal(given(s) == number, meant)))
    s.note(named=right)
    s.reach("named")


def trained(s: Scenario, w: Wearer) -> Steps:
    """Train and its speed, pause; then the other layers' spaces and back, which move nothing else."""
    yield from press(s, w, "page train")
    yield from press(s, w, "pace 2")
    yield from press(s, w, "train")
    yield from s.until(lambda: s.trainer().step > 0, "the first step")
    begin, step = time.monotonic(), s.trainer().step
    yield from s.until(lambda: s.trainer().step >= step + 4, "steps at two a second")
    s.note(slow=[s.trainer().pace, s.trainer().step - step, time.monotonic() - begin])
    yield from press(s, w, "pace 0")
    yield from s.until(lambda: s.trainer().records >= 12 and s.trainer().prediction is not None, "recorded epochs", 400.0)
    yield from press(s, w, "pause")
    s.note(paused=s.trainer().paused, fast=s.trainer().pace)
    yield from s.until(lambda: s.trainer().state == "PAUSED" and stands(s), "the pause")
    now, layers = shown(s), {}
    for layer in "phz":
        yield from press(s, w, f"layer {layer}")
        yield from s.until(lambda wanted=layer: s.trainer().layer == wanted and stands(s), f"layer {layer}")
        layers[layer] = [s.cloud().latent.layer, float(np.abs(shown(s) - now).max())]
        if layer == "p":
            yield from w.eyes("layer-p")
    s.note(layers=layers)
    s.reach("trained")


def accepted(s: Scenario, w: Wearer) -> Steps:
    """Predictions of one category become labels: those that the mesh says are sure enough, and no others."""
    bpy.context.scene.latent.accept_threshold = 0.6
    number = s.cloud().latent.categories["owl"].category_id
    offers = bpy.context.window_manager.latent_status.acceptable
    yield from s.until(lambda: any(item.category_id == number for item in offers), "predictions that can be accepted")
    yield from press(s, w, "page labels")
    yield from press(s, w, f"category {number}")
    yield from at_the_desk(s, w, "accept-desk")
    read = s.load("scene.cloud")
    before, mesh = given(s), s.cloud().data
    sure = (read.read_ints(mesh, "prediction") == number) & (read.read_floats(mesh, "confidence") >= 0.6) & (before == 0)
    yield from press(s, w, f"accept {number}")
    after = given(s)
    s.note(accepted=[int(sure.sum()), bool(np.array_equal(after, np.where(sure, number, before)))])
    yield from s.until(lambda: not s.trainer().book.pending, "the labels on disk")
    run = s.load("live.paths").resolved(s.cloud().latent.run_path)
    with sqlite3.connect(Path(run) / "run.sqlite") as rows:
        s.note(sources=[source for (source,) in rows.execute("SELECT source FROM edits ORDER BY number")])
    s.reach("accepted")


def epoch_shown(s: Scenario) -> tuple[float, float]:
    """Which recorded epoch the timeline says, and how far the points drawn are from what the run's file holds of it."""
    scene, cloud = bpy.context.scene, s.cloud()
    record = s.load("live.comparing").timeline_of(cloud).record_of_frame(scene.frame_current + scene.frame_subframe)
    path = s.load("training.history").RunHistory(s.load("live.paths").resolved(cloud.latent.run_path)).positions_path
    count = len(cloud.data.vertices)
    frames = np.fromfile(path, "<f4", offset=32).reshape(-1, count, 3)
    low = int(record)
    high, share = min(low + 1, len(frames) - 1), record - low
    return float(record), float(np.abs(shown(s) - (frames[low] * (1 - share) + frames[high] * share)).max())


def scrubbed(s: Scenario, w: Wearer) -> Steps:
    """The stick goes through recorded epochs while the palette is open; a second press returns to now; they play."""
    playback, now, radius = s.load("scene.playback"), shown(s), bpy.context.window_manager.latent_xr.radius
    w.hand.stick = (0.0, -0.5)
    yield from w.settle(4)
    w.hand.stick = (0.0, 0.0)
    yield from w.settle(2)
    s.note(scrubbed=[playback.is_history(s.cloud()), *epoch_shown(s)], records=s.cloud().latent.records)
    s.note(stick_sized=bpy.context.window_manager.latent_xr.radius != radius, page=bpy.context.window_manager.latent_xr.page)
    yield from w.eyes("scrubbed")
    yield from at_the_desk(s, w, "scrubbed-desk")
    yield from press(s, w, "scrub -1")
    s.note(back_one=list(epoch_shown(s)))
    yield from press(s, w, "play")
    begin = bpy.context.scene.frame_current
    yield from s.until(lambda: bpy.context.scene.frame_current != begin, "frames that play")
    playing = [button.text for button in s.load("xr.palette").menu(bpy.context, anew=True).buttons if button.key == "play"]
    s.note(playing=[running(), *playing])
    yield from press(s, w, "play")
    s.note(stopped=running())
    yield from press(s, w, "history")
    yield from s.until(lambda: not playback.is_history(s.cloud()) and stands(s), "the present")
    s.note(now=[playback.is_history(s.cloud()), float(np.abs(shown(s) - now).max())])
    s.reach("scrubbed")


def in_german(s: Scenario, w: Wearer) -> Steps:
    """The palette's words, what a press refuses, and a loop's refusal in the air, by a catalogue of a few of our words."""
    accept = "No unlabelled point is predicted to be {name} with {threshold:.0%} or more; lower the threshold."
    wide = "The loop is {wide:.0f}° wide; keep it under {most:.0f}°, or step back."
    german = {
        "New Category": "Neue Kategorie", "{count:,} points selected": "{count:,} Punkte gewählt", "Labels": "Namen",
        "{count:,} labels, {agree:.0%} agree": "{count:,} Namen, {agree:.0%} einig",
        accept: "Kein Punkt ohne Namen ist {name} zu {threshold:.0%} oder mehr.", wide: "Die Schlinge ist {wide:.0f}° weit.",
    }  # fmt: skip
    bpy.app.translations.register("latent_lasso_test", {"de_DE": {("*", text): words for text, words in german.items()}})
    view = bpy.context.preferences.view
    before = view.language
    view.language, view.use_translate_interface, view.use_translate_reports = "de_DE", True, True
    number = s.cloud().latent.categories["owl"].category_id
    of_kind(s, KINDS[0], 9)
    yield from press(s, w, "page labels")
    s.note(german=[button.text for button in s.load("xr.palette").menu(bpy.context, anew=True).buttons])
    s.note(german_wrist=[text for text, _ in s.load("xr.telling").wrist(bpy.context)])
    bpy.context.scene.latent.accept_threshold = 1.0
    yield from press(s, w, f"category {number}")
    yield from press(s, w, f"accept {number}")
    s.note(german_refusal=s.load("xr.palette").menu(bpy.context, anew=True).buttons[5].text)
    yield from at_the_desk(s, w, "german-desk")
    yield from w.press("b", w.other)
    yield from w.draw(ring((0.0, 1.6, -0.12), 0.5, 8))
    s.note(german_loop=bpy.context.window_manager.latent_xr.said)
    view.language = before
    bpy.app.translations.unregister("latent_lasso_test")
    s.reach("german")


def running() -> bool:
    """Whether a window plays the timeline."""
    return any(window.screen.is_animation_playing for window in bpy.context.window_manager.windows)


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from two_clouds(s)
    w = Wearer(s)
    at_rest(w)
    yield from w.start()
    yield from w.settle(4)
    yield from w.press("b", w.other)
    yield from named(s, w)
    yield from trained(s, w)
    yield from accepted(s, w)
    yield from scrubbed(s, w)
    yield from in_german(s, w)
    yield from w.stop()
    w.close()


scenario = Scenario("acting")
scenario.run(play)
