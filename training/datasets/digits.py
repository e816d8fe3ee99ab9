"""The digits that come with the extension: 1,797 pictures, opened without their labels."""

from __future__ import annotations

from importlib import resources

import numpy as np

from ...core.arrays import Int32Array, UInt8Array
from .dataset import Dataset, Description, hash_arrays
from .preprocessing import Preprocessing

CLASSES = tuple(str(digit) for digit in range(10))
HIGHEST = 16
"""The brightest grey level."""


def describe() -> Description:
    """What the built-in set holds."""
    return Description("image", "digits", 1797, (1, 8, 8), CLASSES, 0, 1797 * 64 * 4, ("opened without labels",))


def load() -> tuple[UInt8Array, Int32Array]:
    """(pictures (1797, 8, 8) uint8 0..16, true digit (1797,) int32)."""
    source = resources.files(__package__).joinpath("digits.npz")
    with resources.as_file(source) as path, np.load(path, allow_pickle=False) as archive:
        return archive["x"], archive["y"].astype(np.int32)


def open_digits() -> Dataset:
    """The built-in set; its labels are kept as `truth` for measuring and given to nobody."""
    pixels, digits = load()
    return Dataset(
        description=describe(),
        features=pixels[:, None].astype(np.float32) / np.float32(HIGHEST),
        ids=[f"digit-{number:04d}" for number in range(len(pixels))],
        names=[f"digit {number}" for number in range(len(pixels))],
        labels=np.zeros(len(pixels), dtype=np.int32),
        content_hash=hash_arrays(pixels),
        truth=digits + 1,
        pictures=(pixels.astype(np.uint16) * 255 // HIGHEST).astype(np.uint8)[..., None],
        preprocessing=Preprocessing({"scaling": "from 0..16 to 0..1", "from": 0.0, "to": 16.0, "shape": [1, 8, 8]}),
    )
