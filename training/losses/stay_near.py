"""Stay near (optional): a sample keeps near to where it was shown when the labels last changed.

    L = mean over i of |z_i - r_i|^2 / S^2,   r_i that place, S the half side of the room

The term that dynamic t-SNE adds against needless motion between two states (Rauber, Falcao and Telea, 2016). Divided by S^2,
so that its weight means the same in any room.
"""

from __future__ import annotations

from torch import Tensor


def stay_near_loss(z: Tensor, references: Tensor, half_side: float) -> Tensor:
    """How far z (B, 3) is from its references (B, 3), both in room units; a scalar."""
    distance: Tensor = (z - references).square().sum(1).mean()
    return distance / half_side**2
