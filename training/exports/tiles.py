"""The samples' pictures, cut from the run's atlas. Needs Pillow."""

from __future__ import annotations

from typing import Any

from ...core.errors import StoreError
from ...core.text import reason
from ..datasets.guard import library
from ..reading import inside, reads
from ..run_view import RunView

LARGEST = 512
"""Pixels of a side; a run's are smaller."""


@reads
def tile_pictures(view: RunView) -> dict[int, Any]:
    """{sample: Pillow image} of every sample that has a tile; empty for data without pictures. Raises StoreError."""
    atlas = view.meta.get("atlas")
    if not atlas:
        return {}
    image = library("PIL.Image", "images", "Cutting pictures")
    path = inside(view.folder, atlas["file"])
    step, gutter, px = atlas["tile_px"] + 2 * atlas["gutter"], atlas["gutter"], atlas["tile_px"]
    if not 0 < px <= LARGEST:
        raise ValueError("its pictures have a size that cannot be")
    try:
        with image.open(path, formats=("PNG",)) as opened:
            whole = opened.convert("RGB")
    except (OSError, SyntaxError, ValueError, image.DecompressionBombError) as error:
        raise StoreError(
            "The pictures in {path} cannot be read ({reason}); restore the file from a copy.",
            path=path, reason=reason(error),
        ) from error
    pictures = {}
    for sample, tile in enumerate(view.tiles):
        if tile >= 0:
            row, column = divmod(int(tile), atlas["columns"])
            left, top = column * step + gutter, row * step + gutter
            pictures[sample] = whole.crop((left, top, left + px, top + px))
    return pictures
