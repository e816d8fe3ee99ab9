"""Where the network lives: the fastest device that torch finds, or the one that was asked for.

Data, neighbour graph and sampling stay in main memory; only batches travel. Random numbers are drawn there too, so that a
seed draws the same on every device.
"""

from __future__ import annotations

import torch

from ..core.errors import DataError


def device_of(wanted: str) -> torch.device:
    """auto: CUDA or ROCm (which torch calls cuda as well), then MPS, then the CPU. Raises DataError for what is not there."""
    found = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return torch.device(next(name for name in ("cuda", "mps", "cpu") if found[name]))
    kind = wanted.split(":")[0]
    if not found.get(kind, False):
        there = ", ".join(name for name, here in found.items() if here)
        raise DataError(
            "The device {wanted!r} is not to be had here; choose auto, or one of {there}.",
            wanted=wanted, there=there,
        )
    try:
        return torch.device(wanted)
    except RuntimeError as error:
        raise DataError("The device {wanted!r} is none that torch knows; choose auto or cpu.", wanted=wanted) from error
