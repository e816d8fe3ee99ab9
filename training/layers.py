"""The layers the cloud can show: z, the room itself, or h and p, what it is made from, reduced to three dimensions.

Looking changes nothing. A reduced layer is laid over what was shown before it, so that it neither spins nor mirrors.
Imports torch.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ..core.arrays import Float32Array
from ..core.version import HALF_SIDE
from .engine import FORWARD, Engine

Place = Callable[[Tensor], Tensor]
"""Features (B, ...) -> where their layer is shown, (B, 3) float32 in room units."""


def positions(engine: Engine, layer: str, rows: Tensor, last: Tensor | None = None) -> Float32Array:
    """(N, 3) float32: where every sample of a layer is shown. rows, last: as of place_of()."""
    place = place_of(engine, layer, rows, last)
    with torch.no_grad():
        found: Float32Array = torch.cat([place(part) for part in engine.features.split(FORWARD)]).numpy()
    return found


@torch.no_grad()
def place_of(engine: Engine, layer: str, rows: Tensor, last: Tensor | None = None) -> Place:
    """The way from features to where `layer`, "z", "p" or "h", is shown, of the network as it is now.

    rows: (M,) int64, the samples that components are found from. last: (M, 3) float32, where those were shown before.
    """
    shown = engine.shown.eval()
    if layer == "z":
        room = shown.fused_room()
        return lambda features: room(features.to(engine.device)).cpu()
    index = ("h", "p").index(layer)

    def of(features: Tensor) -> Tensor:
        values: Tensor = shown(features.to(engine.device))[index]
        return values.cpu()

    values = torch.cat([of(engine.features[part]) for part in rows.split(FORWARD)])
    centre, axes = components(values, last)
    return lambda features: ((of(features) - centre) @ axes).clamp(-HALF_SIDE, HALF_SIDE)


def components(values: Tensor, last: Tensor | None) -> tuple[Tensor, Tensor]:
    """(centre (D,), axes (D, 3)): (values - centre) @ axes puts values (M, D) into the room, its shape kept.

    Three principal components, the sign of each that which makes its largest loading positive; turned, and mirrored where
    need be, onto `last` (M, 3) by orthogonal Procrustes (Schönemann, 1966); then one scale for all directions, so that
    the farthest coordinate lies on a wall.
    """
    centre = values.mean(0)
    centred = (values - centre).double()
    _, vectors = torch.linalg.eigh(centred.T @ centred)
    axes = vectors.flip(1)[:, :3]
    if axes.shape[1] < 3:  # a user's own encoder may be narrower than the room
        axes = torch.nn.functional.pad(axes, (0, 3 - axes.shape[1]))
    largest = axes.gather(0, axes.abs().argmax(0, keepdim=True))
    axes = axes * torch.where(largest < 0, -1.0, 1.0)
    if last is not None:
        left, _, right = torch.linalg.svd((centred @ axes).T @ (last - last.mean(0)).double())
        axes = axes @ left @ right
    farthest = float((centred @ axes).abs().max())
    return centre, (axes * (HALF_SIDE / farthest if farthest > 1e-9 else 0.0)).float()
