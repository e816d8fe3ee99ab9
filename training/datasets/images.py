"""A folder of pictures; folders inside it name categories. Needs Pillow, in the trainer only."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...core.errors import DataError
from .dataset import Dataset, Description, Media, Progress, finished, hash_arrays
from .guard import library
from .listing import list_files
from .options import Options
from .preprocessing import Preprocessing
from .reference import PICTURES

MOST_PIXELS = 64_000_000
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
"""Those of PICTURES, whatever a file is called: for an EPS, Pillow would start another program, which runs what is in it."""
SMALLEST, LARGEST = 8, 96
"""Sides that the encoder takes; other pictures are resized to the nearest of them."""


def describe(folder: Path, options: Options) -> Description:
    """What a folder holds: its files are listed and some are opened. Raises DataError."""
    listing = list_files(folder, PICTURES, "pictures")
    channels, side, note = plan(pictures_of(listing.files))
    names = listing.categories()
    classes = tuple(sorted(set(names) - {""}))
    count = len(options.rows(len(listing.files)))
    labelled = sum(1 for name in names if name)
    size = count * channels * side * side * 4
    return Description(
        "image", folder.name, count, (channels, side, side), classes, labelled, size, (note, *listing.notes)
    )


@dataclass(frozen=True)
class Picture:
    """A picture that is not read yet. open: gives a path or a stream for Pillow."""

    name: str
    open: Callable[[], Any]


def pictures_of(files: Sequence[Path]) -> list[Picture]:
    """Pictures that lie in files of their own."""
    return [Picture(path.name, lambda path=path: path) for path in files]  # type: ignore[misc]


def plan(pictures: Sequence[Picture]) -> tuple[int, int, str]:
    """(channels, side, what is done) for all pictures, from the headers of up to 64 of them. Raises DataError."""
    image = pillow()
    rng = np.random.default_rng(0)
    few = len(pictures) <= 64
    sample = pictures if few else [pictures[i] for i in sorted(rng.choice(len(pictures), 64, replace=False))]
    sizes: Counter[int] = Counter()
    channels = 1
    for one in sample:
        with open_header(image, one) as picture:
            sizes[max(picture.size)] += 1
            if picture.mode not in ("1", "L", "I", "F", "I;16", "I;16B", "LA"):
                channels = 3
    common = sizes.most_common(1)[0][0]
    side = int(np.clip(common, SMALLEST, LARGEST))
    kept = len(sizes) == 1 and side == common
    note = f"{side} x {side} pixels as they are" if kept else f"resized to {side} x {side} pixels"
    return channels, side, note


def read(folder: Path, options: Options, progress: Progress, fitted: Preprocessing | None = None) -> Dataset:
    """Load a folder. Raises DataError that names the first file that cannot be read."""
    listing = list_files(folder, PICTURES, "pictures")
    pictures, names = pictures_of(listing.files), [path.name for path in listing.files]
    keys, labels = listing.relative(), listing.categories()
    return assemble(
        folder.name, pictures, keys, names, labels, options, progress, fitted, listing.notes, True
    )


def assemble(
    source: str,
    everything: Sequence[Picture],
    keys: Sequence[str],
    names: Sequence[str],
    labels: Sequence[str] | None,
    options: Options,
    progress: Progress,
    fitted: Preprocessing | None,
    notes: Sequence[str],
    on_disk: bool,
) -> Dataset:
    """A data set from pictures, whichever folder or table they came from; keys: an id for each."""
    chosen = options.rows(len(everything))
    files = [everything[row] for row in chosen]
    if fitted is None:
        channels, side, note = plan(files)
        fitted = Preprocessing(
            {
                "scaling": "from 0..255 to 0..1",
                "from": 0.0,
                "to": 255.0,
                "pictures": note,
                "shape": [channels, side, side],
            }
        )
    fitted.require("pictures", source, "pictures")
    channels, side, _ = fitted.steps["shape"]
    image = pillow()
    pictures = np.zeros((len(files), side, side, channels), dtype=np.uint8)
    for number, one in enumerate(files):
        pictures[number] = load(image, one, side, channels)
        if number % 50 == 0:
            progress(number / len(files), f"Reading picture {number:,} of {len(files):,}")
    return finished(
        "image",
        source,
        np.ascontiguousarray(np.moveaxis(pictures, 3, 1)).astype(np.float32) / np.float32(255),
        [keys[row] for row in chosen],
        [names[row] for row in chosen],
        np.array([labels[row] for row in chosen]) if labels is not None else None,
        hash_arrays(pictures),
        fitted,
        [fitted.steps["pictures"], options.sampled(len(everything)), *notes],
        pictures,
        media=[Media(keys[row]) for row in chosen] if on_disk else None,
    )


def pillow() -> Any:
    """Pillow's Image. Raises DataError with the line that installs it."""
    return library("PIL.Image", "images", "Reading pictures")


