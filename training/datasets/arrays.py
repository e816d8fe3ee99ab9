"""NumPy files: .npy, and .npz with x and, where people have them, y, ids and names. Nothing is ever unpickled."""

from __future__ import annotations

import math
import tokenize
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from ...core.arrays import UInt8Array
from ...core.errors import DataError
from .dataset import (
    Dataset,
    Description,
    Progress,
    check_finite,
    check_ids,
    content_ids,
    given_labels,
    hash_arrays,
    standardised,
)

MOST_BYTES = 64 * 2**30
FEWEST = 2
NUMBERS = "fiub"

Header = tuple[tuple[int, ...], "np.dtype[Any]"]


def describe(path: Path) -> Description:
    """What a file holds, from its headers alone. Raises DataError."""
    headers = read_headers(path)
    shape, dtype = headers["x"]
    kind, sample_shape = sample_kind(shape, path)
    size = int(np.prod(shape)) * 4
    notes = tuple(f"uses {name}" for name in ("y", "ids", "names") if name in headers)
    return Description(kind, path.name, shape[0], sample_shape, (), headers.get("y", ((0,), dtype))[0][0], size, notes)


def open_arrays(path: Path, progress: Progress) -> Dataset:
    """Load a file. Raises DataError with what is wrong and what to do."""
    headers = read_headers(path)
    progress(0.1, f"Reading {path.name}")
    arrays = load(path, headers)
    x = arrays["x"]
    kind, shape = sample_kind(x.shape, path)
    count = len(x)
    source = path.name
    if x.dtype.kind == "f":
        check_finite(x, source, "x")
    progress(0.5, f"Scaling {count:,} samples")
    pictures: UInt8Array | None = None
    notes: list[str] = []
    if kind == "image":
        pictures, features, preprocessing = as_pictures(x, shape)
    else:
        features, preprocessing, constant = standardised(x.reshape(count, -1))
        if constant:
            notes.append(f"{constant} constant columns say nothing and are 0")
    ids = texts(arrays["ids"], count, source, "ids") if "ids" in arrays else content_ids(x)
    check_ids(ids, source)
    names = texts(arrays["names"], count, source, "names") if "names" in arrays else [f"{i}" for i in range(count)]
    classes: tuple[str, ...] = ()
    labels = np.zeros(count, dtype=np.int32)
    if "y" in arrays:
        classes, labels = given_labels(arrays["y"], count, source)
    described = Description(
        kind, source, count, shape, classes, int(np.count_nonzero(labels)), features.nbytes, tuple(notes)
    )
    hashed = hash_arrays(x)
    return Dataset(described, features, ids, names, labels, hashed, None, pictures, preprocessing)


def sample_kind(shape: tuple[int, ...], path: Path) -> tuple[str, tuple[int, ...]]:
    """("vector", (D,)) or ("image", (C, H, W)) for the shape of x. Raises DataError."""
    if len(shape) < 2 or 0 in shape[1:]:
        raise DataError(
            f"{path.name}: x has shape {shape}; give one row a sample, (samples, features) or (samples, height, width)."
        )
    if shape[0] < FEWEST:
        raise DataError(f"{path.name} holds {shape[0]} samples; a cloud needs at least {FEWEST}.")
    if len(shape) == 2:
        return "vector", (shape[1],)
    if len(shape) == 3:
        return "image", (1, shape[1], shape[2])
    if len(shape) == 4 and shape[3] in (1, 3, 4):
        return "image", (min(shape[3], 3), shape[1], shape[2])
    if len(shape) == 4 and shape[1] in (1, 3):
        return "image", shape[1:]
    raise DataError(f"{path.name}: x has shape {shape}; pictures are (samples, height, width) with 1, 3 or 4 channels.")


