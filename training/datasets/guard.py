"""Limits, held before anything is allocated: a small file must not ask for much, a large one for too much."""

from __future__ import annotations

import importlib
import zipfile
from pathlib import Path
from typing import Any

from ...core.errors import DataError

MOST_BYTES = 64 * 2**30
MOST_COLUMNS = 16_384
MOST_SAMPLES = 50_000_000
FREE_BYTES = 256 * 2**20
"""Up to here nobody asks how small the file was."""
MOST_RATIO = 150
"""Bytes in memory for one on disk, beyond FREE_BYTES; compressed data that people have stays well below."""
FEWEST = 2


def check_promise(promised: int, stored: int, what: str) -> None:
    """Raise DataError where `what` (a file, or an array in it) would take too much memory for what it is on disk."""
    if promised > MOST_BYTES:
        raise DataError(
            f"{what} takes {promised / 2**30:,.0f} GiB in memory; open a random part of it (At Most; limit=N in a terminal)."
        )
    if promised > FREE_BYTES and promised > MOST_RATIO * stored:
        raise DataError(
            f"{what} would unpack from {stored / 2**20:,.1f} MB to {promised / 2**20:,.0f} MB, which looks like a "
            "decompression bomb; it is not read."
        )


def check_stored(path: Path) -> None:
    """Raise ValueError where an archive of ours, which is written uncompressed, would unpack to more than it takes on disk."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    compressed = any(entry.compress_type != zipfile.ZIP_STORED for entry in entries)
    if compressed or sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise ValueError("it would unpack to more than it takes on disk")


def check_columns(count: int, source: str) -> None:
    """Raise DataError for more features than can be taken."""
    if count > MOST_COLUMNS:
        raise DataError(
            "{source} has {count:,} columns, and {most_columns:,} can be taken; keep those that matter, or reduce them first.",
            source=source, count=count, most_columns=MOST_COLUMNS,
        )


def check_samples(count: int, source: str) -> None:
    """Raise DataError for too few samples, or too many."""
    if count < 1:
        raise few(count, source)
    if count > MOST_SAMPLES:
        raise DataError(
            "{source} holds {count:,} samples; open a random part of it (At Most; limit=N in a terminal).",
            source=source, count=count,
        )


def few(count: int, source: str) -> DataError:
    """The sentence for too few samples."""
    return DataError(f"{source} holds {count} sample{'s' * (count != 1)}; a cloud needs at least {FEWEST}.")


EXTRAS = {
    "images": "pillow",
    "tables": "pyarrow",
    "audio": "soundfile soxr",
    "words": "wordllama",
    "anndata": "anndata h5py",
    "onnx": "onnx onnxscript",
    "tensorboard": "tensorboard",
    "bench": "scikit-learn umap-learn",
}
"""What each extra of pyproject.toml brings, as pip takes it."""


def library(name: str, extra: str, what: str) -> Any:
    """Import an optional library. Raises DataError with the line that installs it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise missing(extra, what, error) from error


def missing(extra: str, what: str, error: ImportError) -> DataError:
    """The sentence for an extra that is not there."""
    package = (error.name or EXTRAS[extra].split()[0]).split(".")[0]
    return DataError(
        "{what} needs {package} in the trainer's Python; install it there with: pip install {extras}",
        what=what, package=package, extras=EXTRAS[extra],
    )
