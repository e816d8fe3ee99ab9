"""Data sets by kind: say what one holds, then read it. No torch; Pillow only for pictures.

Each reader is a module with describe() and open_…(); READERS is where a new kind is added.
"""

from __future__ import annotations

import stat
from pathlib import Path

from ...core.errors import DataError
from . import arrays, digits, images
from .dataset import Dataset, Description, Progress, silent
from .reference import KINDS, DatasetRef

__all__ = ["Dataset", "DatasetRef", "Description", "describe", "open_dataset"]


def describe(reference: DatasetRef) -> Description:
    """What a data set holds, before it is loaded. Raises DataError with one sentence for the user."""
    kind, path = resolve(reference)
    if kind == "digits":
        return digits.describe()
    return images.describe(path) if kind == "images" else arrays.describe(path)


def open_dataset(reference: DatasetRef, progress: Progress | None = None) -> Dataset:
    """Read a data set. Raises DataError with one sentence for the user."""
    kind, path = resolve(reference)
    if kind == "digits":
        return digits.open_digits()
    opened = images.open_images if kind == "images" else arrays.open_arrays
    return opened(path, progress or silent)


def resolve(reference: DatasetRef) -> tuple[str, Path]:
    """(kind, path) with "auto" found out. Raises DataError for what is not there or not a file that can be read."""
    if reference.kind not in KINDS:
        raise DataError(f"There is no data of kind {reference.kind!r}; it is one of {', '.join(KINDS)}.")
    path = Path(reference.path)
    if reference.kind == "digits":
        return "digits", path
    if not reference.path:
        raise DataError("Choose a file or a folder of pictures to open.")
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise DataError(f"There is nothing at {path}; check the path.") from error
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read ({error}); check its permissions.") from error
    if stat.S_ISDIR(mode):
        if reference.kind == "arrays":
            raise DataError(f"{path.name} is a folder; choose the .npy or .npz file in it.")
        return "images", path
    if not stat.S_ISREG(mode):
        raise DataError(f"{path.name} is not a file but a pipe or a device; it is not opened.")
    if path.stat().st_size == 0:
        raise DataError(f"{path.name} is empty (0 bytes); save it again.")
    if reference.kind == "images":
        raise DataError(f"{path.name} is a file; choose the folder that holds the pictures.")
    if reference.kind == "auto" and path.suffix.lower() not in (".npy", ".npz"):
        raise DataError(f"{path.name} is of no known kind; open a .npy or .npz file, or a folder of pictures.")
    return "arrays", path
