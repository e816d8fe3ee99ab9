"""The colour of each point as numbers: what the node group computes, for what is drawn with `gpu` and for the legend."""

from __future__ import annotations

from typing import TypeVar

import bpy
import numpy as np

from ..core import accepting, glyphs, palette
from ..core.arrays import BoolArray, Float32Array, Int32Array
from . import cloud as cloud_data
from . import materials, nodes, playback

FAINT = "latent_faint"
"""The custom property of a cloud that stands back: an epoch that another one is compared with."""
SEEN, DARK = 0.35, 0.045
"""How much of a faint point's colour is seen, and the linear grey that it is mixed with."""
PICTURED = ("Pictures", "Cards")
Values = TypeVar("Values", BoolArray, Float32Array, Int32Array)
CONTINUOUS = {"Confidence": "confidence", "Novelty": "novelty", "Margin": "margin"}
"""The choices that show a number 0..1 of each point, and the attribute that holds it."""


def part(values: Values, rows: Int32Array | None) -> Values:
    """Some rows of (N, ...) values; None: all."""
    return values if rows is None else np.ascontiguousarray(values[rows])


def of_points(cloud: bpy.types.Object, rows: Int32Array | None = None) -> Float32Array:
    """(N, 4) float32 linear RGB and size, of the present or of the recorded epoch that is shown; the shader lights up what is
    selected. rows: of these points alone.
    """
    hidden = part(cloud_data.read_bools(cloud.data, "hidden"), rows)
    shown = np.ones((len(hidden), 4), dtype=np.float32)
    shown[:, :3] = plain(cloud, rows)
    if cloud.get(FAINT):
        shown[:, :3] = DARK + (shown[:, :3] - DARK) * SEEN
    shown[hidden, 3] = 0.0  # no size: not drawn
    return shown


def plain(cloud: bpy.types.Object, rows: Int32Array | None = None) -> Float32Array:
    """(N, 3) float32 linear RGB without the light of a selection. rows: of these points alone."""
    mesh, choice = cloud.data, nodes.get_input(cloud, "Colour By")
    whole = facts(cloud)
    category, prediction, confidence = part(whole[0], rows), part(whole[1], rows), part(whole[2], rows)
    if choice == "Confidence":
        return palette.mapped(confidence)
    if choice in CONTINUOUS:
        return palette.mapped(part(cloud_data.read_floats(mesh, CONTINUOUS[choice]), rows))
    if choice == "Given":
        return part(cloud_data.read_colours(mesh, "given_colour"), rows)
    table = materials.palette_table(cloud)[:, :3]
    category = np.clip(category, 0, len(table) - 1)
    if choice == "Category":
        return np.asarray(table[category])
    if choice == "Disagreement":
        doubts = accepting.doubtful(category, part(cloud_data.read_ints(mesh, "doubted"), rows))
        kinds = np.array([table[0], palette.linear(palette.AGREES), palette.linear(palette.DISAGREES)], dtype=np.float32)
        return np.asarray(kinds[(category > 0).astype(np.int8) + doubts])
    guessed = np.asarray(table[np.clip(prediction, 0, len(table) - 1)])
    if choice == "Labels and Guesses":
        weight = 0.6 * confidence[:, None]
        paler = table[0] + (guessed - table[0]) * weight
        return np.where((category > 0)[:, None], table[category], paler)
    return guessed


def facts(cloud: bpy.types.Object) -> tuple[Int32Array, Int32Array, Float32Array]:
    """(N,) int32 category and prediction, (N,) float32 confidence: as the node group takes them, live or recorded."""
    if playback.is_history(cloud):
        state = playback.state_shown(cloud, bpy.context.evaluated_depsgraph_get())
        if state is not None:
            whole = np.rint(state[:, :2]).astype(np.int32)
            return whole[:, 0], whole[:, 1], np.ascontiguousarray(state[:, 2])
    mesh = cloud.data
    return (
        cloud_data.read_ints(mesh, "shown_category"),
        cloud_data.read_ints(mesh, "prediction"),
        cloud_data.read_floats(mesh, "confidence"),
    )


def marks(cloud: bpy.types.Object) -> Float32Array:
    """(N,) float32: which picture of the atlas a point shows; where none are shown, the shape of its category (core/glyphs.py)."""
    if nodes.drawn_as(cloud) in PICTURED:
        return cloud_data.read_ints(cloud.data, "tile").astype(np.float32)
    if not nodes.get_input(cloud, "Category Shapes"):
        return np.zeros(len(cloud.data.vertices), dtype=np.float32)
    category = facts(cloud)[0]
    return glyphs.numbers(int(category.max(initial=0)))[np.maximum(category, 0)]
