"""Somebody's first minutes in Blender's own window: the preferences, a dropped table, a dropped sound, what was open before."""

from __future__ import annotations

import math
import os
import sys
import wave
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import MODULE, Scenario, Steps

TRIES = 60


def own_files(s: Scenario) -> tuple[Path, Path]:
    """A table of trees, and one of the sounds of two birds."""
    values = np.random.default_rng(0).normal(size=(60, 3))
    lines = [f"{a:.3f},{b:.3f},{c:.3f},{'oak' if i % 2 else 'elm'}" for i, (a, b, c) in enumerate(values)]
    table = s.work / "woods" / "trees.csv"
    table.parent.mkdir()
    (table.parent / "walk.xyz").write_text("no data set", encoding="utf-8")
    table.write_text("\n".join(["height,girth,age,label", *lines]) + "\n", encoding="utf-8")
    sounds = []
    for number in range(6):
        path = s.work / "birds" / ("robin" if number % 2 else "wren") / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes((8000 * np.sin(np.arange(4000) * 0.1 * (number + 1))).astype("<i2").tobytes())
        sounds.append(path)
    return table, sounds[0]


def escape(s: Scenario) -> Steps:
    """The Esc key, for what is open on the screen."""
    window = s.view()["window"]
    for value in ("PRESS", "RELEASE"):
        window.event_simulate(type="ESC", value=value, x=640, y=400)
        yield 0.3


def drop(s: Scenario, path: Path) -> set[str]:
    """Let Blender do with a file what it does when one is dropped into the viewport."""
    with bpy.context.temp_override(**s.view()):
        answer: set[str] = bpy.ops.wm.drop_import_file(
            "INVOKE_DEFAULT", directory=str(path.parent), files=[{"name": path.name}]
        )
    return answer


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    table, sound = own_files(s)
    s.install(choose=False)
    os.environ["PATH"] += os.pathsep + str(Path(s.settings["base"]) / "bin")
    status = bpy.context.window_manager.latent_status
    yield from s.sidebar()
    s.picture("empty")
    bpy.context.preferences.system.use_online_access = True
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.setup_trainer("INVOKE_DEFAULT") == {"RUNNING_MODAL"}
    yield 1.0
    s.picture("setup")
    s.note(pythons=[item.name for item in status.pythons])
    yield from escape(s)

    preferences = bpy.context.preferences.addons[MODULE].preferences
    with bpy.context.temp_override(**s.view()):
        preferences.trainer_python = s.settings["trainer_python"]
    yield from s.until(lambda: bool(status.python), "the Python to be tried")
    s.note(tried=status.python, good=status.python_good)
    with bpy.context.temp_override(**s.view()):
        bpy.ops.preferences.addon_show(module=MODULE)
    yield 2.0
    s.picture("preferences")
    for window in list(bpy.context.window_manager.windows)[1:]:
        with bpy.context.temp_override(window=window):
            bpy.ops.wm.window_close()
    yield 0.5
    s.reach("chosen")

    yield from preview(s, table)
    s.reach("previewed")

    s.note(dropped=sorted(drop(s, table)))
    yield from s.until(lambda: s.cloud() is not None, "the trees")
    s.note(points=len(s.cloud().data.vertices), names=sorted(c.name for c in s.cloud().latent.categories))
    s.reach("dropped")
    yield from s.still()  # what is in a loop does not move
    yield from by_tool(s)
    s.reach("by tool")
    s.view()["area"].spaces.active.show_region_ui = True

    with bpy.context.temp_override(**s.view()):
        s.note(offered=sorted(bpy.ops.latent.drop_dataset("INVOKE_DEFAULT", filepath=str(sound))))
    yield 1.0
    s.picture("sample")
    yield from escape(s)
    assert s.cloud().latent.dataset_source.startswith("trees"), "Esc opens nothing"
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.drop_dataset("EXEC_DEFAULT", filepath=str(sound), take="ABOVE")
    yield from s.until(lambda: "robin" in [c.name for c in s.cloud().latent.categories], "the birds")
    s.reach("birds")

    yield from s.sidebar()
    with bpy.context.temp_override(**s.view()):
        bpy.ops.wm.call_menu(name="LATENT_MT_recent")
    yield 1.0
    s.picture("recent")
    yield from escape(s)
    s.note(recent=[Path(item.name).name for item in preferences.recent])


