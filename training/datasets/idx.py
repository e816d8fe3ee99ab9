"""IDX, the format of MNIST and its kin, plain or gzipped; labels beside the images are found by name. numpy only."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from ...core.errors import DataError
from ...core.text import reason
from .arrays import sample_kind
from .dataset import Dataset, Description, Progress, finished
from .guard import check_promise
from .options import NOTHING, Options
from .own_file import is_beside
from .preprocessing import Preprocessing
from .scaling import pixels, survey, vectors

TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def is_idx(path: Path) -> bool:
    """Whether a file's name says IDX: .idx, .idx3-ubyte and the like, with .gz or without."""
    name = path.name.lower().removesuffix(".gz")
    return name.endswith(".idx") or name.endswith("-ubyte") or ".idx" in name[-12:]


def describe(path: Path, options: Options) -> Description:
    """What a file holds, from its header. Raises DataError."""
    shape, _ = header(path)
    kind, sample_shape = sample_kind(shape, path)
    labels = labels_beside(path, options)
    count = len(options.rows(shape[0]))
    notes = (f"labels from {labels.name}",) if labels else ()
    return Description(
        kind, path.name, count, sample_shape, (), 0, count * math.prod(sample_shape) * 4, notes
    )


def read(path: Path, options: Options, progress: Progress, fitted: Preprocessing | None = None) -> Dataset:
    """Load a file and its labels. Raises DataError."""
    x = load(path)
    kind, shape = sample_kind(x.shape, path)
    beside = labels_beside(path, options)
    given = load(beside) if beside else None
    if given is not None and given.shape != (len(x),):
        raise DataError(
            f"{path.name} holds {len(x):,} samples and {beside.name if beside else ''} {len(given):,} labels; "
            "give one label a sample."
        )
    rows = options.rows(len(x))
    notes = [options.sampled(len(x)), f"labels from {beside.name}" if beside else ""]
    pictures = None
    if kind == "image":
        _, _, ids, digest = survey(x, rows, path.name, progress)
        pictures, features, done = pixels(x[rows], shape[0], path.name, fitted)
    else:
        features, done, more, ids, digest = vectors(x, options, path.name, progress, fitted)
        notes += more
    labels = given[rows].astype(np.int64) if given is not None else None
    names = [str(row) for row in rows]
    return finished(kind, path.name, features, ids, names, labels, digest, done, notes, pictures)


def labels_beside(path: Path, options: Options) -> Path | None:
    """The file of labels: train-labels-idx1-ubyte beside train-images-idx3-ubyte."""
    if "images" not in path.name or options.label == NOTHING:
        return None
    name = path.name.replace("images", "labels").replace("idx3", "idx1")
    for candidate in (name, name.removesuffix(".gz"), f"{name}.gz"):
        if is_beside(path.with_name(candidate), path):
            return path.with_name(candidate)
    return None


def header(path: Path) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """(shape, dtype) of a file. Raises DataError where it is none, is cut off, or promises what it cannot hold."""
    try:
        with opened(path) as stream:
            shape, dtype, _ = read_header(stream, path)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(path, error) from error
    return shape, dtype


def read_header(stream: BinaryIO, path: Path) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """(shape, dtype, bytes of the header) from an open stream."""
    start = stream.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in TYPES or not 1 <= start[3] <= 8:
        raise DataError(
            "{name} is no IDX file, its first four bytes are not those of one; choose another file.",
            name=path.name,
        )
    sizes = stream.read(4 * start[3])
    if len(sizes) < 4 * start[3]:
        raise DataError("{name} is cut off within its header; copy it again.", name=path.name)
    shape = tuple(int(size) for size in struct.unpack(f">{start[3]}I", sizes))
    dtype = np.dtype(TYPES[start[2]])
    promised, stored = math.prod(shape) * dtype.itemsize, path.stat().st_size
    if path.suffix.lower() != ".gz" and promised + 4 + len(sizes) > stored:
        raise DataError(
            "{name} is cut off: its header says {promised:,} bytes, the file holds {stored:,}; copy it again.",
            name=path.name, promised=promised, stored=stored,
        )
    check_promise(promised, stored, path.name)
    return shape, dtype, 4 + len(sizes)


def load(path: Path) -> np.ndarray[Any, Any]:
    """The array in a file; one that is not gzipped is mapped rather than read."""
    try:
        with opened(path) as stream:
            shape, dtype, offset = read_header(stream, path)
            if path.suffix.lower() != ".gz":
                return np.memmap(path, dtype=dtype, mode="r", offset=offset, shape=shape)
            size = math.prod(shape) * dtype.itemsize
            data = stream.read(size)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(path, error) from error
    if len(data) < size:
        raise DataError(
            "{name} is cut off: its header says {size:,} bytes, it holds {count:,}; copy it again.",
            name=path.name, size=size, count=len(data),
        )
    return np.frombuffer(data, dtype=dtype).reshape(shape)


def opened(path: Path) -> BinaryIO:
    """The file, unpacked on the way where it is gzipped."""
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix.lower() == ".gz" else path.open("rb")


def damaged(path: Path, error: Exception) -> DataError:
    """The sentence for a file that cannot be read to its end."""
    return DataError("{name} is damaged or cannot be read ({error}); copy it again.", name=path.name, error=reason(error))
