"""The card of a picture in Blender's window: the sample's own file, sharp, in front; and what stays when its cloud is deleted."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from pointing import hover, on_screen
from scenario import Scenario, Steps

WIDE, HIGH = 300, 200


def written(s: Scenario) -> Path:
    """Pictures whose left half is stripes of one pixel, which no small tile can show; the right half in a colour of its own."""
    folder, rng = s.work / "birds", np.random.default_rng(2)
    for number in range(40):
        pixels = np.empty((HIGH, WIDE, 3), dtype=np.uint8)
        pixels[:, : WIDE // 2] = np.where(np.arange(WIDE // 2) % 2, 255, 0)[None, :, None]
        pixels[:, WIDE // 2 :] = rng.integers(40, 215, 3)
        place = folder / ("wren", "owl")[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:02}.ppm").write_bytes(b"P6 %d %d 255\n" % (WIDE, HIGH) + pixels.tobytes())
    return folder


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    folder = written(s)
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.open_dataset("EXEC_DEFAULT", filepath=str(folder)) == {"FINISHED"}
    yield from s.until(lambda: s.cloud() is not None, "the cloud")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.view3d.view_all()
    yield from s.still()
    s.reach("opened")
    overlay = s.load("live.overlay")
    region = s.view()["region"]
    xy, depth = on_screen(s)
    middle = np.array((region.width / 2, region.height / 2))
    rows = np.argsort(np.hypot(*(xy - middle).T))[:8]
    known = int(rows[np.argmin(depth[rows])])
    yield from hover(s, xy[known], "card")
    looking = overlay._registered.looking
    yield from s.until(lambda: looking.own is not None, "the picture")
    yield 0.5
    s.picture("own")
    screen, box, sheet = bpy.context.window_manager.windows[0].height, overlay._registered.card, s.load("scene.sheets")
    inside = sheet.free(s.view()["area"], region)
    sample = int(s.cloud().data.attributes["sample"].data[looking.row].value)
    view = s.load("training.run_view")
    row = view.sample_row(s.load("live.paths").resolved(s.cloud().latent.run_path), sample)
    colour = list((folder / row.file).read_bytes()[-3:])
    s.note(
        box=[box.left + region.x, screen - box.top - region.y, box.right + region.x, screen - box.bottom - region.y],
        inside=[inside.left + region.x, screen - inside.top - region.y, inside.right + region.x, screen - inside.bottom - region.y],
        colour=colour, size=[looking.own.width, looking.own.height],
    )  # fmt: skip
    s.reach("hovered")
    viewport = s.load("scene.viewport")
    s.note(held=len(viewport._registered.batches))
    bpy.data.objects.remove(s.cloud())
    for area in bpy.context.window_manager.windows[0].screen.areas:
        area.tag_redraw()
    yield from s.until(lambda: not viewport._registered.batches, "the buffers to be let go")
    s.note(left=len(viewport._registered.batches), positions=looking.positions is None and looking.own is None)


scenario = Scenario("pictures")
scenario.run(play)