def preview(s: Scenario, table: Path) -> Steps:
    """Choose the table in the file browser, read what it holds beside it, and leave."""
    bpy.context.preferences.view.filebrowser_display_type = "SCREEN"
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.open_dataset("INVOKE_DEFAULT") == {"RUNNING_MODAL"}
    window = bpy.context.window_manager.windows[0]
    yield from s.until(lambda: any(a.type == "FILE_BROWSER" for a in window.screen.areas), "the file browser")
    yield 1.0
    area = next(a for a in window.screen.areas if a.type == "FILE_BROWSER")
    area.spaces.active.params.directory = bytes(table.parent)
    yield 1.0
    region = next(r for r in area.regions if r.type == "WINDOW")
    for row, sentence in enumerate(("60 samples", "is of no known kind")):
        at = {"x": region.x + 90, "y": region.y + region.height - 38 - 22 * row}
        before = said(s)
        for _ in range(TRIES):  # the files are listed by a thread: where none is listed yet, a click meets nothing
            window.event_simulate(type="MOUSEMOVE", value="NOTHING", **at)
            yield 0.3
            for value in ("PRESS", "RELEASE"):
                window.event_simulate(type="LEFTMOUSE", value=value, **at)
                yield 0.3
            yield 1.0
            if said(s) != before:
                break
        s.picture("browser")
        yield from s.until(lambda sentence=sentence: sentence in said(s), f"{sentence!r} beside the file")
        s.note(previews=[*s.facts.get("previews", []), said(s)])
        yield 0.5
        s.picture(f"preview-{row}")
    for value in ("PRESS", "RELEASE"):
        window.event_simulate(type="ESC", value=value, x=640, y=400)
        yield 0.3
    yield from s.until(lambda: all(a.type != "FILE_BROWSER" for a in window.screen.areas), "the browser to close")


def said(s: Scenario) -> str:
    """What the file browser shows of the file that is chosen in it."""
    browser = next(a for a in bpy.context.window_manager.windows[0].screen.areas if a.type == "FILE_BROWSER")
    return " | ".join(text for text, _icon in browser.spaces.active.active_operator._preview.lines)


def key(s: Scenario, kind: str, x: int, y: int) -> Steps:
    """A key down and up again over the viewport."""
    for value in ("PRESS", "RELEASE"):
        s.view()["window"].event_simulate(type=kind, value=value, x=x, y=y)
        yield 0.3


def stroke(s: Scenario, name: str, left: bool, shift: bool = False) -> Steps:
    """A loop with the tool in one half of the viewport, away from its borders, which would be dragged instead. Notes how many
    points are selected.
    """
    region, window = s.view()["region"], s.view()["window"]
    side = region.width // 4 if left else 3 * region.width // 4
    cx, cy = region.x + side, region.y + region.height // 2
    corners = [
        (round(cx + region.width / 6 * math.cos(a * math.pi / 10)), round(cy + region.height / 3 * math.sin(a * math.pi / 10)))
        for a in range(20)
    ]
    window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=corners[0][0], y=corners[0][1])
    yield 0.2
    window.event_simulate(type="LEFTMOUSE", value="PRESS", x=corners[0][0], y=corners[0][1], shift=shift)
    yield 0.2
    for x, y in corners[1:]:
        window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=x, y=y)
        yield 0.05
    s.picture(name)
    window.event_simulate(type="LEFTMOUSE", value="RELEASE", x=corners[-1][0], y=corners[-1][1])
    yield 0.6
    s.note(**{name: int(s.load("scene.cloud").read_bools(s.cloud().data, "selected").sum())})


def by_tool(s: Scenario) -> Steps:
    """Loops by the tool of the toolbar, one added, one alone; a number assigns, the pie shows the categories."""
    data = s.load("scene.cloud")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.wm.tool_set_by_id(name="latent.lasso_tool")
        bpy.ops.view3d.view_all()
    s.view()["area"].spaces.active.show_region_ui = False
    yield 1.0
    region = s.view()["region"]
    middle = region.x + region.width // 2, region.y + region.height // 2
    yield from stroke(s, "left", True)
    yield from stroke(s, "both", False, shift=True)
    yield from stroke(s, "right", False)
    s.view()["window"].event_simulate(type="E", value="PRESS", x=middle[0], y=middle[1])
    yield 1.0
    s.picture("pie")  # a pie stays as long as its key is held
    yield from escape(s)
    s.view()["window"].event_simulate(type="E", value="RELEASE", x=middle[0], y=middle[1])
    yield 0.3
    before = data.read_ints(s.cloud().data, "category").copy()
    yield from key(s, "TWO", *middle)
    yield 0.5
    chosen, after = data.read_bools(s.cloud().data, "selected"), data.read_ints(s.cloud().data, "category")
    second = s.cloud().latent.categories[1].category_id
    s.note(assigned=bool((after[chosen] == second).all()), untouched=bool((after == before)[~chosen].all()))
    yield from key(s, "RET", *middle)
    yield 0.5
    s.picture("name")
    yield from escape(s)


scenario = Scenario("newcomer")
scenario.run(play)
