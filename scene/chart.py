"""Curves drawn in the corner of the viewport, over the cloud: what learns over epochs, and marks where labels came.

Follows the theme's colours and the interface's scale. What is drawn was handed over by show(); lines are put on the graphics
card once they change, not when the view does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import blf
import bpy
import numpy as np

from ..core import curves as core
from ..core.curves import Chart, Curves
from ..properties import words
from . import playback

WIDTH, HEIGHT = 330, 84
"""Of one chart's inside, in pixels at a scale of 1."""
LEFT, RIGHT, GAP, FOOT, EDGE = 46, 12, 36, 18, 10
HEADER = 60
"""Left to the viewport's own header; charts that do not fit below it are left out."""
LETTERS, LINE = 11, 14
SPARSE = 30
"""A curve of so few values shows each as a dot."""
MARK = (0.95, 0.75, 0.20, 0.75)
MOST_MARKS = 200
Colour = tuple[float, float, float]


@dataclass
class Registered:
    """What is drawn, and what enabling added, to be taken away again."""

    curves: Curves | None = None
    handle: Any = None
    batches: dict[str, Any] = field(default_factory=dict)


_registered: Registered | None = None


def show(curves: Curves | None) -> None:
    """Draw these curves from now on; None draws none."""
    if _registered is not None:
        _registered.curves = curves
        _registered.batches.clear()


def shown() -> Curves | None:
    """What is drawn."""
    return None if _registered is None else _registered.curves


@dataclass(frozen=True)
class Look:
    """Colours and sizes of this theme and scale. scale: pixels for a pixel."""

    scale: float
    back: tuple[float, float, float, float]
    text: Colour
    bright: bool

    @staticmethod
    def of(context: bpy.types.Context) -> Look:
        """As the menus of the theme look."""
        colours = context.preferences.themes[0].user_interface.wcol_menu_back
        red, green, blue = colours.inner[:3]
        bright = 0.3 * red + 0.6 * green + 0.1 * blue > 0.5
        return Look(context.preferences.system.ui_scale, (red, green, blue, 0.95), tuple(colours.text[:3]), bright)

    def line(self, colour: Colour) -> tuple[float, float, float, float]:
        """A curve's colour, darker on a bright ground."""
        by = 0.68 if self.bright else 1.0
        return (colour[0] * by, colour[1] * by, colour[2] * by, 1.0)


def draw() -> None:
    """Draw the charts; called by Blender for each viewport."""
    context = bpy.context
    state, region = _registered, context.region
    settings = context.scene.latent
    if state is None or state.curves is None or not settings.show_curves or region is None:
        return
    charts = core.charts(state.curves, set(settings.curves))
    look = Look.of(context)
    u = look.scale
    width = (LEFT + WIDTH + RIGHT) * u
    charts = charts[: max(0, int((region.height / u - HEADER - FOOT - 2 * EDGE) / (HEIGHT + GAP)))]
    legends = [legend(state.curves, chart, look) for chart in charts]
    high = (sum(HEIGHT + GAP + LINE * (len(rows) - 1) for rows in legends) + FOOT + 2 * EDGE) * u
    right = region.width - covered(context) - EDGE * u
    left, bottom = right - width, EDGE * u
    if not charts or left < 0:
        return
    import gpu

    gpu.state.blend_set("ALPHA")
    box(left, bottom, width, high, look.back)
    x, y = left + LEFT * u, bottom + (EDGE + FOOT) * u
    last = state.curves.last_epoch
    epochs(x, y, last, look)
    at = scrubbed(context, state.curves)
    for chart, rows in zip(reversed(charts), reversed(legends), strict=True):
        draw_chart(state, chart, x, y, last, look)
        for number, row in enumerate(reversed(rows)):
            for text, across, colour in row:
                write(text, left + EDGE * u + across, y + (HEIGHT + 7 + LINE * number) * u, look, colour)
        if at is not None and last > 0:
            box(x + WIDTH * u * at / last - u, y, 2 * u, HEIGHT * u, (*look.text, 0.9))
        y += (HEIGHT + GAP + LINE * (len(rows) - 1)) * u
    gpu.state.blend_set("NONE")


def scrubbed(context: bpy.types.Context, curves: Curves) -> float | None:
    """The epoch that the timeline shows of the run, or None where its cloud shows the present."""
    cloud = next((ob for ob in context.view_layer.objects if ob.latent.run_id == curves.run_id), None)
    if cloud is None or not curves.recorded or not playback.is_history(cloud):
        return None
    sample = playback.sample_shown(cloud, context.evaluated_depsgraph_get())
    return curves.recorded[min(max(int(sample), 0), len(curves.recorded) - 1)]


def covered(context: bpy.types.Context) -> float:
    """Pixels of the viewport that the sidebar lies over."""
    sidebar = next((region for region in context.area.regions if region.type == "UI"), None)
    over = context.preferences.system.use_region_overlap and sidebar is not None and sidebar.width > 1
    return float(sidebar.width) if over and sidebar is not None else 0.0


