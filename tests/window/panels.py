"""The sidebar on dark and light themes, at one and two times the scale, and how long its panels take to draw."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import STARTED, Scenario, Steps

PAGES, REDRAWS = 2, 30


def timed(spent: dict[str, list[float]], cls: Any) -> Callable[..., None]:
    """A panel's draw() that notes its seconds."""
    draw = cls.draw

    def call(self: Any, context: bpy.types.Context) -> None:
        begin = time.perf_counter()
        draw(self, context)
        spent[cls.__name__].append(time.perf_counter() - begin)

    return call


def pages(s: Scenario, name: str) -> Steps:
    """Pictures of the sidebar from its top down."""
    area = s.view()["area"]
    sidebar = next(region for region in area.regions if region.type == "UI")
    window = bpy.context.window_manager.windows[0]
    place = {"x": sidebar.x + sidebar.width // 3, "y": sidebar.y + sidebar.height // 2}
    window.event_simulate(type="MOUSEMOVE", value="NOTHING", **place)
    yield 0.3
    for kind in ("WHEELUPMOUSE", "WHEELDOWNMOUSE"):
        for page in range(PAGES):
            if kind == "WHEELDOWNMOUSE":
                s.picture(f"{name}-{page}")
            for _ in range(12):
                window.event_simulate(type=kind, value="PRESS", **place)
                yield 0.02
            yield 0.4


def measure(s: Scenario) -> Steps:
    """The median milliseconds of each panel's draw(), as Blender calls it when the sidebar is drawn anew."""
    spent: dict[str, list[float]] = defaultdict(list)
    classes = [cls for cls in s.load("panels").CLASSES if issubclass(cls, bpy.types.Panel)]
    plain = [cls.draw for cls in classes]
    for cls in classes:
        cls.draw = timed(spent, cls)
    sidebar = next(region for region in s.view()["area"].regions if region.type == "UI")
    for _ in range(REDRAWS):
        sidebar.tag_redraw()
        yield 0.05
    for cls, draw in zip(classes, plain, strict=True):
        cls.draw = draw
    s.note(draws=min(map(len, spent.values())), milliseconds={name: 1e3 * float(np.median(v)) for name, v in spent.items()})


def translated(s: Scenario) -> None:
    """A catalogue of a few of our words, in a language that this Blender has."""
    said = {
        "Step {step:,}": "Schritt {step:,}",
        "{name} is locked, so that its labels stay; unlock it first.": "{name} ist gesperrt.",
        "Unlabelled": "Ohne Namen",
        "one": "eins",
    }
    bpy.app.translations.register("latent_lasso_test", {"de_DE": {("*", text): german for text, german in said.items()}})
    view = bpy.context.preferences.view
    before = view.language
    view.language, view.use_translate_interface = "de_DE", True
    words = s.load("properties.words")
    s.note(international=bpy.app.build_options.international, translated=[words.label("Step {step:,}", step=1204)])
    cloud = s.cloud()
    cloud.latent.categories["one"].locked = True
    try:
        bpy.ops.latent.category_delete(category=cloud.latent.categories["one"].category_id)
    except RuntimeError as error:
        s.note(refused=str(error))
    cloud.latent.categories["one"].locked = False
    legend = s.load("scene.legends").of(cloud, "Category", "", s.load("live.labels").listed(cloud), cloud.latent.look)
    s.note(legend=[row.name for row in legend.rows])
    view.language = before
    bpy.app.translations.unregister("latent_lasso_test")
    s.facts["translated"].append(words.label("Step {step:,}", step=1204))


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    yield 1.0
    yield from s.open_digits()
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.train("INVOKE_DEFAULT") <= STARTED
        bpy.ops.wm.tool_set_by_id(name="latent.lasso_tool")
    yield from s.until(lambda: s.trainer().step >= 30, "the first steps")
    cloud, labels = s.cloud(), s.load("live.labels")
    for number, name in enumerate(("one", "two", "three")):
        chosen = np.zeros(len(cloud.data.vertices), dtype=bool)
        chosen[number * 50 : number * 50 + 40] = True
        labels.set_selected(cloud, chosen)
        with bpy.context.temp_override(**s.view()):
            bpy.ops.latent.assign("EXEC_DEFAULT", name=name)
    translated(s)
    yield from s.sidebar()
    yield from measure(s)
    yield from pages(s, "dark-1x")
    preferences = bpy.context.preferences
    themes = [path for place in bpy.utils.preset_paths("interface_theme") for path in sorted(Path(place).rglob("*.xml"))]
    s.note(themes=[path.name for path in themes])
    light = next(path for path in themes if "light" in path.name.lower())
    bpy.ops.script.execute_preset(filepath=str(light), menu_idname="USERPREF_MT_interface_theme_presets")
    yield 1.0
    yield from pages(s, "light-1x")
    preferences.view.ui_scale = 2.0
    yield 1.5
    yield from pages(s, "light-2x")
    s.reach("looked")


scenario = Scenario("panels")
scenario.run(play)
