"""A sample's own file, and its sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..core.errors import DataError, LabelError
from ..scene import cloud as cloud_data
from ..training import run_view
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
    folder = paths.resolved(cloud.latent.run_path)
    row = run_view.sample_row(folder, sample)
    if row is None or not row.file:
        raise DataError("These samples have no files of their own.")
    root = run_view.data_folder(folder)
    path = (root / row.file).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise DataError(f"The file {row.file} is not below {root} any more; put the data back.")
    return SampleMedia(path, row.start, row.end)


def play(media: SampleMedia) -> Any:
    """Play a sound, or its part, with Blender's own audio; the handle that stops it. Raises DataError."""
    try:
        import aud
    except ImportError as error:
        raise DataError("This Blender was built without audio.") from error
    try:
        sound = aud.Sound(str(media.path))
        if media.end > media.start:
            sound = sound.limit(media.start, media.end)
        return aud.Device().play(sound)
    except (aud.error, OSError) as error:
        raise DataError(f"{media.path.name} cannot be played here ({error}).") from error
