"""Augmented views of pictures: a bank of warped copies made once, since warping in every step costs more than the step."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Amounts:
    """How far a view may differ: turned by radians, scaled and sheared by shares, moved across and along by shares of half
    a side, bent by shares of half a side.
    """

    rotation: float
    scale: float
    shear: float
    across: float
    along: float
    elastic: float


AMOUNTS = {
    "image": Amounts(0.26, 0.12, 0.2, 0.16, 0.16, 0.10),
    # a sound may begin earlier or later; its tones move little, and a spectrogram is never turned
    "sound": Amounts(0.0, 0.04, 0.0, 0.20, 0.03, 0.04),
}
"""By kind of data; a kind that is not here has no views."""
MOST_BYTES = 256 * 2**20
MOST_VIEWS = 16
FEWEST_VIEWS = 2


def view_count(samples: int, values: int) -> int:
    """How many views of each sample fit into the bank at one byte a value; 0 where not even two do."""
    fits = MOST_BYTES // max(1, samples * values)
    return 0 if fits < FEWEST_VIEWS else min(MOST_VIEWS, fits)


class ViewBank:
    """Warped copies of every picture, one byte a pixel. Rebuilt from the seed, so it is not part of a checkpoint."""

    def __init__(self, pictures: Tensor, seed: int, kind: str = "image") -> None:
        """pictures: (N, C, H, W) float32 0..1."""
        generator = torch.Generator().manual_seed(seed)
        count = view_count(len(pictures), pictures[0].numel())
        self.bank = torch.stack([warp(pictures, generator, AMOUNTS[kind]) for _ in range(count)])

    def draw(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """A random view of each of `rows` (B,) int64: (B, C, H, W) float32 0..1."""
        which = torch.randint(len(self.bank), (len(rows),), generator=generator)
        return self.bank[which, rows].float() / 255.0


def warp(pictures: Tensor, generator: torch.Generator, amounts: Amounts) -> Tensor:
    """(N, C, H, W) uint8: each picture turned, scaled, sheared, shifted and bent by a smooth 4x4 field."""

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator) * 2 - 1

    result = torch.empty(pictures.shape, dtype=torch.uint8)
    height, width = pictures.shape[2:]
    for start in range(0, len(pictures), 2048):
        block = pictures[start : start + 2048]
        size = len(block)
        angle = uniform(size) * amounts.rotation
        scale = 1 + uniform(size) * amounts.scale
        shear = uniform(size) * amounts.shear
        cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
        matrix = torch.stack(
            [
                torch.stack([cosine, shear * cosine - sine, uniform(size) * amounts.across], dim=1),
                torch.stack([sine, shear * sine + cosine, uniform(size) * amounts.along], dim=1),
            ],
            dim=1,
        )
        grid = functional.affine_grid(matrix, list(block.shape), align_corners=False)
        field = functional.interpolate(
            uniform(size, 2, 4, 4) * amounts.elastic, size=(height, width), mode="bicubic", align_corners=True
        )
        warped = functional.grid_sample(block, grid + field.permute(0, 2, 3, 1), align_corners=False)
        result[start : start + 2048] = (warped.clamp(0, 1) * 255).round().to(torch.uint8)
    return result
