"""What a hand draws in the air, in the headset and in the desk's viewports: the line, the brush's ball, the ray, a sentence."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import blf
import bpy
import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader
from mathutils import Matrix, Vector

from ..live.air import Stroke
from . import hands

COLOUR, SHADOW, TAKES = (1.0, 1.0, 1.0, 0.95), (0.0, 0.0, 0.0, 0.6), (1.0, 0.45, 0.35, 0.95)
FAINT = (1.0, 1.0, 1.0, 0.4)
AROUND = 48
SAID_SECONDS = 4.0
NEAREST = 0.45
"""Metres: text stands no nearer to the eyes."""
TALL = 0.022
"""A line of text per metre of distance: its capitals are 1.2 degrees of view and more, with NEAREST or beyond."""
RAY = 3.0
Kept = TypeVar("Kept")


@dataclass
class Registered:
    """What enabling added, and what is drawn now. until: how long the sentence stays. lost: where a hand's tracking was lost.

    kept: what is drawn beside by others (the palette, the card), one of each kind.
    """

    handles: list[tuple[Any, str]] = field(default_factory=list)
    stroke: Stroke | None = None
    until: float = 0.0
    lost: hands.Pose | None = None
    kept: dict[type[Any], Any] = field(default_factory=dict)


_registered: Registered | None = None


def kept(kind: type[Kept]) -> Kept:
    """The one object of this kind that is kept while the extension is enabled; made when it is first asked for."""
    if _registered is None:
        return kind()
    if kind not in _registered.kept:
        _registered.kept[kind] = kind()
    return cast(Kept, _registered.kept[kind])


def keep(thing: Kept) -> Kept:
    """Keep this one instead of the one of its kind before."""
    if _registered is not None:
        _registered.kept[type(thing)] = thing
    return thing


def show(stroke: Stroke | None) -> None:
    """Draw this stroke from now on, or none."""
    if _registered is not None:
        _registered.stroke = stroke


def lose(pose: hands.Pose | None) -> None:
    """The hand's tracking was lost at this pose; None: it is back."""
    if _registered is not None:
        _registered.lost = pose


def is_lost(pose: hands.Pose) -> bool:
    """Whether the hand still is where its tracking was lost: Blender repeats the last state of a controller that is gone."""
    return _registered is not None and _registered.lost == pose


def say(context: bpy.types.Context, sentence: str) -> None:
    """Show a sentence at the drawing hand for a while."""
    context.window_manager.latent_xr.said = sentence
    if _registered is not None:
        _registered.until = time.monotonic() + SAID_SECONDS


def draw() -> None:
    """Called by Blender for each eye and each 3D viewport, in world space."""
    context, drawn = bpy.context, _registered
    state = hands.running(context) if drawn is not None else None
    if drawn is None or state is None:
        return
    held, hand = context.window_manager.latent_xr, hands.dominant(context)
    metre = hands.scale(state, context)
    place, turn = hands.aim(context, state, hand)
    stroke = drawn.stroke
    if stroke is not None and len(stroke.hand) > 1:
        loop = stroke.tool.kind == "LOOP"
        colour = TAKES if stroke.subtract else COLOUR
        path = [*stroke.hand, stroke.hand[0]] if loop else stroke.hand
        line(path, 6.0 if loop else 3.0, SHADOW)
        line(path, 3.0 if loop else 1.5, colour if loop else FAINT)
    if held.tool == "BRUSH":
        for ring in rings(place, held.radius * metre):
            line(ring, 2.0, TAKES if stroke is not None and stroke.subtract else COLOUR)
    elif held.tool == "TOUCH":
        line([place, place + (turn @ hands.AHEAD) * RAY * metre], 2.0, FAINT)
    if held.said and time.monotonic() < drawn.until:
        words(held.said, place, state, metre)


def rings(middle: Vector, radius: float) -> list[np.ndarray]:
    """Three circles around each axis, (AROUND + 1, 3)."""
    turns = np.linspace(0.0, 2 * np.pi, AROUND + 1)
    flat = np.stack([np.cos(turns), np.sin(turns), np.zeros_like(turns)], axis=1) * radius
    return [np.roll(flat, axis, axis=1) + np.array(middle) for axis in range(3)]


def line(places: Sequence[Any], width: float, colour: tuple[float, float, float, float]) -> None:
    """A line through places of the scene."""
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    batch = batch_for_shader(shader, "LINE_STRIP", {"pos": [tuple(place) for place in places]})
    shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
    shader.uniform_float("lineWidth", width)
    shader.uniform_float("color", colour)
    gpu.state.blend_set("ALPHA")
    batch.draw(shader)
    gpu.state.blend_set("NONE")


def words(sentence: str, place: Vector, state: Any, metre: float) -> None:
    """A sentence above a place, turned to the eyes and no nearer than comfort has it."""
    eyes = Vector(state.viewer_pose_location)
    away = place - eyes
    distance = max(away.length, NEAREST * metre)
    there = eyes + away.normalized() * distance + Vector((0.0, 0.0, 0.1 * metre))
    facing = (there - eyes).to_track_quat("-Z", "Y").to_matrix().to_4x4()
    rows = wrapped(sentence, 38)
    size = TALL * 1.4 * distance
    with gpu.matrix.push_pop():
        gpu.matrix.multiply_matrix(Matrix.Translation(there) @ facing @ Matrix.Scale(size / 40.0, 4))
        blf.size(0, 40)
        half = max(blf.dimensions(0, row)[0] for row in rows) / 2.0 + 20.0
        sheet(-half, -22.0, half, len(rows) * 52.0)
        blf.color(0, 1.0, 0.92, 0.75, 1.0)
        for number, row in enumerate(reversed(rows)):
            blf.position(0, -blf.dimensions(0, row)[0] / 2.0, number * 52.0, 0.0)
            blf.draw(0, row)


def sheet(left: float, low: float, right: float, high: float) -> None:
    """A dark ground for text, so that it is read before any cloud."""
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    corners = [(left, low, -1.0), (right, low, -1.0), (right, high, -1.0), (left, high, -1.0)]
    batch = batch_for_shader(shader, "TRIS", {"pos": corners}, indices=[(0, 1, 2), (0, 2, 3)])
    shader.uniform_float("color", (0.05, 0.06, 0.08, 0.85))
    gpu.state.blend_set("ALPHA")
    batch.draw(shader)
    gpu.state.blend_set("NONE")


def wrapped(sentence: str, most: int) -> list[str]:
    """Lines of at most `most` letters, broken between words."""
    rows = [""]
    for word in sentence.split():
        if rows[-1] and len(rows[-1]) + 1 + len(word) > most:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}".strip()
    return rows


def register(beside: Callable[[bool], None]) -> None:
    """Draw while a session runs. Without a window there is nothing to draw into.

    beside: draws before this does; it is told whether it draws for the headset.
    """
    global _registered
    _registered = Registered()
    if bpy.app.background:
        return
    for region, in_headset in (("XR", True), ("WINDOW", False)):
        for function, told in ((beside, (in_headset,)), (draw, ())):
            handle = bpy.types.SpaceView3D.draw_handler_add(function, told, region, "POST_VIEW")
            _registered.handles.append((handle, region))


def unregister() -> None:
    """Stop drawing."""
    global _registered
    drawn, _registered = _registered, None
    for handle, region in drawn.handles if drawn is not None else ():
        bpy.types.SpaceView3D.draw_handler_remove(handle, region)
