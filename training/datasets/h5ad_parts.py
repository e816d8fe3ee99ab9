"""What is taken of an .h5ad file, AnnData's format: read in the process that hdf5_apart.py starts. Needs anndata."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from ...core.errors import DataError
from ...core.text import printable, reason
from .guard import check_columns, check_promise, check_samples, library
from .options import NOTHING, Options
from .table import LABEL_NAMES, listed

USUAL = "X_pca"
"""What is taken where it is there and nothing else was chosen: everybody's first step with such data."""


def libraries() -> tuple[Any, Any]:
    """(anndata, h5py). Raises DataError where one is missing."""
    return tuple(library(name, "anndata", "Reading .h5ad files") for name in ("anndata", "h5py"))


def open_file(path: Path) -> Any:
    """The file, its matrix left on disk. Raises DataError where it is none, or where a part of it lies in another file."""
    anndata, h5py = libraries()
    try:
        with h5py.File(path, "r") as file:
            outside = elsewhere(file, h5py)
        if outside:
            raise DataError(f"{path.name}: {printable(outside, 40)} lies in another file; save it whole.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of where older versions kept things: nothing that a user must mend
            return anndata.read_h5ad(path, backed="r")
    except DataError:
        raise
    except Exception as error:
        raise DataError(
            "{name} is damaged or no .h5ad file ({error}); save it again.",
            name=path.name, error=reason(error, 100),
        ) from error


def elsewhere(file: Any, h5py: Any) -> str:
    """The name of a part that lies in another file, at any depth: an external link, or an array whose numbers lie there.

    Empty where none does.
    """

    def linked(name: str, link: Any) -> str | None:
        return name if isinstance(link, h5py.ExternalLink) else None

    def stored(name: str, part: Any) -> str | None:
        return name if isinstance(part, h5py.Dataset) and (part.external or part.is_virtual) else None

    return str(file.visititems_links(linked) or file.visititems(stored) or "")


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


def parts(path: Path, options: Options, whole: bool) -> tuple[dict[str, Any], list[np.ndarray[Any, Any]]]:
    """(what is said of the file, its arrays: the matrix (M, D) and, where asked for, coordinates (M, 2 or 3); none unless whole).

    Raises DataError.
    """
    try:
        return taken(path, options, whole)
    except (DataError, MemoryError):
        raise
    except Exception as error:  # a part that is first looked at there may be damaged in any way
        raise DataError("{name} is damaged ({error}); save it again.", name=path.name, error=reason(error)) from error


def taken(path: Path, options: Options, whole: bool) -> tuple[dict[str, Any], list[np.ndarray[Any, Any]]]:
    """The same; whatever the libraries raise over a damaged file comes out."""
    data = open_file(path)
    matrix, name = matrix_of(data, options, path)
    check_samples(data.n_obs, path.name)
    width, rows = int(matrix.shape[1]), options.rows(data.n_obs)
    told: dict[str, Any] = {"matrix": name, "rows": len(rows), "width": width, "samples": int(data.n_obs)}
    if not whole:
        return told, []
    check_columns(width, f"{path.name}: {name}")
    check_promise(len(rows) * width * 4, path.stat().st_size, path.name)
    values = matrix[rows] if len(rows) < data.n_obs else matrix[:]
    arrays = [np.ascontiguousarray(values.toarray() if hasattr(values, "toarray") else np.asarray(values))]
    if arrays[0].dtype.kind not in "fiub":
        raise DataError(f"{path.name}: {name} has type {arrays[0].dtype}; it must hold numbers.")
    told["ids"] = [str(data.obs_names[row]) for row in rows]
    if options.coordinates:
        if options.coordinates not in data.obsm or data.obsm[options.coordinates].shape[1] < 2:
            raise DataError(
                "{name} has no coordinates {coordinates!r}; obsm has {known}.",
                name=path.name, coordinates=printable(options.coordinates, 40), known=listed(list(data.obsm)),
            )
        arrays.append(np.ascontiguousarray(np.asarray(data.obsm[options.coordinates])[rows, :3], dtype=np.float32))
        told["axes"] = int(arrays[1].shape[1])
    label = label_column(data, options, path)
    if label:
        column = data.obs[label]
        told["label"] = label
        told["given"] = ["" if value is None or value != value else str(value) for value in column.iloc[rows]]
    return told, arrays


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
