"""NumPy files: .npy, and .npz with x and, where people have them, y, ids and names. Nothing is ever unpickled."""

from __future__ import annotations

import math
import sys
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Int64Array, UInt8Array
from ...core.errors import DataError
from ...core.text import reason
from .dataset import Dataset, Description, Progress, finished, given_labels
from .guard import check_columns, check_promise, check_samples
from .options import Options
from .preprocessing import Preprocessing
from .scaling import pixels, survey, vectors

NUMBERS = "fiub"
ALIASES = {
    "x": ("x", "X", "data", "embeddings"),
    "y": ("y", "Y", "labels"),
    "ids": ("ids",),
    "names": ("names",),
    "positions": ("positions", "coordinates"),
}
"""What an array may be called in a .npz."""

DAMAGE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, UnicodeError)
"""What an archive raises: RuntimeError where a member is encrypted, or (NotImplementedError) packed in a way nobody unpacks;
UnicodeError for a member's name."""

Header = tuple[tuple[int, ...], "np.dtype[Any]"]


def describe(path: Path, options: Options) -> Description:
    """What a file holds, from its headers alone. Raises DataError."""
    headers = read_headers(path)
    shape, dtype = headers["x"]
    kind, sample_shape = sample_kind(shape, path)
    count = len(options.rows(shape[0]))
    size = count * math.prod(sample_shape) * 4
    notes = tuple(f"uses {name}" for name in ("y", "ids", "names") if name in headers)
    return Description(
        kind, path.name, count, sample_shape, (), headers.get("y", ((0,), dtype))[0][0], size, notes
    )


def read(path: Path, options: Options, progress: Progress, fitted: Preprocessing | None = None) -> Dataset:
    """Load a file. Raises DataError with what is wrong and what to do."""
    headers = read_headers(path)
    progress(0.0, f"Reading {path.name}")
    arrays = load(path, headers)
    x, source = arrays["x"], path.name
    kind, shape = sample_kind(x.shape, path)
    count = len(x)
    rows = options.rows(count)
    pictures: UInt8Array | None = None
    notes = [options.sampled(count)]
    features: Float32Array
    if kind == "image":
        _, _, content, hashed = survey(x, rows, source, progress)
        pictures, features, done = pixels(x[rows], shape[0], source, fitted)
    else:
        features, done, constant, content, hashed = vectors(x, options, source, progress, fitted)
        notes += constant
    ids = texts(arrays["ids"], count, source, "ids") if "ids" in arrays else None
    names = texts(arrays["names"], count, source, "names") if "names" in arrays else None
    if "y" in arrays and arrays["y"].shape != (count,):
        given_labels(arrays["y"], count, source)  # says which lengths do not agree
    return finished(
        kind,
        source,
        features,
        [ids[row] for row in rows] if ids is not None else content,
        [names[row] for row in rows] if names is not None else [str(row) for row in rows],
        arrays["y"][rows] if "y" in arrays else None,
        hashed,
        done,
        notes,
        pictures,
        coordinates(arrays, options, source, rows),
    )


def coordinates(
    arrays: dict[str, Any], options: Options, source: str, rows: Int64Array
) -> Float32Array | None:
    """Where the room begins: the array that the option names, or one called positions. Raises DataError."""
    name = "x" if options.coordinates == "x" else "positions"
    if options.coordinates not in ("", "x", "positions"):
        raise DataError(
            "{source} has no array {coordinates!r} for coordinates; it is x or positions.",
            source=source, coordinates=options.coordinates,
        )
    if name not in arrays:
        if options.coordinates:
            raise DataError("{source} has no array named positions; save one of shape (samples, 3) in it.", source=source)
        return None
    values = arrays[name]
    if values.ndim != 2 or values.shape[1] not in (2, 3) or len(values) != len(arrays["x"]):
        raise DataError(
            "{source}: {name} has shape {shape}; coordinates are (samples, 2) or (samples, 3), one row a sample.",
            source=source, name=name, shape=values.shape,
        )
    chosen = np.ascontiguousarray(values[rows], dtype=np.float32)
    if not np.isfinite(chosen).all():
        row = int(rows[np.argwhere(~np.isfinite(chosen))[0][0]])
        raise DataError(
            "{source}: {name} is not finite in row {row}; replace or drop it.",
            source=source, name=name, row=row,
        )
    return chosen


def sample_kind(shape: tuple[int, ...], path: Path) -> tuple[str, tuple[int, ...]]:
    """("vector", (D,)) or ("image", (C, H, W)) for the shape of x. Raises DataError."""
    if len(shape) < 2 or 0 in shape[1:]:
        raise DataError(
            "{name}: x has shape {shape}; give one row a sample, (samples, features) or (samples, height, width).",
            name=path.name, shape=shape,
        )
    check_samples(shape[0], path.name)
    if len(shape) == 2:
        check_columns(shape[1], path.name)
        return "vector", (shape[1],)
    if len(shape) == 3:
        return "image", (1, shape[1], shape[2])
    if len(shape) == 4 and shape[3] in (1, 3, 4):
        return "image", (min(shape[3], 3), shape[1], shape[2])
    if len(shape) == 4 and shape[1] in (1, 3):
        return "image", shape[1:]
    raise DataError(
        "{name}: x has shape {shape}; pictures are (samples, height, width) with 1, 3 or 4 channels.",
        name=path.name, shape=shape,
    )


