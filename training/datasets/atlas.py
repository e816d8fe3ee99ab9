"""All thumbnails in one picture, so that a million instances need one image. numpy only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...core.arrays import Int32Array, UInt8Array
from .dataset import Dataset
from .png import write_png

LARGEST_SIDE = 8192
GUTTER = 1
"""Pixels around a tile that repeat its border, so that no neighbour bleeds in."""
FILE = "atlas.png"


@dataclass(frozen=True, eq=False)
class Atlas:
    """file: its name in the run folder. tiles: (N,) int32, the tile of each sample, row by row from the top left.

    tile_px: side of a tile's picture; a tile takes tile_px + 2 * gutter pixels each way.
    """

    file: str
    tile_px: int
    columns: int
    rows: int
    gutter: int
    tiles: Int32Array


def write_atlas(dataset: Dataset, folder: Path) -> Atlas | None:
    """Write the atlas of a data set's pictures into `folder`; None for data without pictures.

    Where the pictures do not fit into 8192 x 8192 they are made smaller; below 4 pixels there is no atlas.
    """
    pictures = dataset.pictures
    if pictures is None or not len(pictures):
        return None
    count = len(pictures)
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    tile_px = min(max(pictures.shape[1:3]), LARGEST_SIDE // columns - 2 * GUTTER, 128)
    if tile_px < 4:
        return None
    step = tile_px + 2 * GUTTER
    canvas = np.zeros((rows * step, columns * step, 4), dtype=np.uint8)
    for start in range(0, count, 4096):
        for offset, picture in enumerate(thumbnails(pictures[start : start + 4096], tile_px)):
            row, column = divmod(start + offset, columns)
            padded = np.pad(picture, ((GUTTER, GUTTER), (GUTTER, GUTTER), (0, 0)), mode="edge")
            canvas[row * step : (row + 1) * step, column * step : (column + 1) * step] = padded
    write_png(folder / FILE, canvas)
    return Atlas(FILE, tile_px, columns, rows, GUTTER, np.arange(count, dtype=np.int32))


def thumbnails(pictures: UInt8Array, px: int) -> UInt8Array:
    """(N, px, px, 4) uint8 RGBA from (N, H, W, 1|3|4) uint8: squared on black, the nearest pixel taken."""
    count, height, width, channels = pictures.shape
    side = max(height, width)
    source = (np.arange(px) * side // px).astype(np.int64)
    y, x = source - (side - height) // 2, source - (side - width) // 2
    inside = ((y >= 0) & (y < height))[:, None] & ((x >= 0) & (x < width))[None, :]
    grid = pictures[:, np.clip(y, 0, height - 1)[:, None], np.clip(x, 0, width - 1)[None, :]]
    result = np.zeros((count, px, px, 4), dtype=np.uint8)
    result[..., :3] = grid[..., :1] if channels < 3 else grid[..., :3]
    if channels == 4:
        result[..., :3] = (result[..., :3].astype(np.uint16) * grid[..., 3:] // 255).astype(np.uint8)
    result[..., :3] *= inside[None, :, :, None].astype(np.uint8)
    result[..., 3] = 255
    return result
