"""Use the whole room, and no more than the room: sliced Wasserstein distance from the batch to the uniform cube, and walls.

    room  = mean over directions u, over ranks r of ((u . z)_(r) - (u . c)_(r))^2 / S^2
    walls = mean over samples with a label or a guess of the squared distance to the cube of 1.2 S / S^2

with c uniform in the cube of half side S and (r) the r-th smallest (Bonneel et al., 2015; as a training loss Kolouri et
al., 2018). Divided by S^2, so that their weights mean the same in any room. The first looks at the cloud as a whole, by its
shadows: two categories that push each other hardly show there. The second holds each sample that is pushed by itself, where
a cloud without labels ends: the 99th percentile of an open room (digits) is at 1.24 S.
"""

from __future__ import annotations

import torch
from torch import Tensor

WALLS = 1.2
"""Where samples with a label or a guess are held, in half sides of the cube."""


def directions_of(projections: int, generator: torch.Generator) -> Tensor:
    """(3, P) directions of length 1, evenly over the sphere."""
    directions = torch.randn(3, projections, generator=generator, device=generator.device)
    unit: Tensor = directions / directions.norm(dim=0, keepdim=True)
    return unit


def cube_along(directions: Tensor, points: int, half_side: float, generator: torch.Generator) -> Tensor:
    """(B, P) `points` of a uniform cube along each direction (3, P), in order."""
    cube = (torch.rand(points, 3, generator=generator, device=generator.device) * 2 - 1) * half_side
    along: Tensor = (cube @ directions).sort(dim=0).values
    return along


def room_loss(z: Tensor, directions: Tensor, cube: Tensor, half_side: float) -> Tensor:
    """The distance of z (B, 3) from a uniform cube, given as cube_along() gives it; a scalar."""
    distance: Tensor = ((z @ directions).sort(dim=0).values - cube).square().mean()
    return distance / half_side**2


def walls_loss(z: Tensor, half_side: float) -> Tensor:
    """The mean squared distance of z (B, 3) from the cube of WALLS half sides, 0 for what is inside; a scalar."""
    outside: Tensor = (z.abs() - WALLS * half_side).clamp_min(0).square().sum(1).mean()
    return outside / half_side**2