def as_pictures(x: np.ndarray[Any, Any], shape: tuple[int, ...]) -> tuple[UInt8Array, Any, dict[str, Any]]:
    """(pictures (N, H, W, C) uint8, features (N, C, H, W) float32 0..1, what was done)."""
    if x.ndim == 3:
        x = x[..., None]
    elif x.shape[3] not in (1, 3, 4):
        x = np.moveaxis(x, 1, 3)
    low, high = float(x.min()), float(x.max())
    top = 255.0 if x.dtype == np.uint8 and high > 1 else high if high > 1 else 1.0
    bottom = min(0.0, low)
    unit = np.clip((x[..., : shape[0]].astype(np.float32) - bottom) / (top - bottom), 0.0, 1.0)
    pictures = (unit * 255).astype(np.uint8)
    features = np.ascontiguousarray(np.moveaxis(unit, 3, 1))
    return pictures, features, {"scaling": f"from {bottom:g}..{top:g} to 0..1"}


def texts(values: np.ndarray[Any, Any], count: int, source: str, name: str) -> list[str]:
    """A column of text. Raises DataError for another length."""
    if values.shape != (count,):
        raise DataError(f"{source}: {name} has shape {values.shape}, but x has {count:,} samples.")
    return [str(value)[:300] for value in values.tolist()]


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
            raise DataError(f"{path.name} is not a NumPy file; save it with numpy.save or numpy.savez.")
        headers = {}
        with zipfile.ZipFile(path) as archive:
            for name in ("x", "y", "ids", "names"):
                entry = find(archive, name)
                if entry is None:
                    continue
                with archive.open(entry) as member:
                    headers[name] = npy_header(member, path, name)
                check_size(headers[name], entry.file_size, path, name)
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise DataError(f"{path.name} is damaged or cannot be read ({error}); save it again.") from error
    if "x" not in headers:
        raise DataError(f"{path.name} has no array named x; save your data with numpy.savez(file, x=data, y=labels).")
    return headers


def find(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """The member that holds an array; X and data pass for x, labels for y."""
    aliases = {"x": ("x", "X", "data"), "y": ("y", "Y", "labels"), "ids": ("ids",), "names": ("names",)}[name]
    for alias in aliases:
        try:
            return archive.getinfo(alias + ".npy")
        except KeyError:
            continue
    return None


def npy_header(stream: Any, path: Path, name: str) -> Header:
    """Shape and dtype of a .npy. Raises DataError for objects and for anything but numbers or text."""
    try:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _fortran, dtype = read(stream)
    except (ValueError, EOFError, SyntaxError, tokenize.TokenError) as error:
        raise DataError(f"{path.name}: the header of {name} is damaged; save the file again.") from error
    if dtype.hasobject:
        raise DataError(
            f"{path.name}: {name} holds Python objects, which are never loaded; save it as plain numbers or text."
        )
    if dtype.kind not in (NUMBERS if name == "x" else NUMBERS + "US"):
        raise DataError(f"{path.name}: {name} has type {dtype}; it must hold numbers.")
    return tuple(int(size) for size in shape), dtype


def check_size(header: Header, available: int, path: Path, name: str) -> None:
    """Raise DataError where a header promises more than the file holds, before anything is allocated."""
    shape, dtype = header
    promised = math.prod(shape) * dtype.itemsize
    if promised > available:
        raise DataError(f"{path.name} is cut off: {name} says {promised:,} bytes, the file holds {available:,}; save it again.")
    if promised > MOST_BYTES:
        raise DataError(f"{path.name}: {name} takes {promised / 2**30:.0f} GiB; take a random part of it.")


def load(path: Path, headers: dict[str, Header]) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays; a .npy is mapped rather than read. Raises DataError."""
    try:
        opened = np.load(path, allow_pickle=False, mmap_mode="r")
        if isinstance(opened, np.ndarray):
            return {"x": opened}
        with opened, zipfile.ZipFile(path) as archive:
            members = {name: find(archive, name) for name in headers}
            return {name: opened[entry.filename[:-4]] for name, entry in members.items() if entry is not None}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, MemoryError) as error:
        raise DataError(f"{path.name} is damaged or cannot be read ({error}); save it again.") from error
