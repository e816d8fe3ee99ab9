"""Encoders: from features to h, and from h to p (where neighbours and guesses live) and z (the room).

ENCODERS is where a new body is added; choose() picks one by the data, unless the user did.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

from ...core.errors import DataError
from .conv import SmallConv
from .head import Head
from .mlp import Mlp

ENCODERS: dict[str, Callable[[tuple[int, ...]], nn.Module]] = {"mlp": Mlp, "conv": SmallConv, "head": Head}
HIDDEN = 128
P_SIZE = 32
MANY = 200_000
"""From so many vectors on the light body: every snapshot sends all of them through it."""


def choose(kind: str, shape: tuple[int, ...], samples: int, wanted: str = "") -> str:
    """The body for so many samples of this kind and shape: the one wanted, or by itself. Raises DataError."""
    spatial = kind in ("image", "sound") and min(shape[1:]) >= 8
    if wanted:
        if wanted not in ENCODERS:
            raise DataError(
                "There is no encoder {wanted!r}; known are {encoders}.",
                wanted=wanted, encoders=", ".join(sorted(ENCODERS)),
            )
        if wanted == "conv" and not spatial:
            raise DataError("The encoder conv needs pictures or sounds of at least 8 x 8 values; choose mlp or head.")
        return wanted
    if spatial:
        return "conv"
    return "head" if samples >= MANY else "mlp"


class Network(nn.Module):
    """A body and its two heads. The body is one of ours, or the user's own of any width H.

    forward: (B, ...) features -> h (B, H), p (B, 32) of length 1, z (B, 3) in room units.
    """

    def __init__(self, encoder: str, shape: tuple[int, ...], own: nn.Module | None = None, width: int = HIDDEN) -> None:
        super().__init__()
        self.body = own if own is not None else ENCODERS[encoder](shape)
        self.to_p = nn.Sequential(nn.Linear(width, 64), nn.ReLU(), nn.Linear(64, P_SIZE))
        self.to_z = nn.Sequential(nn.Linear(width, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 3))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """h, p and z of a batch."""
        h = self.body(x)
        return h, nn.functional.normalize(self.to_p(h), dim=1), self.to_z(h)

    def fused_room(self) -> nn.Module:
        """(B, ...) features -> z (B, 3) alone, as in evaluation mode: what a snapshot needs.

        Norms are folded into the layers before them, so that a batch is read and written once less for each.
        """
        if not isinstance(self.body, (Mlp, SmallConv, Head)):
            return nn.Sequential(self.body, self.to_z)
        layers: list[nn.Module] = []
        for layer in (*self.body.layers, *self.to_z):
            before = layers[-1] if layers else None
            if isinstance(layer, nn.BatchNorm1d) and isinstance(before, nn.Linear):
                layers[-1] = fuse_linear_bn_eval(before, layer)
            elif isinstance(layer, nn.BatchNorm2d) and isinstance(before, nn.Conv2d):
                layers[-1] = fuse_conv_bn_eval(before, layer)
            else:
                layers.append(nn.ReLU(inplace=True) if isinstance(layer, nn.ReLU) else layer)
        return nn.Sequential(*layers).eval()

    def start_at(self, x: Tensor, positions: Tensor) -> None:
        """Fit the last layer so that the room starts where `positions` (B, 3) are: the cloud moves, it does not jump.

        Ridge regression on the hidden units of the room's head, x (B, ...) a sample of the data.
        """
        with torch.no_grad():
            hidden = self.to_z[1](self.to_z[0](self.body(x))).double()
            ones = torch.ones(len(hidden), 1, dtype=torch.float64)
            design = torch.cat([hidden, ones], dim=1)
            ridge = 1e-3 * len(design) * torch.eye(design.shape[1], dtype=torch.float64)
            solution = torch.linalg.solve(design.T @ design + ridge, design.T @ positions.double())
            last = self.to_z[2]
            assert isinstance(last, nn.Linear)
            last.weight.copy_(solution[:-1].T.float())
            last.bias.copy_(solution[-1].float())
