"""Lasso, box and brush by the tools of the toolbar: what lights up while a hand draws, what is selected when it lets go."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import Scenario, Steps

POINTS = 4_000
Corners = list[tuple[int, int]]


def make_cloud(s: Scenario, points: int, shape: str = "Points") -> Any:
    """A cloud of random points in ten colours: no trainer is needed to draw on it."""
    data = s.load("scene.cloud")
    numbers = np.arange(points, dtype=np.int32)
    positions = np.random.default_rng(0).uniform(-9, 9, (points, 3)).astype(np.float32)
    cloud = data.create_cloud("gestures", numbers, positions, numbers * 0 - 1, bpy.context.scene.collection)
    cloud.latent.is_cloud = True
    s.load("scene.materials").dress(cloud, None)
    palette, category = s.load("core.palette"), s.load("core.categories").Category
    known = [category(n, str(n), palette.colour_for(n)) for n in range(1, 11)]
    s.load("scene.materials").write_palette(cloud, palette.table(known))
    data.write_ints(cloud.data, "shown_category", numbers % 11)
    s.load("scene.nodes").set_input(cloud, "Shape", shape)
    bpy.context.view_layer.objects.active = cloud
    bpy.context.view_layer.update()
    return cloud


def mouse(s: Scenario, kind: str, value: str, at: tuple[int, int], **keys: bool) -> None:
    """One event of the mouse at a pixel of the viewport."""
    region = s.view()["region"]
    s.view()["window"].event_simulate(type=kind, value=value, x=region.x + at[0], y=region.y + at[1], **keys)


def draw(s: Scenario, corners: Corners, picture: str = "", **keys: bool) -> Steps:
    """Press at the first corner, move through the others, take a picture, let go."""
    mouse(s, "MOUSEMOVE", "NOTHING", corners[0])
    yield 0.2
    mouse(s, "LEFTMOUSE", "PRESS", corners[0], **keys)
    yield 0.2
    for corner in corners[1:]:
        mouse(s, "MOUSEMOVE", "NOTHING", corner)
        yield 0.05
    yield 0.5
    if picture:
        s.picture(picture)
    mouse(s, "LEFTMOUSE", "RELEASE", corners[-1], **keys)
    yield 0.6


def circle(x: float, y: float, radius: float, corners: int = 24) -> Corners:
    """A round loop."""
    angles = [2 * math.pi * i / corners for i in range(corners)]
    return [(round(x + radius * math.cos(a)), round(y + radius * math.sin(a))) for a in angles]


def chosen(s: Scenario) -> np.ndarray:
    """(N,) bool: what is selected."""
    return s.load("scene.cloud").read_bools(s.cloud().data, "selected")


def seen(s: Scenario) -> Any:
    """The points as the viewport shows them."""
    view = s.view()
    made = s.load("live.seen").region_view(s.cloud(), view["region"], view["area"].spaces.active.region_3d)
    return s.load("live.seen").projected(s.cloud(), bpy.context, made)


def take(s: Scenario, tool: str) -> None:
    """Take a tool in hand."""
    with bpy.context.temp_override(**s.view()):
        bpy.ops.wm.tool_set_by_id(name=tool)


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    make_cloud(s, POINTS)
    space = s.view()["area"].spaces.active
    space.show_region_ui = False
    space.overlay.show_floor = space.overlay.show_axis_x = space.overlay.show_axis_y = False
    with bpy.context.temp_override(**s.view()):
        bpy.ops.view3d.view_all()
    take(s, "latent.lasso_tool")
    yield 1.5
    region = s.view()["region"]
    s.note(region=(region.x, region.y, region.width, region.height))
    cx, cy = region.width // 2, region.height // 2
    s.picture("plain")
    shown = seen(s)
    inside = s.load("core.lasso").points_in_lasso

    loop = circle(cx - 120, cy, 110)
    yield from draw(s, loop, "lasso")
    first = inside(shown.screen_xy, loop)
    s.note(lasso=int(first.sum()), lasso_wrong=int((chosen(s) != first).sum()))
    s.picture("lasso-done")
    yield from draw(s, circle(cx + 130, cy, 90), "lasso-added", shift=True)
    both = first | inside(shown.screen_xy, circle(cx + 130, cy, 90))
    s.note(added=int(both.sum()), added_wrong=int((chosen(s) != both).sum()))
    star = [(round(cx + 200 * math.cos(a)), round(cy + 200 * math.sin(a))) for a in np.arange(5) * 4 * math.pi / 5]
    yield from draw(s, star, "star")
    crossed = inside(shown.screen_xy, star)
    s.note(star=int(crossed.sum()), star_wrong=int((chosen(s) != crossed).sum()))

    take(s, "latent.box_tool")
    yield 0.5
    yield from draw(s, [(cx - 150, cy - 120), (cx, cy), (cx + 140, cy + 100)], "box")
    box = inside(shown.screen_xy, [(cx - 150, cy - 120), (cx + 140, cy - 120), (cx + 140, cy + 100), (cx - 150, cy + 100)])
    s.note(box=int(box.sum()), box_wrong=int((chosen(s) != box).sum()))
    yield from draw(s, [(cx - 50, cy - 50), (cx + 50, cy + 50)], "box-taken", ctrl=True)
    box &= ~inside(shown.screen_xy, [(cx - 50, cy - 50), (cx + 50, cy - 50), (cx + 50, cy + 50), (cx - 50, cy + 50)])
    s.note(taken=int(box.sum()), taken_wrong=int((chosen(s) != box).sum()))
    s.reach("boxes")
    yield from keys(s, (cx, cy), int(chosen(s).sum()))

    take(s, "latent.brush_tool")
    bpy.context.scene.latent.brush_radius = 60.0
    yield 0.5
    path = [(cx - 150 + 10 * i, cy + 10) for i in range(30)]
    yield from draw(s, path, "brush")
    view = s.view()
    made = s.load("live.seen").region_view(s.cloud(), view["region"], view["area"].spaces.active.region_3d)
    positions = s.load("scene.cloud").read_positions(s.cloud())
    operator = bpy.context.window_manager.operators[-1]
    sweep = s.load("core.brush").Sweep(positions, shown, made, 60.0)
    sweep.extend([tuple(corner.loc) for corner in operator.path])
    flat = np.abs(shown.screen_xy[:, 1] - cy - 10) < 60
    s.note(brush=int(sweep.inside.sum()), brush_wrong=int((chosen(s) != sweep.inside).sum()), flat=int(flat.sum()))
    s.note(brush_corners=len(operator.path))
    s.picture("brush-done")
    del operator, view
    s.reach("brush")
    yield from depths(s, shown, loop)
    yield from adjusted(s, shown, loop)


def press(s: Scenario, kind: str, at: tuple[int, int], **held: bool) -> Steps:
    """A key down and up again over the viewport."""
    for value in ("PRESS", "RELEASE"):
        mouse(s, kind, value, at, **held)
        yield 0.2
    yield 0.3


def keys(s: Scenario, at: tuple[int, int], before: int) -> Steps:
    """What the keyboard does while a tool is in hand: Ctrl Z, A, Ctrl I, Alt A, V, and the brackets of the brush."""
    found: dict[str, bool] = {}
    yield from press(s, "Z", at, ctrl=True)
    found["undone"] = int(chosen(s).sum()) > before
    yield from press(s, "A", at)
    found["all"] = bool(chosen(s).all())
    yield from draw(s, [(at[0] - 40, at[1] - 40), (at[0] + 40, at[1] + 40)], ctrl=True)
    few = chosen(s)
    yield from press(s, "I", at, ctrl=True)
    found["inverted"] = bool((chosen(s) == ~few).all()) and bool(chosen(s).any())
    yield from press(s, "A", at, alt=True)
    found["none"] = not chosen(s).any()
    depths = []
    for _ in range(3):
        yield from press(s, "V", at)
        depths.append(bpy.context.scene.latent.depth)
    found["depths"] = depths == ["SEEN", "RANGE", "ALL"]
    take(s, "latent.brush_tool")
    yield 0.3
    settings = bpy.context.scene.latent
    size = settings.brush_radius
    yield from press(s, "RIGHT_BRACKET", at)
    larger = settings.brush_radius
    yield from press(s, "LEFT_BRACKET", at)
    found["sizes"] = larger > 1.1 * size and abs(settings.brush_radius - size) < 0.1
    s.note(keys=found)
    s.reach("keys")


def depths(s: Scenario, shown: Any, loop: Corners) -> Steps:
    """Only what is seen, and only a slab of the room."""
    select = s.load("core.selection").select
    settings = bpy.context.scene.latent
    take(s, "latent.lasso_tool")
    settings.depth = "SEEN"
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.select_none(action="NONE")
    yield 0.5
    yield from draw(s, loop, "seen")
    whole, front = select(shown, loop), select(shown, loop, "SEEN")
    s.note(seen=int(front.sum()), seen_wrong=int((chosen(s) != front).sum()), behind=int((whole & ~chosen(s)).sum()))
    near, far = np.percentile(shown.depth, (35, 60)).tolist()
    settings.depth, settings.near, settings.far = "RANGE", near, far
    near, far = settings.near, settings.far
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.select_none(action="NONE")
    yield 0.5
    s.picture("slab")
    yield from draw(s, loop, "range")
    slab = select(shown, loop, "RANGE", near, far)
    s.note(range=int(slab.sum()), range_wrong=int((chosen(s) != slab).sum()))
    s.reach("depths")


def adjusted(s: Scenario, shown: Any, loop: Corners) -> Steps:
    """Adjust Last Operation after the view has turned: the loop still means what it was drawn around."""
    view = s.view()
    with bpy.context.temp_override(**view):
        bpy.ops.view3d.view_axis(type="TOP")
    yield 2.0
    middle = (view["region"].width // 2, view["region"].height // 2)
    mouse(s, "MOUSEMOVE", "NOTHING", middle)
    yield 0.3
    for value in ("PRESS", "RELEASE"):
        mouse(s, "F9", value, middle)
        yield 0.5
    s.picture("adjust")
    depth = (middle[0] + 204, middle[1] - 75)  # the second row of what opened beside the mouse
    mouse(s, "MOUSEMOVE", "NOTHING", depth)
    yield 0.5
    for kind in ("LEFTMOUSE", "A"):  # the list of depths, then its item All by its letter
        for value in ("PRESS", "RELEASE"):
            mouse(s, kind, value, depth)
            yield 0.5
    s.picture("adjusted")
    whole = s.load("core.lasso").points_in_lasso(shown.screen_xy, loop)
    s.note(adjusted=int(whole.sum()), adjusted_wrong=int((chosen(s) != whole).sum()))
    s.reach("adjusted")


if Path(sys.argv[sys.argv.index("--python") + 1]).name == "gestures.py":
    scenario = Scenario("gestures")
    scenario.run(play)