def open_header(image: Any, one: Picture) -> Any:
    """Open a picture without reading its pixels, after its size was checked. Raises DataError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", image.DecompressionBombWarning
            )  # our own limit is lower, and a sentence
            picture = image.open(one.open(), formats=FORMATS)
    except image.DecompressionBombError as error:
        raise DataError(
            "The picture {name} says it has over {most_pixels:,} pixels; make it smaller.",
            name=one.name, most_pixels=MOST_PIXELS,
        ) from error
    except Exception as error:
        raise DataError(
            "The picture {name} cannot be read, it is damaged or of no known kind; mend or remove it.",
            name=one.name,
        ) from error
    if picture.size[0] * picture.size[1] > MOST_PIXELS or 0 in picture.size:
        size = picture.size
        picture.close()
        raise DataError(
            f"The picture {one.name} says it has {size[0]:,} x {size[1]:,} pixels; make it smaller."
        )
    return picture


def load(image: Any, one: Picture, side: int, channels: int) -> np.ndarray[Any, Any]:
    """(side, side, channels) uint8: turned as its EXIF says, fitted into a black square. Raises DataError."""
    from PIL import ImageOps

    with open_header(image, one) as opened:
        try:
            picture = upright(image, opened).convert("L" if channels == 1 else "RGB")
            if picture.size != (side, side):
                picture = ImageOps.pad(picture, (side, side), image.Resampling.LANCZOS)
        except Exception as error:
            raise DataError("The picture {name} is damaged or cut off; mend or remove it.", name=one.name) from error
    return np.asarray(picture, dtype=np.uint8).reshape(side, side, channels)


def upright(image: Any, opened: Any) -> Any:
    """An open picture turned as its EXIF says, on black where it is clear, stretched to 0..255 where it is deeper."""
    from PIL import ImageOps

    turned = ImageOps.exif_transpose(opened)
    if turned.mode in ("I", "F", "I;16", "I;16B"):
        raw = np.asarray(turned, dtype=np.float64)
        low, high = float(raw.min()), float(raw.max())
        turned = image.fromarray(((raw - low) / max(high - low, 1e-12) * 255).astype(np.uint8))
    if "A" in turned.getbands():
        black = image.new("RGBA", turned.size, (0, 0, 0, 255))
        turned = image.alpha_composite(black, turned.convert("RGBA"))
    return turned


def fitted_into(one: Picture, side: int) -> np.ndarray[Any, Any]:
    """(H, W, 3) uint8: the whole of a picture, made smaller until no side is longer than `side`, never larger. Raises DataError."""
    image = pillow()
    with open_header(image, one) as opened:
        try:
            opened.draft("RGB", (2 * side, 2 * side))  # of a JPEG no more is decoded than is needed
            picture = upright(image, opened).convert("RGB")
            picture.thumbnail((side, side), image.Resampling.LANCZOS)
        except Exception as error:
            raise DataError("The picture {name} is damaged or cut off; mend or remove it.", name=one.name) from error
    return np.asarray(picture, dtype=np.uint8).reshape(picture.size[1], picture.size[0], 3)
