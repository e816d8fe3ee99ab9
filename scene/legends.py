"""What the colours of a cloud stand for: rows with counts, or a scale with its ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from ..core import accepting, glyphs, palette
from ..core.arrays import Int32Array
from ..core.categories import Category
from ..core.palette import Colour
from ..properties import words
from . import cloud as cloud_data
from . import playback
from .colours import CONTINUOUS, facts

MOST_ROWS = 16


@dataclass(frozen=True)
class Row:
    """A colour (sRGB), what it stands for, how many points have it, and the shape of their category."""

    colour: Colour
    name: str
    count: str
    glyph: str = ""


@dataclass(frozen=True)
class Legend:
    """title; rows; scale: what the ends of palette.MAP stand for, or None; more: how many rows there was no place for."""

    title: str
    rows: list[Row] = field(default_factory=list)
    scale: tuple[str, str] | None = None
    more: int = 0


class LookLike:
    """What a legend reads of the cloud's settings (properties.look.LatentLook)."""

    colour_by: str
    column_names: str
    low: float
    high: float


def of(cloud: bpy.types.Object, choice: str, title: str, categories: Sequence[Category], look: LookLike) -> Legend:
    """The legend of a cloud. choice: one of nodes.COLOUR_BY. look: what a column holds and its range."""
    mesh = cloud.data
    if choice in CONTINUOUS:
        return Legend(title, scale=("0", "1"))
    if choice == "Given":
        return given(mesh, title, look)
    labels, guesses, _ = facts(cloud)
    if choice == "Disagreement":
        doubts = int(np.count_nonzero(accepting.doubtful(labels, cloud_data.read_ints(mesh, "doubted"))))
        named = int(np.count_nonzero(labels))
        rows = [
            Row(palette.DISAGREES, words.label("Label doubted"), f"{doubts:,}"),
            Row(palette.AGREES, words.label("Label not doubted"), f"{named - doubts:,}"),
            Row(palette.UNLABELLED, words.label(words.label("Unlabelled")), f"{len(labels) - named:,}"),
        ]
        return Legend(title, rows)
    if choice == "Category":
        return by_number(title, categories, counted(labels), None, words.label("Unlabelled"))
    if choice == "Prediction":
        return by_number(title, categories, counted(guesses), None, words.label("Unknown"))
    beyond = int(labels.max(initial=0)) + 1
    both = counted(np.where(labels > 0, labels, beyond + guesses))  # one pass over a large cloud
    return by_number(title, categories, both[:beyond], both[beyond:], words.label("Unknown"))


def shown(cloud: bpy.types.Object, choice: str, look: LookLike) -> tuple[npt.NDArray[Any], ...]:
    """The arrays that a legend of `choice` counts, each (N,): while they are the same, so is the legend. Much less work than it."""
    mesh = cloud.data
    if choice in CONTINUOUS:
        return ()
    if choice == "Given":  # by its bits, for a value may be missing
        return (cloud_data.read_floats(mesh, "loss" if look.colour_by == "LOSS" else "column").view(np.int32),)
    if playback.is_history(cloud):
        labels, guesses, _ = facts(cloud)
    else:  # how sure a guess is, no legend tells
        labels, guesses = cloud_data.read_ints(mesh, "shown_category"), cloud_data.read_ints(mesh, "prediction")
    if choice == "Disagreement":
        return labels, cloud_data.read_ints(mesh, "doubted")
    if choice == "Category":
        return (labels,)
    return (guesses,) if choice == "Prediction" else (labels, guesses)


def counted(numbers: Int32Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """How often each number from 0 on occurs in (N,)."""
    return np.bincount(np.maximum(numbers, 0), minlength=1)


def by_number(
    title: str,
    categories: Sequence[Category],
    counts: np.ndarray[tuple[int], np.dtype[np.int64]],
    guessed: np.ndarray[tuple[int], np.dtype[np.int64]] | None,
    nothing: str,
) -> Legend:
    """A row a category, with its counts by number; those with the most points where there are too many."""

    def at(values: np.ndarray[tuple[int], np.dtype[np.int64]] | None, number: int) -> int:
        return int(values[number]) if values is not None and number < len(values) else 0

    totals = [at(counts, c.id) + at(guessed, c.id) for c in categories]
    kept = set(np.argsort([-total for total in totals], kind="stable")[: MOST_ROWS - 1].tolist())
    rows = []
    for place, category in enumerate(categories):
        if place in kept:
            count = f"{at(counts, category.id):,}"
            if guessed is not None:
                count += f" + {at(guessed, category.id):,}"
            rows.append(Row(category.colour, category.name, count, glyphs.glyph_of(category.id)))
    rows.append(Row(palette.UNLABELLED, nothing, f"{at(counts if guessed is None else guessed, 0):,}"))
    return Legend(title, rows, more=len(categories) - len(kept))


def given(mesh: bpy.types.Mesh, title: str, look: LookLike) -> Legend:
    """A column's values, or a range: of a column or of the loss."""
    values = cloud_data.read_floats(mesh, "loss" if look.colour_by == "LOSS" else "column")
    known = np.isfinite(values)
    empty = Row(palette.UNLABELLED, words.label("No value"), f"{int(np.count_nonzero(~known)):,}")
    if look.colour_by == "LOSS" or not look.column_names:
        return Legend(title, [] if known.all() else [empty], (f"{look.low:.3g}", f"{look.high:.3g}"))
    names = look.column_names.split("\n")
    counts = np.bincount(values[known].astype(np.int64), minlength=len(names))
    order = sorted(range(len(names)), key=lambda place: -int(counts[place]))[: MOST_ROWS - 1]
    rows = [Row(palette.colour_for(place + 1), names[place], f"{int(counts[place]):,}") for place in sorted(order)]
    return Legend(title, rows if known.all() else [*rows, empty], more=len(names) - len(order))