def epochs(x: float, y: float, last: float, look: Look) -> None:
    """The axis that all charts share."""
    u = look.scale
    places = core.ticks(last, 6)
    for place in places:
        text = core.short(place) + (" epochs" if place == places[-1] else "")
        shift = WIDTH * u * place / last if last > 0 else 0.0
        wide = blf.dimensions(font(look), text)[0]
        write(text, min(x + shift - wide / 2, x + WIDTH * u - wide + RIGHT * u * 0.6), y - 14 * u, look, look.text)


def draw_chart(state: Registered, chart: Chart, x: float, y: float, last: float, look: Look) -> None:
    """One chart, its lower left corner at (x, y)."""
    import gpu
    from gpu_extras.batch import batch_for_shader

    curves, u = state.curves, look.scale
    assert curves is not None
    low, high = core.limits(chart, curves)
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    shader.bind()
    gpu.state.blend_set("ALPHA")  # text turns it off
    shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
    span = last or 1.0

    def line(key: str, kind: str, points: list[tuple[float, float]], colour: tuple[float, ...], thick: float) -> None:
        batch = state.batches.get(key)
        if batch is None:
            batch = state.batches[key] = batch_for_shader(shader, kind, {"pos": [(a, b, 0.0) for a, b in points]})
        shader.uniform_float("lineWidth", thick * u)
        shader.uniform_float("color", colour)
        batch.draw(shader)

    with gpu.matrix.push_pop():
        gpu.matrix.translate((x, y))
        gpu.matrix.scale((WIDTH * u, HEIGHT * u))
        grid = [(a, b) for b in (0.0, 0.5, 1.0) for a in (0.0, 1.0)]
        line("grid", "LINES", grid, (*look.text, 0.22), 1.0)
        marked = [epoch / span for epoch, _ in curves.marks[-MOST_MARKS:] if epoch <= span]
        if marked:
            line("marks", "LINES", [(a, b) for a in marked for b in (0.0, 1.0)], look.line(MARK[:3])[:3] + MARK[3:], 1.0)
        for name, colour in chart.curves.items():
            curve = curves.curves[name]
            tall = core.heights(curve.values, low, high, chart.logarithmic).tolist()
            across = (np.asarray(curve.epochs) / span).tolist()
            points = list(zip(across, tall, strict=True))
            key = f"{chart.title} {name}"
            if len(points) > 1:
                line(key, "LINE_STRIP", points, look.line(colour), 1.8)
            if len(points) <= SPARSE:
                dots = [(a + shift, b) for a, b in points for shift in (-0.006, 0.006)]
                line(f"{key} dots", "LINES", dots, look.line(colour), 4.0)
    middle = (low * high) ** 0.5 if chart.logarithmic else (low + high) / 2
    for place, value in ((0.0, low), (0.5, middle), (1.0, high)):
        text = core.short(value)
        write(text, x - blf.dimensions(font(look), text)[0] - 5 * u, y + (HEIGHT * place - 4) * u, look, look.text)


def legend(curves: Curves, chart: Chart, look: Look) -> list[list[tuple[str, float, Colour]]]:
    """The lines above a chart: its name, then each curve's with its newest number, as (text, x, colour)."""
    items = [(f"{chart.title}:", look.text)]
    for name, colour in chart.curves.items():
        items.append((f"{core.label(name)} {core.short(curves.curves[name].values[-1])}", look.line(colour)[:3]))
    if curves.marks and "labels" in chart.curves:
        items.append((words.label("last: {mark}", mark=curves.marks[-1][1]), look.line(MARK[:3])[:3]))
    rows: list[list[tuple[str, float, Colour]]] = [[]]
    x, most = 0.0, (LEFT + WIDTH + RIGHT - 2 * EDGE) * look.scale
    for text, shade in items:
        wide = blf.dimensions(font(look), text)[0]
        if x + wide > most and rows[-1]:
            rows.append([])
            x = 0.0
        rows[-1].append((text, x, shade))
        x += wide + 9 * look.scale
    return rows


def font(look: Look) -> int:
    """Blender's own, in the size that letters have here."""
    blf.size(0, LETTERS * look.scale)
    return 0


def write(text: str, x: float, y: float, look: Look, colour: Colour) -> None:
    """Text whose lower left corner is at (x, y)."""
    blf.position(font(look), x, y, 0)
    blf.color(0, *colour, 1.0)
    blf.draw(0, text)


def box(x: float, y: float, width: float, height: float, colour: tuple[float, float, float, float]) -> None:
    """A filled rectangle."""
    import gpu
    from gpu_extras.batch import batch_for_shader

    gpu.state.blend_set("ALPHA")  # text turns it off
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    batch = batch_for_shader(shader, "TRIS", {"pos": corners}, indices=((0, 1, 2), (0, 2, 3)))
    shader.uniform_float("color", colour)
    batch.draw(shader)


def register() -> None:
    """Draw from now on. Without a window there is nothing to draw into."""
    global _registered
    _registered = Registered()
    if not bpy.app.background:
        _registered.handle = bpy.types.SpaceView3D.draw_handler_add(draw, (), "WINDOW", "POST_PIXEL")


def unregister() -> None:
    """Stop drawing and let go of the curves."""
    global _registered
    state, _registered = _registered, None
    if state is not None and state.handle is not None:
        bpy.types.SpaceView3D.draw_handler_remove(state.handle, "WINDOW")