def texts(values: np.ndarray[Any, Any], count: int, source: str, name: str) -> list[str]:
    """A column of text. Raises DataError for another length."""
    if values.shape != (count,):
        raise DataError(
            "{source}: {name} has shape {shape}, but x has {count:,} samples; give one row a sample.",
            source=source, name=name, shape=values.shape, count=count,
        )
    return [str(value) for value in values.tolist()]


def read_headers(path: Path) -> dict[str, Header]:
    """Shape and dtype of each array in a file, without loading any. Raises DataError."""
    try:
        with path.open("rb") as stream:
            start = stream.read(6)
            if start == b"\x93NUMPY":
                stream.seek(0)
                header = npy_header(stream, path, "x")
                check_size(header, path.stat().st_size, path, "x")
                return {"x": header}
        if start[:4] != b"PK\x03\x04":
            raise DataError("{name} is not a NumPy file; save it with numpy.save or numpy.savez.", name=path.name)
        headers = {}
        with zipfile.ZipFile(path) as archive:
            for name in ALIASES:
                entry = find(archive, name)
                if entry is None:
                    continue
                with archive.open(entry) as member:
                    headers[name] = npy_header(member, path, name)
                check_size(headers[name], entry.file_size, path, name)
    except DAMAGE as error:
        raise damaged(path, error) from error
    if "x" not in headers:
        raise DataError(
            "{name} has no array named x; save your data with numpy.savez(file, x=data, y=labels).",
            name=path.name,
        )
    return headers


def find(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """The member that holds an array; X and data pass for x, labels for y."""
    for alias in ALIASES[name]:
        try:
            return archive.getinfo(alias + ".npy")
        except KeyError:
            continue
    return None


def npy_header(stream: Any, path: Path, name: str) -> Header:
    """Shape and dtype of a .npy. Raises DataError for objects and for anything but numbers or text."""
    try:
        version = np.lib.format.read_magic(stream)
        read = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        shape, _fortran, dtype = read(stream)
        if any(size < 0 for size in shape):
            raise ValueError(shape)
    except (ValueError, TypeError, OverflowError, EOFError, SyntaxError, tokenize.TokenError) as error:
        raise DataError(f"{path.name}: the header of {name} is damaged; save the file again.") from error
    if dtype.hasobject:
        raise DataError(
            f"{path.name}: {name} holds Python objects, which are never loaded; save it as plain numbers or text."
        )
    if dtype.kind not in (NUMBERS if name in ("x", "positions") else NUMBERS + "US"):
        raise DataError(f"{path.name}: {name} has type {dtype}; it must hold numbers.")
    return tuple(int(size) for size in shape), dtype


def check_size(header: Header, available: int, path: Path, name: str) -> None:
    """Raise DataError where a header promises more than the file holds, before anything is allocated."""
    shape, dtype = header
    promised = math.prod(shape) * dtype.itemsize
    if promised > available:
        raise DataError(
            f"{path.name} is cut off: {name} says {promised:,} bytes, the file holds {available:,}; save it again."
        )
    check_promise(promised, path.stat().st_size, f"{path.name}: {name}")


def load(path: Path, headers: dict[str, Header]) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays; a .npy is mapped rather than read. Raises DataError."""
    try:
        opened = np.load(path, allow_pickle=False, mmap_mode="r")
        if isinstance(opened, np.ndarray):
            return {"x": opened}
        with opened, zipfile.ZipFile(path) as archive:
            members = {name: find(archive, name) for name in headers}
            arrays = {name: opened[entry.filename[:-4]] for name, entry in members.items() if entry is not None}
    except (*DAMAGE, ValueError, OverflowError, MemoryError) as error:
        raise damaged(path, error) from error
    for name, array in arrays.items():
        check_text(array, path, name)
    return arrays


def check_text(array: np.ndarray[Any, Any], path: Path, name: str) -> None:
    """Raise DataError for text with numbers in it that are no characters: Python would not take it."""
    if array.dtype.kind != "U" or not array.nbytes:
        return
    letters = np.ascontiguousarray(array).view(np.dtype(np.uint32).newbyteorder(array.dtype.byteorder))
    if int(letters.max()) > sys.maxunicode:
        raise DataError(f"{path.name}: {name} holds text that is damaged; save the file again.")


def damaged(path: Path, error: BaseException) -> DataError:
    """The sentence for a file that cannot be read to its end."""
    return DataError(
        "{name} is damaged or cannot be read ({error}); save it again.",
        name=path.name, error=reason(error, 80),
    )
