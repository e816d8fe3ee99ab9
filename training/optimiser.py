"""AdamW (Loshchilov and Hutter, 2019), thirty lines of it: building torch's own imports its compiler, two seconds more
before the first step after a start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


class AdamW:
    """Decoupled weight decay on matrices and kernels; biases and norms are left free of it."""

    def __init__(self, parameters: Iterable[nn.Parameter], weight_decay: float) -> None:
        self.parameters = list(parameters)
        self.weight_decay = weight_decay
        self.first = [torch.zeros_like(p) for p in self.parameters]
        self.second = [torch.zeros_like(p) for p in self.parameters]
        self.steps = 0

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """One step down the gradients at a learning rate."""
        self.steps += 1
        correction1 = 1 - BETA1**self.steps
        correction2 = 1 - BETA2**self.steps
        for parameter, first, second in zip(self.parameters, self.first, self.second, strict=True):
            gradient = parameter.grad
            if gradient is None:
                continue
            first.lerp_(gradient, 1 - BETA1)
            second.mul_(BETA2).addcmul_(gradient, gradient, value=1 - BETA2)
            if parameter.ndim > 1:
                parameter.mul_(1 - rate * self.weight_decay)
            denominator = (second / correction2).sqrt_().add_(EPSILON)
            parameter.addcdiv_(first, denominator, value=-rate / correction1)

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {"steps": self.steps, "first": self.first, "second": self.second}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.steps = int(state["steps"])
        for own, saved in ((self.first, state["first"]), (self.second, state["second"])):
            for tensor, value in zip(own, saved, strict=True):
                tensor.copy_(value)


def clip(parameters: Iterable[nn.Parameter], most: float) -> float:
    """Scale all gradients so that their common norm is at most `most`; returns the norm they had."""
    gradients: list[Tensor] = [p.grad for p in parameters if p.grad is not None]
    norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in gradients]))
    factor = (most / (norm + 1e-6)).clamp_max(1.0)
    for gradient in gradients:
        gradient.mul_(factor)
    return float(norm)
