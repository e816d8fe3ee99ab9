"""From a folder of pictures to labels, a scrubbed past, a file and a video: by mouse and keys, in Blender's own window."""

from __future__ import annotations

import itertools
import math
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import STARTED, Scenario, Steps

PICTURES = 400
NAMES = ("round", "thin")
TRIES = 50


def pictures(s: Scenario) -> Path:
    """Digits as pictures in one folder, three times as large as they are."""
    folder = s.work / "handwriting"
    folder.mkdir()
    place = Path(s.load("training.interpreter").__file__).parent / "datasets" / "digits.npz"
    with np.load(place) as stored:
        pixels = stored["x"][:PICTURES].astype(np.float32)
    large = np.kron(pixels / pixels.max() * 255, np.ones((1, 3, 3))).astype(np.uint8)
    for number, values in enumerate(large):
        (folder / f"{number:04}.pgm").write_bytes(b"P5 24 24 255\n" + values.tobytes())
    return folder


def event(s: Scenario, kind: str, value: str, place: tuple[int, int], **more: Any) -> None:
    """One event of the mouse or a key at a place of the window."""
    bpy.context.window_manager.windows[0].event_simulate(type=kind, value=value, x=place[0], y=place[1], **more)


def press(s: Scenario, kind: str, place: tuple[int, int], **more: Any) -> Steps:
    """A key or button down and up again."""
    for value in ("PRESS", "RELEASE"):
        event(s, kind, value, place, **more if value == "PRESS" else {k: v for k, v in more.items() if k != "unicode"})
        yield 0.2


def type_in(s: Scenario, text: str, place: tuple[int, int]) -> Steps:
    """A word by its keys, and Enter."""
    for letter in text:
        yield from press(s, letter.upper(), place, unicode=letter)
    yield from press(s, "RET", place)
    yield 0.3


def middle_of(s: Scenario) -> tuple[int, int]:
    """Over the middle of the viewport."""
    region = s.view()["region"]
    return region.x + region.width // 2, region.y + region.height // 2


def loop(s: Scenario, left: bool) -> Steps:
    """A loop with the tool around one side of the cloud."""
    region = s.view()["region"]
    cx, cy = region.x + region.width * (3 if left else 5) // 8, region.y + region.height // 2
    wide, high = region.width // 9, region.height // 3
    corners = [
        (round(cx + wide * math.cos(a * math.pi / 12)), round(cy + high * math.sin(a * math.pi / 12))) for a in range(25)
    ]
    event(s, "MOUSEMOVE", "NOTHING", corners[0])
    yield 0.2
    event(s, "LEFTMOUSE", "PRESS", corners[0])
    yield 0.2
    for corner in corners[1:]:
        event(s, "MOUSEMOVE", "NOTHING", corner)
        yield 0.05
    s.picture(f"loop-{'left' if left else 'right'}")
    event(s, "LEFTMOUSE", "RELEASE", corners[-1])
    yield 0.8


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    data, folder = s.load("scene.cloud"), pictures(s)
    yield from s.sidebar()
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.open_dataset("EXEC_DEFAULT", filepath=str(folder)) == {"FINISHED"}
    yield from s.until(lambda: s.cloud() is not None, "the pictures")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.view3d.view_all()
        assert bpy.ops.latent.train("INVOKE_DEFAULT") <= STARTED
        bpy.ops.wm.tool_set_by_id(name="latent.lasso_tool")
    yield from s.until(lambda: s.trainer().step >= 150, "a room that has opened")
    s.picture("opened")
    s.note(points=len(s.cloud().data.vertices), kind=s.cloud().latent.dataset_kind)
    s.reach("opened")

    s.view()["area"].spaces.active.show_region_ui = False
    yield 1.0
    s.picture("unnamed")
    yield 0.5
    for number, name in enumerate(NAMES):
        yield from loop(s, left=number == 0)
        yield from press(s, "RET", middle_of(s))
        yield 0.5
        yield from type_in(s, name, middle_of(s))
        yield from s.until(lambda name=name: name in [c.name for c in s.cloud().latent.categories], f"the name {name}")
    yield from s.until(lambda: not s.trainer().book.pending, "the acknowledgements")
    before, step = data.read_positions(s.cloud()).copy(), s.trainer().step
    yield from s.until(lambda: s.trainer().step >= step + 200, "steps after the labels")
    after = data.read_positions(s.cloud())
    s.note(labels={c.name: c.count for c in s.cloud().latent.categories})
    s.note(moved=float(np.median(np.linalg.norm(after - before, axis=1))))
    s.picture("moved")
    s.reach("named")
    yield from hover(s)
    s.reach("hovered")

    yield from scrub(s, data)
    s.reach("scrubbed")
    yield from send_out(s)
    s.reach("exported")
    yield from film(s)
    s.reach("filmed")


