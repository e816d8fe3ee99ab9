"""Data sets by kind: say what one holds, then read it. No torch; heavy libraries only for the kinds that need them.

Each reader is a module with describe(path, options) and read(path, options, progress, fitted); READERS is where a new
kind is added.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import ModuleType

from ...core.arrays import Int64Array
from ...core.errors import DataError
from ...core.text import reason
from . import arrays, audio, digits, h5ad, huggingface, idx, images, projector, table, text
from .dataset import Dataset, Description, Media, Progress, silent
from .guard import FEWEST, few
from .options import Options
from .preprocessing import Preprocessing
from .reference import KINDS, PICTURES, SOUNDS, SUFFIXES, TEXTS, DatasetRef

__all__ = ["Dataset", "DatasetRef", "Description", "Media", "Preprocessing", "describe", "open_dataset"]

READERS: dict[str, ModuleType] = {
    "arrays": arrays,
    "table": table,
    "images": images,
    "audio": audio,
    "text": text,
    "idx": idx,
    "huggingface": huggingface,
    "anndata": h5ad,
    "projector": projector,
}
FOLDERS = ("images", "audio", "huggingface", "text")
"""Kinds that can be folders; of these, text can be a file too."""
MANY = 500
"""Folders below a folder that are looked at to find out what it holds."""


def describe(reference: DatasetRef) -> Description:
    """What a data set holds, before it is loaded. Raises DataError with one sentence for the user."""
    options = Options.from_mapping(reference.options)
    kind, path = resolve(reference)
    if kind == "digits":
        return digits.describe()
    described: Description = READERS[kind].describe(path, options)
    if described.samples < FEWEST:
        raise few(described.samples, described.source)
    return described


def open_dataset(
    reference: DatasetRef,
    progress: Progress | None = None,
    fitted: Preprocessing | None = None,
    part: Int64Array | None = None,
) -> Dataset:
    """Read a data set; with `fitted`, as new data of a run that was trained with that preprocessing. Raises DataError.

    part: (M,) int64 ascending rows, to read these alone, of those that the options would take.
    """
    options = Options.from_mapping(reference.options)
    if part is not None:
        options = options.part(part)
    kind, path = resolve(reference)
    if kind == "digits":
        return digits.open_digits()
    try:
        opened: Dataset = READERS[kind].read(path, options, progress or silent, fitted)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError) as error:
        if fitted is None:
            raise
        raise DataError(
            "{name} cannot be read as the run's data was ({reason}); restore preprocessing.npz from a copy.",
            name=path.name, reason=reason(error, 80),
        ) from error
    if fitted is None and opened.size < FEWEST:
        raise few(opened.size, opened.description.source)
    return opened


def resolve(reference: DatasetRef) -> tuple[str, Path]:
    """(kind, path) with "auto" found out. Raises DataError for what is not there or not a file that can be read."""
    if reference.kind not in KINDS:
        raise DataError(
            "There is no data of kind {kind!r}; it is one of {kinds}.",
            kind=reference.kind, kinds=", ".join(KINDS),
        )
    path = Path(reference.path)
    if reference.kind == "digits":
        return "digits", path
    if not reference.path:
        raise DataError("Choose a file or a folder to open.")
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise DataError("There is nothing at {path}; check the path.", path=path) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise DataError(
            "{name} cannot be read ({reason}); check the path and its permissions.",
            name=path.name, reason=reason(error),
        ) from error
    if stat.S_ISDIR(found.st_mode):
        return folder_kind(reference.kind, path), path
    if not stat.S_ISREG(found.st_mode):
        raise DataError("{name} is not a file but a pipe or a device; it is not opened.", name=path.name)
    if found.st_size == 0:
        raise DataError("{name} is empty (0 bytes); save it again.", name=path.name)
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise DataError(
            "{name} cannot be read ({reason}); check its permissions.",
            name=path.name, reason=reason(error),
        ) from error
    return file_kind(reference.kind, path), path


def folder_kind(kind: str, path: Path) -> str:
    """What a folder holds. Raises DataError for a kind that is a file."""
    try:
        with os.scandir(path) as entries:
            next(entries, None)
    except OSError as error:
        raise DataError(
            "The folder {path} cannot be read ({reason}); check its permissions.",
            path=path, reason=reason(error),
        ) from error
    if kind in FOLDERS:
        return kind
    if kind != "auto":
        raise DataError("{name} is a folder; choose the file in it.", name=path.name)
    if huggingface.is_folder(path):
        return "huggingface"
    counts = {"images": 0, "audio": 0, "text": 0}
    wanted = {"images": PICTURES, "audio": SOUNDS, "text": TEXTS}
    for number, (_, _, files) in enumerate(os.walk(path)):
        for name, suffixes in wanted.items():
            counts[name] += sum(Path(file).suffix.lower() in suffixes for file in files)
        if number > MANY:
            break
    if not any(counts.values()):
        raise DataError(
            "{name} holds no pictures, sounds or texts that can be read; a cloud needs at least 2.",
            name=path.name,
        )
    return max(counts, key=lambda name: counts[name])


def file_kind(kind: str, path: Path) -> str:
    """What a file holds. Raises DataError for a kind that is a folder, or none."""
    if kind in FOLDERS and kind != "text":
        raise DataError(
            f"{path.name} is a file; choose the folder that holds {'the pictures' if kind == 'images' else 'the data'}."
        )
    if kind != "auto":
        return kind
    if idx.is_idx(path):
        return "idx"
    if projector.is_projector(path):
        return "projector"
    found = SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise DataError(
            "{name} is of no known kind; open {suffixes}, IDX, or a folder of pictures, sounds or texts.",
            name=path.name, suffixes=", ".join(sorted(SUFFIXES)),
        )
    return found
