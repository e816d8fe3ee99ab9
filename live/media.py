"""A sample's own file, and its sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..core.errors import DataError, LabelError
from ..core.text import reason
from ..scene import cloud as cloud_data
from ..training import run_view
from ..training.datasets.reference import SOUNDS
from . import labels, paths


@dataclass(frozen=True)
class SampleMedia:
    """A sample's own file, and for a sound the part of it in seconds (end 0: all of it)."""

    path: Path
    start: float
    end: float


def media_of(cloud: bpy.types.Object, sample: int = -1) -> SampleMedia:
    """The file of a sample, or (-1) of the first selected point's. Raises LabelError where none is selected, DataError where it has

    none.
    """
    if sample < 0:
        chosen = np.flatnonzero(labels.selected(cloud))
        if not len(chosen):
            raise LabelError("No point is selected; draw a loop around one first.")
        sample = int(cloud_data.read_ints(cloud.data, "sample")[chosen[0]])
    folder = paths.run_of(cloud)
    row = run_view.sample_row(folder, sample)
    if row is None or not row.file:
        raise DataError("These samples have no files of their own, so there is none to open; their data lies in one file.")
    path = run_view.file_at(folder, row.file)
    return SampleMedia(path, row.start, row.end)


@dataclass(frozen=True)
class Heard:
    """Where a sound comes from and who hears it, in the scene; metre: units of the scene a metre is to the listener."""

    place: tuple[float, float, float]
    head: tuple[float, float, float]
    turn: tuple[float, float, float, float]
    metre: float = 1.0


def is_sound(media: SampleMedia) -> bool:
    """Whether it can be played, by its name."""
    return media.path.suffix.lower() in SOUNDS


def play(media: SampleMedia, heard: Heard | None = None) -> Any:
    """Play a sound, or its part, with Blender's own audio; the handle that stops it. Raises DataError.

    heard: play it from a place in the room, not from everywhere.
    """
    try:
        import aud
    except ImportError as error:
        raise DataError("This Blender was built without audio; use one from blender.org.") from error
    try:
        sound = aud.Sound(str(media.path))
        if media.end > media.start:
            sound = sound.limit(media.start, media.end)
        device = aud.Device()
        if heard is None:
            return device.play(sound)
        # only a single channel has a place
        handle = device.play(sound.rechannel(1))
        device.listener_location = (0.0, 0.0, 0.0)
        device.listener_orientation = heard.turn
        handle.relative = False
        handle.location = tuple((there - here) / heard.metre for there, here in zip(heard.place, heard.head, strict=True))
        return handle
    except (aud.error, OSError) as error:
        raise DataError(
            "{name} cannot be played here ({reason}); open it in another program with Open Sample.",
            name=media.path.name, reason=reason(error),
        ) from error
