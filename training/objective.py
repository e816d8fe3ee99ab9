"""The objective: what one step looks at, and the loss terms on it. The engine steps down their weighted sum.

A batch is named by its step, and the random numbers of the room term come with it, so that forces can be taken apart on
exactly what the step saw.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .config import Forces, TrainConfig
from .losses import (
    Pull,
    attract_and_repel,
    neighbours_loss,
    p_head_loss,
    room_loss,
    stay_near_loss,
    walls_loss,
)
from .losses.room import cube_along, directions_of


@dataclass(frozen=True, eq=False)
class Batch:
    """What a step sees: `features` (2B + L, ...), rows i and i + B a pair for i < B, the last L for the supervised terms.

    rows: (2B + L,) int64, which sample each row is (or is a view of). pairs: B. categories: (L,) int64. known: (L,)
    float32, how well their categories are known. given: the first so many of the L carry labels that were given, the others
    guesses too. directions (3, P), cube (2B, P): of the room term.
    references: (2B, 3) float32, where the samples of the pairs were shown when the labels last changed, whatever view of them
    a row is; None where they need not stay near.
    """

    step: int
    features: Tensor
    rows: Tensor
    pairs: int
    categories: Tensor
    known: Tensor
    given: int
    directions: Tensor
    cube: Tensor
    references: Tensor | None

    def to(self, device: torch.device) -> Batch:
        """The same on another device."""
        moved = {name: value.to(device) for name, value in vars(self).items() if isinstance(value, Tensor)}
        return replace(self, **moved)  # type: ignore[arg-type]  # of the fields that are tensors


def random_room(points: int, config: TrainConfig, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """(directions, cube) of a room term for so many points."""
    directions = directions_of(config.projections, generator)
    return directions, cube_along(directions, points, config.half_side, generator)


def terms(batch: Batch, p: Tensor, z: Tensor, config: TrainConfig) -> dict[str, Tensor]:
    """The loss terms by name, unweighted. p (2B + L, 32), z (2B + L, 3): of the batch's features."""
    pairs = batch.pairs
    losses = {
        "neighbours": neighbours_loss(z[:pairs], z[pairs : 2 * pairs]),
        "p_head": p_head_loss(p[:pairs], p[pairs : 2 * pairs], config.temperature),
        "room": room_loss(z[: 2 * pairs], batch.directions, batch.cube, config.half_side),
    }
    if batch.references is not None:
        # of the pairs alone, which are of all samples alike: the others are those that a label means to move
        losses["stay_near"] = stay_near_loss(z[: 2 * pairs], batch.references, config.half_side)
    if len(batch.categories):
        mine = z[2 * pairs :]
        losses["attract"], losses["repel"] = attract_and_repel(
            mine, batch.categories, batch.known, batch.given, pull_of(config)
        )
        losses["room"] = losses["room"] + config.walls * walls_loss(mine, config.half_side)
    return losses


def pull_of(config: TrainConfig) -> Pull:
    """How attract and repel work under these settings."""
    c = config
    return Pull(c.contrast, c.given_pull, c.given_contrast, c.gather, c.spread, c.part)


def weights(config: TrainConfig, forces: Forces, supervised: bool) -> dict[str, float]:
    """What each term is multiplied by. supervised: whether there are labels."""
    return {
        "neighbours": forces.neighbours,
        "p_head": config.p_weight,
        "room": (config.room_after if supervised else config.room_before) * forces.room,
        "attract": config.supervised * forces.attract,
        "repel": config.supervised * forces.repel,
        "stay_near": config.stay_near,
    }
