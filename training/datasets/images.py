"""A folder of pictures; folders inside it name categories. Needs Pillow, in the trainer only."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from ...core.errors import DataError
from .dataset import Dataset, Description, Progress

SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm"))
UNLABELLED = frozenset(("unlabelled", "unlabeled", "unsorted", "_"))
MOST_FILES = 2_000_000
MOST_PIXELS = 64_000_000
SMALLEST, LARGEST = 8, 96
"""Sides that the encoder takes; other pictures are resized to the nearest of them."""


def list_files(folder: Path) -> list[Path]:
    """The pictures in a folder, sorted; never a device, a pipe, or a link that leads out of it. Raises DataError."""
    root = folder.resolve()
    found: list[Path] = []
    try:
        for directory, folders, files in os.walk(root, followlinks=False, onerror=_refuse):
            folders.sort()
            for name in sorted(files):
                path = Path(directory, name)
                if path.suffix.lower() not in SUFFIXES or name.startswith("."):
                    continue
                if path.is_symlink() and not path.resolve().is_relative_to(root):
                    continue
                if not stat.S_ISREG(path.stat().st_mode):
                    continue
                found.append(path)
                if len(found) > MOST_FILES:
                    raise DataError(f"{folder.name} holds over {MOST_FILES:,} pictures; take a random part of them.")
    except OSError as error:
        raise DataError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    if len(found) < 2:
        raise DataError(
            f"{folder.name} holds {len(found)} pictures ({', '.join(sorted(SUFFIXES))}); a cloud needs at least 2."
        )
    return found


def _refuse(error: OSError) -> None:
    raise error


def category_of(path: Path, root: Path) -> str:
    """The first folder below the root, empty at the top level and in folders for what is unlabelled."""
    parts = path.relative_to(root).parts[:-1]
    return "" if not parts or parts[0].lower() in UNLABELLED else parts[0]


def describe(folder: Path) -> Description:
    """What a folder holds: its files are listed and one is opened. Raises DataError."""
    files = list_files(folder)
    channels, side, note = plan(files)
    names = [category_of(path, folder.resolve()) for path in files]
    classes = tuple(sorted(set(names) - {""}))
    labelled = sum(1 for name in names if name)
    size = len(files) * channels * side * side * 4
    return Description("image", folder.name, len(files), (channels, side, side), classes, labelled, size, (note,))


def plan(files: list[Path]) -> tuple[int, int, str]:
    """(channels, side, what is done) for all pictures, from the headers of up to 64 of them. Raises DataError."""
    image = pillow()
    rng = np.random.default_rng(0)
    sample = files if len(files) <= 64 else [files[i] for i in sorted(rng.choice(len(files), 64, replace=False))]
    sizes: Counter[int] = Counter()
    channels = 1
    for path in sample:
        with open_header(image, path) as picture:
            sizes[max(picture.size)] += 1
            if picture.mode not in ("1", "L", "I", "F", "I;16", "LA"):
                channels = 3
    common = sizes.most_common(1)[0][0]
    side = int(np.clip(common, SMALLEST, LARGEST))
    kept = len(sizes) == 1 and side == common
    note = f"{side} x {side} pixels as they are" if kept else f"resized to {side} x {side} pixels"
    return channels, side, note


def open_images(folder: Path, progress: Progress) -> Dataset:
    """Load a folder. Raises DataError that names the first file that cannot be read."""
    files = list_files(folder)
    root = folder.resolve()
    channels, side, note = plan(files)
    image = pillow()
    pictures = np.zeros((len(files), side, side, channels), dtype=np.uint8)
    digest = hashlib.sha256()
    for number, path in enumerate(files):
        pictures[number] = load(image, path, side, channels)
        digest.update(pictures[number].tobytes())
        if number % 200 == 0:
            progress(number / len(files), f"Reading picture {number:,} of {len(files):,}")
    names = [category_of(path, root) for path in files]
    classes = tuple(sorted(set(names) - {""}))
    numbers = {name: number for number, name in enumerate(classes, start=1)}
    labels = np.array([numbers.get(name, 0) for name in names], dtype=np.int32)
    features = np.ascontiguousarray(np.moveaxis(pictures, 3, 1)).astype(np.float32) / np.float32(255)
    described = Description(
        "image",
        folder.name,
        len(files),
        (channels, side, side),
        classes,
        int(np.count_nonzero(labels)),
        features.nbytes,
        (note,),
    )
    ids = [path.relative_to(root).as_posix() for path in files]
    preprocessing = {"scaling": "pixels / 255", "pictures": note}
    return Dataset(
        described, features, ids, [p.name for p in files], labels, digest.hexdigest(), None, pictures, preprocessing
    )


def pillow() -> Any:
    """Pillow's Image. Raises DataError with the line that installs it."""
    try:
        from PIL import Image
    except ImportError as error:
        raise DataError("Pictures need Pillow in the trainer's Python; install it with: pip install pillow") from error
    return Image


def open_header(image: Any, path: Path) -> Any:
    """Open a picture without reading its pixels, after its size was checked. Raises DataError."""
    try:
        picture = image.open(path)
    except Exception as error:
        raise DataError(f"The picture {path.name} cannot be read ({type(error).__name__}); mend or remove it.") from error
    if picture.size[0] * picture.size[1] > MOST_PIXELS or 0 in picture.size:
        size = picture.size
        picture.close()
        raise DataError(f"The picture {path.name} says it has {size[0]:,} x {size[1]:,} pixels; make it smaller.")
    return picture


def load(image: Any, path: Path, side: int, channels: int) -> np.ndarray[Any, Any]:
    """(side, side, channels) uint8: turned as its EXIF says, fitted into a black square. Raises DataError."""
    from PIL import ImageOps

    with open_header(image, path) as opened:
        try:
            turned = ImageOps.exif_transpose(opened)
            if turned.mode in ("I", "F", "I;16"):
                raw = np.asarray(turned, dtype=np.float64)
                low, high = float(raw.min()), float(raw.max())
                turned = image.fromarray(((raw - low) / max(high - low, 1e-12) * 255).astype(np.uint8))
            if "A" in turned.getbands():
                black = image.new("RGBA", turned.size, (0, 0, 0, 255))
                turned = image.alpha_composite(black, turned.convert("RGBA"))
            picture = turned.convert("L" if channels == 1 else "RGB")
            if picture.size != (side, side):
                picture = ImageOps.pad(picture, (side, side), image.Resampling.LANCZOS)
        except Exception as error:
            raise DataError(
                f"The picture {path.name} is damaged or cut off ({type(error).__name__}); mend or remove it."
            ) from error
    return np.asarray(picture, dtype=np.uint8).reshape(side, side, channels)
