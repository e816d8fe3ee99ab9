"""Augmented views of pictures: a bank of warped copies made once, since warping in every step costs more than the step."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

ROTATION = 0.26
SCALE = 0.12
SHEAR = 0.2
SHIFT = 0.16
ELASTIC = 0.10
MOST_BYTES = 256 * 2**20
MOST_VIEWS = 16
FEWEST_VIEWS = 2


def view_count(samples: int, values: int) -> int:
    """How many views of each sample fit into the bank at one byte a value; 0 where not even two do."""
    fits = MOST_BYTES // max(1, samples * values)
    return 0 if fits < FEWEST_VIEWS else min(MOST_VIEWS, fits)


class ViewBank:
    """Warped copies of every picture, one byte a pixel. Rebuilt from the seed, so it is not part of a checkpoint."""

    def __init__(self, pictures: Tensor, seed: int) -> None:
        """pictures: (N, C, H, W) float32 0..1."""
        generator = torch.Generator().manual_seed(seed)
        count = view_count(len(pictures), pictures[0].numel())
        self.bank = torch.stack([warp(pictures, generator) for _ in range(count)])

    def draw(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """A random view of each of `rows` (B,) int64: (B, C, H, W) float32 0..1."""
        which = torch.randint(len(self.bank), (len(rows),), generator=generator)
        return self.bank[which, rows].float() / 255.0


def warp(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """(N, C, H, W) uint8: each picture turned, scaled, sheared, shifted and bent by a smooth 4x4 field."""

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator) * 2 - 1

    result = torch.empty(pictures.shape, dtype=torch.uint8)
    height, width = pictures.shape[2:]
    for start in range(0, len(pictures), 2048):
        block = pictures[start : start + 2048]
        size = len(block)
        angle = uniform(size) * ROTATION
        scale = 1 + uniform(size) * SCALE
        shear = uniform(size) * SHEAR
        cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
        matrix = torch.stack(
            [
                torch.stack([cosine, shear * cosine - sine, uniform(size) * SHIFT], dim=1),
                torch.stack([sine, shear * sine + cosine, uniform(size) * SHIFT], dim=1),
            ],
            dim=1,
        )
        grid = functional.affine_grid(matrix, list(block.shape), align_corners=False)
        field = functional.interpolate(
            uniform(size, 2, 4, 4) * ELASTIC, size=(height, width), mode="bicubic", align_corners=True
        )
        warped = functional.grid_sample(block, grid + field.permute(0, 2, 3, 1), align_corners=False)
        result[start : start + 2048] = (warped.clamp(0, 1) * 255).round().to(torch.uint8)
    return result
