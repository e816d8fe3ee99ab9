"""Where to look next: three kinds of places in the room that are worth a loop or a look. Imports torch.

core: where the largest group that nobody has explained yet is densest. uncertain: where the two best answers lie closest.
novel: what lies farthest from everything that has a name. Reads the engine and changes nothing; a seeded part of the
samples stands for all, so that it takes as long for a million as for a few thousand.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from . import graph
from .engine import Engine
from .voting import NEAR

LOOKED_AT = 1000
GROUPS = 16
"""Of k-means in p: some more than a person is likely to name at first, so that none holds two."""
ROUNDS = 12
REACH = 0.2
"""Of the room's RMS radius: how far what is seen as one clump reaches."""
SHARE = 0.024
"""Of the samples looked at that one place holds at most: as much as a loop takes."""
MOST = 200
LEAST = 3


@dataclass(frozen=True, eq=False)
class Region:
    """kind: core, uncertain or novel. centre: in room units; radius: about what holds it. rows: (K,) int64, the nearest

    to its middle first. sentence: why to look there.
    """

    kind: str
    centre: tuple[float, float, float]
    radius: float
    rows: Tensor
    sentence: str


@torch.no_grad()
def suggest(engine: Engine) -> list[Region]:
    """Up to three places, one of each kind that there is: without labels only a core."""
    guesser = engine.guesser
    rows = graph.subset(engine.size, engine.config.seed, LOOKED_AT)
    engine.shown.eval()
    _, p, z = (part.cpu() for part in engine.shown(engine.features[rows].to(engine.device)))
    free = engine.given[rows] == 0
    if int(free.sum()) < LEAST:
        return []
    novelty, margin = guesser.novelty[rows], guesser.margin[rows]
    said = (guesser.prediction[rows] > 0) & free
    unsure = (1 - guesser.confidence[rows]) * free
    scale = engine.size / len(rows)
    size = max(LEAST, min(MOST, int(SHARE * len(rows))))
    found = [core(rows, p, z, unsure, size, scale)]
    if bool(said.any()):
        found.append(uncertain(rows, z, (1 - margin) * said, size, scale))
    named = said | ~free
    if bool(named.any()) and int((free & (novelty > 0.5)).sum()) >= LEAST:
        found.append(novel(rows, p, z, free & (novelty > 0.5), named, size))
    return [region for region in found if region is not None]


def core(rows: Tensor, p: Tensor, z: Tensor, unsure: Tensor, size: int, scale: float) -> Region | None:
    """The densest place of the group in p over which most is unsure. unsure: (M,) 0..1, 0 where labelled.

    Not the unsure samples of it alone: those lie between groups, where a loop would hold several kinds.
    """
    group = groups(p, min(GROUPS, len(p)))
    weight = torch.zeros(GROUPS).index_add_(0, group, unsure)
    members = torch.nonzero((group == weight.argmax()) & (unsure > 0)).squeeze(1)
    if len(members) < LEAST:
        return None
    count = int(float(weight.max()) * scale)
    text = f"The largest group that no label explains: about {count:,} samples; this is where they lie closest."
    return region("core", rows, z, members, torch.ones(len(rows)), size, text)


def uncertain(rows: Tensor, z: Tensor, doubt: Tensor, size: int, scale: float) -> Region | None:
    """Where most samples lie that could be one thing as well as another. doubt: (M,) 1 - margin, 0 where it says nothing."""
    members = torch.nonzero(doubt > 0.5).squeeze(1)
    if len(members) < LEAST:
        return None
    count = int(len(members) * scale)
    text = f"Least sure: of about {count:,} samples whose two best guesses are close, most lie here."
    return region("uncertain", rows, z, members, doubt, size, text)


def novel(rows: Tensor, p: Tensor, z: Tensor, unknown: Tensor, named: Tensor, size: int) -> Region | None:
    """What lies farthest in p from all that has a name, given or guessed, with its neighbours. unknown, named: (M,) bool."""
    places = torch.nonzero(unknown).squeeze(1)
    nearest = (p[places] @ p[named].T).amax(1)
    own = p[places] @ p[places].T
    count = min(NEAR, len(places))
    near = own.topk(count, dim=1).indices
    far = nearest[near].mean(1).argmin()
    members = places[own[far].topk(min(size, len(places))).indices]
    text = "Farthest from everything with a name: nothing labelled so far looks like these samples."
    return region("novel", rows, z, members, torch.ones(len(rows)), size, text)


def region(kind: str, rows: Tensor, z: Tensor, members: Tensor, weight: Tensor, size: int, sentence: str) -> Region:
    """Of `members` (K,), places in rows (M,), those that lie closest together in the room z (M, 3)."""
    reach = REACH * float((z - z.mean(0)).square().sum(1).mean().sqrt())
    apart = torch.cdist(z[members], z[members])
    middle = ((apart <= reach).float() @ weight[members]).argmax()
    distance, order = apart[middle].sort()
    inside = order[:size][distance[:size] <= max(reach, float(distance[min(size, len(order)) // 2]))]
    chosen = members[inside]
    centre = z[chosen].mean(0)
    radius = float((z[chosen] - centre).norm(dim=1).max())
    x, y, up = centre.tolist()
    return Region(kind, (x, y, up), max(radius, 1e-3), rows[chosen], sentence)


def groups(p: Tensor, count: int) -> Tensor:
    """(M,) int64: k-means of the directions p (M, 32), begun with a point of each part farthest from those before it."""
    centres = p.mean(0, keepdim=True)
    chosen = [int((p @ centres.T).argmax())]
    nearest = p @ p[chosen[0]]
    for _ in range(count - 1):
        chosen.append(int(nearest.argmin()))
        nearest = torch.maximum(nearest, p @ p[chosen[-1]])
    centres = p[chosen]
    for _ in range(ROUNDS):
        group = (p @ centres.T).argmax(1)
        sums = torch.zeros_like(centres).index_add_(0, group, p)
        centres = torch.where(sums.norm(dim=1, keepdim=True) > 0, torch.nn.functional.normalize(sums, dim=1), centres)
    return (p @ centres.T).argmax(1)
