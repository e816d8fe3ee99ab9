"""A folder of pictures; folders inside it name categories. Needs Pillow, in the trainer only."""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from ...core.errors import DataError
from .dataset import Dataset, Description, Media, Progress, finished, hash_arrays
from .guard import library
from .listing import list_files
from .options import Options
from .preprocessing import Preprocessing

SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm"))
MOST_PIXELS = 64_000_000
SMALLEST, LARGEST = 8, 96
"""Sides that the encoder takes; other pictures are resized to the nearest of them."""


def describe(folder: Path, options: Options) -> Description:
    """What a folder holds: its files are listed and some are opened. Raises DataError."""
    listing = list_files(folder, SUFFIXES, "pictures")
    channels, side, note = plan(list(listing.files))
    names = listing.categories()
    classes = tuple(sorted(set(names) - {""}))
    count = len(options.rows(len(listing.files)))
    labelled = sum(1 for name in names if name)
    size = count * channels * side * side * 4
    return Description("image", folder.name, count, (channels, side, side), classes, labelled, size, (note, *listing.notes))


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


def read(folder: Path, options: Options, progress: Progress, fitted: Preprocessing | None = None) -> Dataset:
    """Load a folder. Raises DataError that names the first file that cannot be read."""
    listing = list_files(folder, SUFFIXES, "pictures")
    chosen = options.rows(len(listing.files))
    files = [listing.files[row] for row in chosen]
    if fitted is None:
        channels, side, note = plan(files)
        fitted = Preprocessing(
            {"scaling": "from 0..255 to 0..1", "from": 0.0, "to": 255.0, "pictures": note, "shape": [channels, side, side]}
        )
    channels, side, _ = fitted.steps["shape"]
    if "pictures" not in fitted.steps:
        raise DataError(f"{folder.name} is a folder of pictures, but the run was trained on another kind of data.")
    image = pillow()
    pictures = np.zeros((len(files), side, side, channels), dtype=np.uint8)
    for number, path in enumerate(files):
        pictures[number] = load(image, path, side, channels)
        if number % 50 == 0:
            progress(number / len(files), f"Reading picture {number:,} of {len(files):,}")
    relative, categories = listing.relative(), listing.categories()
    return finished(
        "image",
        folder.name,
        np.ascontiguousarray(np.moveaxis(pictures, 3, 1)).astype(np.float32) / np.float32(255),
        [relative[row] for row in chosen],
        [path.name for path in files],
        np.array([categories[row] for row in chosen]),
        hash_arrays(pictures),
        fitted,
        [fitted.steps["pictures"], options.sampled(len(listing.files)), *listing.notes],
        pictures,
        media=[Media(relative[row]) for row in chosen],
    )


def pillow() -> Any:
    """Pillow's Image. Raises DataError with the line that installs it."""
    return library("PIL.Image", "images", "Reading pictures")


def open_header(image: Any, path: Path) -> Any:
    """Open a picture without reading its pixels, after its size was checked. Raises DataError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", image.DecompressionBombWarning)  # our own limit is lower, and a sentence
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