def hover(s: Scenario) -> Steps:
    """The card of the sample that lies nearest to the middle of the view."""
    seen, region, overlay = s.load("live.seen"), s.view()["region"], s.load("live.overlay")
    space = s.view()["area"].spaces.active.region_3d
    for _ in range(TRIES):  # the cloud trains, so what was under the mouse may have moved on
        place = seen.projected(s.cloud(), bpy.context, seen.region_view(s.cloud(), region, space)).screen_xy
        x, y = place[np.argmin(np.hypot(*(place - (region.width / 2, region.height / 2)).T))]
        for step in (3, 0):
            event(s, "MOUSEMOVE", "NOTHING", (region.x + round(float(x)) - step, region.y + round(float(y))))
            yield 0.4
        if overlay.looked_at(s.cloud()) >= 0:
            break
    s.picture("hover")
    s.note(hovered=overlay.looked_at(s.cloud()))


def scrub(s: Scenario, data: Any) -> Steps:
    """The past on the timeline, moved through by mouse."""
    s.view()["area"].spaces.active.show_region_ui = True
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.show_history("EXEC_DEFAULT", True) == {"FINISHED"}
    yield 1.0
    window = bpy.context.window_manager.windows[0]
    area = next(a for a in window.screen.areas if a.type == "DOPESHEET_EDITOR")
    region = next(r for r in area.regions if r.type == "WINDOW")
    with bpy.context.temp_override(window=window, screen=window.screen, area=area, region=region):
        bpy.ops.action.view_all()
    yield 0.5
    shown = []
    playback = s.load("scene.playback")
    top = region.y + region.height - 10
    event(s, "MOUSEMOVE", "NOTHING", (region.x + 120, top))
    yield 0.3
    event(s, "LEFTMOUSE", "PRESS", (region.x + 120, top))
    yield 0.3
    for x in (120, 250, 400):
        event(s, "MOUSEMOVE", "NOTHING", (region.x + x, top))
        yield 0.6
        positions = playback.positions_shown(s.cloud(), bpy.context.evaluated_depsgraph_get())
        shown.append((bpy.context.scene.frame_current, np.array(positions)))
    event(s, "LEFTMOUSE", "RELEASE", (region.x + 400, top))
    yield 0.5
    s.picture("scrubbed")
    frames = [frame for frame, _ in shown]
    apart = [float(np.median(np.linalg.norm(a - b, axis=1))) for (_, a), (_, b) in itertools.pairwise(shown)]
    s.note(frames=frames, apart=apart, markers=len(bpy.context.scene.timeline_markers))
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.show_live("EXEC_DEFAULT", True) == {"FINISHED"}
    yield 0.5


def send_out(s: Scenario) -> Steps:
    """Labels into a file, through the file browser."""
    bpy.context.preferences.view.filebrowser_display_type = "SCREEN"
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.export("INVOKE_DEFAULT", what="labels") == {"RUNNING_MODAL"}
    window = bpy.context.window_manager.windows[0]
    yield from s.until(lambda: any(a.type == "FILE_BROWSER" for a in window.screen.areas), "the file browser")
    yield 0.5
    area = next(a for a in window.screen.areas if a.type == "FILE_BROWSER")
    area.spaces.active.params.directory = bytes(s.work)
    yield 1.0
    s.picture("export")
    region = next(r for r in area.regions if r.type == "WINDOW")
    yield from press(s, "RET", (region.x + region.width // 2, region.y + region.height // 2))
    target = s.work / "labels.csv"
    yield from s.until(target.is_file, "the labels")
    yield 0.5
    rows = target.read_text(encoding="utf-8").splitlines()
    s.note(header=rows[0].split(","), rows=len(rows) - 1)


def film(s: Scenario) -> Steps:
    """A small video, while the window can be used."""
    target = s.work / "film.mp4"
    for name, value in {"seconds": 1, "fps": 4, "preset": "CUSTOM", "width": 320, "height": 180}.items():
        setattr(bpy.context.scene.latent.film, name, value)
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.render_video("EXEC_DEFAULT", filepath=str(target)) == {"FINISHED"}
    yield 2.0
    s.picture("filming")
    yield from s.until(target.is_file, "the video", 1200.0)
    s.note(video=target.stat().st_size)


scenario = Scenario("journey")
scenario.run(play)
