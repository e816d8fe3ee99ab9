"""Steps that go wrong: exploding gradients are clipped and counted; a step without finite numbers is taken back. Uses torch."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor, nn


class Safety:
    """clipped: steps whose gradients were scaled down. undone: steps taken back; from the first on the rate is halved.

    A healthy step is not changed by a bit.
    """

    def __init__(self, most: float) -> None:
        """most: the norm to which gradients are clipped."""
        self.most = most
        self.clipped = self.undone = 0
        self._buffers: list[tuple[Tensor, Tensor]] = []

    @property
    def caution(self) -> float:
        """What the learning rate is multiplied by."""
        return 0.5 if self.undone else 1.0

    def begin(self, network: nn.Module) -> None:
        """Keep what the forward pass writes: the running statistics of the norms."""
        self._buffers = [(buffer, buffer.clone()) for buffer in network.buffers()]

    def sound(self, loss: float, norm: float) -> bool:
        """Whether the optimiser may step. Where loss or norm is not finite the statistics go back to what they were."""
        if math.isfinite(loss) and math.isfinite(norm):
            self.clipped += norm > self.most
            return True
        for buffer, before in self._buffers:
            buffer.copy_(before)
        self.undone += 1
        return False

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {"clipped": self.clipped, "undone": self.undone}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint; those of older versions count nothing."""
        self.clipped, self.undone = int(state.get("clipped", 0)), int(state.get("undone", 0))
