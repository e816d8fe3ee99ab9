"""AnnData, the format of single-cell data: .h5ad. Read in a process of its own (hdf5_apart.py)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from . import hdf5_apart
from .dataset import Dataset, Description, Progress, finished
from .guard import check_columns, check_samples
from .options import Options
from .preprocessing import Preprocessing
from .scaling import vectors


def describe(path: Path, options: Options) -> Description:
    """What a file holds. Raises DataError."""
    with hdf5_apart.asked(path, options, whole=False) as (told, _):
        count, width = int(told["rows"]), int(told["width"])
        check_samples(count, path.name)
        return Description("vector", path.name, count, (width,), (), 0, count * width * 4, (f"features from {told['matrix']}",))


def read(path: Path, options: Options, progress: Progress, fitted: Preprocessing | None = None) -> Dataset:
    """Load a file. Raises DataError."""
    progress(0.0, f"Reading {path.name}")
    with hdf5_apart.asked(path, options, whole=True) as (told, stream):
        count, width, name, label = int(told["rows"]), int(told["width"]), str(told["matrix"]), str(told.get("label", ""))
        check_samples(count, path.name)
        check_columns(width, f"{path.name}: {name}")
        ids, given = [str(text) for text in told["ids"]], np.array([str(text) for text in told.get("given", ())])
        if len(ids) != count or len(given) not in (0, count):
            raise ValueError(count)
        dense = hdf5_apart.array(stream, (count, width), path)
        axes = int(told.get("axes", 0))
        coordinates = hdf5_apart.array(stream, (count, axes), path) if axes in (2, 3) else None
    scaling = options.scaling if name == "X" or options.scaling != "columns" else "whole"
    features, done, notes, _, digest = vectors(dense, Options(scaling=scaling), path.name, progress, fitted)
    said = [f"features from {name}", f"labels from obs {label!r}" if label else "", options.sampled(int(told["samples"])), *notes]
    return finished(
        "vector", path.name, features, ids, ids, given if label else None, digest, done, said, coordinates=coordinates
    )
