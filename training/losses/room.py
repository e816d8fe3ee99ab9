"""Use the whole room: sliced Wasserstein distance from the batch to the uniform cube.

    L = mean over directions u, over ranks r of ((u . z)_(r) - (u . c)_(r))^2 / S^2

with c uniform in the cube of half side S and (r) the r-th smallest (Bonneel et al., 2015; as a training loss Kolouri et
al., 2018). Divided by S^2, so that its weight means the same in any room.
"""

from __future__ import annotations

import torch
from torch import Tensor


def room_loss(z: Tensor, half_side: float, projections: int, generator: torch.Generator) -> Tensor:
    """The distance of z (B, 3) from a uniform cube; a scalar."""
    directions = torch.randn(3, projections, generator=generator, device=generator.device)
    directions = directions / directions.norm(dim=0, keepdim=True)
    cube = (torch.rand(len(z), 3, generator=generator, device=generator.device) * 2 - 1) * half_side
    have = (z @ directions).sort(dim=0).values
    want = (cube @ directions).sort(dim=0).values
    distance: Tensor = (have - want).square().mean()
    return distance / half_side**2
