"""AnnData, the format of single-cell data: .h5ad. Needs anndata, in the trainer only."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from ...core.errors import DataError
from ...core.text import printable
from .dataset import Dataset, Description, Progress, finished
from .guard import check_columns, check_promise, check_samples, library
from .options import NOTHING, Options
from .preprocessing import Preprocessing
from .scaling import vectors
from .table import LABEL_NAMES, listed

USUAL = "X_pca"
"""What is taken where it is there and nothing else was chosen: everybody's first step with such data."""
Given = ParamSpec("Given")
Found = TypeVar("Found")


def open_file(path: Path) -> Any:
    """The file, its matrix left on disk. Raises DataError where it is none, or where a part of it lies in another file."""
    anndata = library("anndata", "anndata", "Reading .h5ad files")
    h5py = library("h5py", "anndata", "Reading .h5ad files")
    try:
        with h5py.File(path, "r") as file:
            for group in (
                file,
                *(
                    file[name]
                    for name in ("obs", "obsm", "layers", "X")
                    if isinstance(file.get(name), h5py.Group)
                ),
            ):
                for name in group:
                    if isinstance(group.get(name, getlink=True), h5py.ExternalLink):
                        raise DataError(
                            f"{path.name}: {printable(str(name), 40)} lies in another file (an external link); save it whole."
                        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of where older versions kept things: nothing that a user must mend
            return anndata.read_h5ad(path, backed="r")
    except DataError:
        raise
    except Exception as error:
        raise DataError(
            "{name} is damaged or no .h5ad file ({error}); save it again.",
            name=path.name, error=printable(str(error), 100),
        ) from error


def told(function: Callable[Concatenate[Path, Given], Found]) -> Callable[Concatenate[Path, Given], Found]:
    """For what reads a file: a part that is first looked at there may be damaged too, and that is one sentence."""

    @functools.wraps(function)
    def reading(path: Path, /, *given: Given.args, **named: Given.kwargs) -> Found:
        try:
            return function(path, *given, **named)
        except DataError:
            raise
        except Exception as error:
            raise DataError(
                "{name} is damaged ({error}); save it again.",
                name=path.name, error=printable(str(error), 100),
            ) from error

    return reading


def matrix_of(data: Any, options: Options, path: Path) -> tuple[Any, str]:
    """(what the features are taken from, its name): a chosen layer or obsm, else X_pca, else X."""
    name = options.layer or (USUAL if USUAL in data.obsm else "X")
    if name == "X":
        return data.X, name
    if name in data.obsm:
        return data.obsm[name], name
    if name in data.layers:
        return data.layers[name], name
    raise DataError(
        f"{path.name} has no layer or obsm {printable(name, 40)!r}; it has X, {listed([*data.layers, *data.obsm])}."
    )


@told
def describe(path: Path, options: Options) -> Description:
    """What a file holds. Raises DataError."""
    data = open_file(path)
    matrix, name = matrix_of(data, options, path)
    check_samples(data.n_obs, path.name)
    count = len(options.rows(data.n_obs))
    return Description(
        "vector",
        path.name,
        count,
        (int(matrix.shape[1]),),
        (),
        0,
        count * int(matrix.shape[1]) * 4,
        (f"features from {name}",),
    )


@told
def read(path: Path, options: Options, progress: Progress, fitted: Preprocessing | None = None) -> Dataset:
    """Load a file. Raises DataError."""
    progress(0.0, f"Reading {path.name}")
    data = open_file(path)
    matrix, name = matrix_of(data, options, path)
    check_samples(data.n_obs, path.name)
    check_columns(int(matrix.shape[1]), f"{path.name}: {name}")
    rows = options.rows(data.n_obs)
    check_promise(len(rows) * int(matrix.shape[1]) * 4, path.stat().st_size, path.name)
    try:
        values = matrix[rows] if len(rows) < data.n_obs else matrix[:]
    except Exception as error:
        raise DataError(
            f"{path.name}: {name} is damaged ({printable(str(error), 80)}); save it again."
        ) from error
    dense = np.ascontiguousarray(values.toarray() if hasattr(values, "toarray") else np.asarray(values))
    if dense.dtype.kind not in "fiub":
        raise DataError(f"{path.name}: {name} has type {dense.dtype}; it must hold numbers.")
    scaling = options.scaling if name == "X" or options.scaling != "columns" else "whole"
    features, done, notes, _, digest = vectors(dense, Options(scaling=scaling), path.name, progress, fitted)
    ids = [str(data.obs_names[row]) for row in rows]
    label = label_column(data, options, path)
    coordinates = None
    if options.coordinates:
        if options.coordinates not in data.obsm or data.obsm[options.coordinates].shape[1] < 2:
            raise DataError(
                "{name} has no coordinates {coordinates!r}; obsm has {known}.",
                name=path.name, coordinates=printable(options.coordinates, 40), known=listed(list(data.obsm)),
            )
        coordinates = np.ascontiguousarray(
            np.asarray(data.obsm[options.coordinates])[rows, :3], dtype=np.float32
        )
    given = None
    if label:
        column = data.obs[label]
        given = np.array(
            ["" if value is None or value != value else str(value) for value in column.iloc[rows]]
        )
    return finished(
        "vector",
        path.name,
        features,
        ids,
        ids,
        given,
        digest,
        done,
        [
            f"features from {name}",
            f"labels from obs {label!r}" if label else "",
            options.sampled(data.n_obs),
            *notes,
        ],
        coordinates=coordinates,
    )


def label_column(data: Any, options: Options, path: Path) -> str:
    """The column of obs that holds labels; empty where there is none. Raises DataError."""
    columns = [str(name) for name in data.obs.columns]
    if options.label == NOTHING:
        return ""
    if options.label and options.label not in columns:
        raise DataError(
            "{name} has no label {label!r}; obs has {known}.",
            name=path.name, label=printable(options.label, 40), known=listed(columns),
        )
    return options.label or next((name for name in LABEL_NAMES if name in columns), "")
