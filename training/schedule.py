"""The learning rate over a run, and how often an epoch is recorded. Standard library only."""

from __future__ import annotations

import math

from .config import TrainConfig


def learning_rate(config: TrainConfig, step: int, label_step: int) -> float:
    """Warm-up and cosine while the cloud opens; after a label high again, then falling to a floor above 0.

    label_step: of the newest label, negative where there is none. The floor is what keeps a cloud alive for the next one.
    """
    warm = min(1.0, (step + 1) / max(1, config.warmup_steps))
    if label_step < 0 and step < config.opening_steps:
        share = step / max(1, config.opening_steps)
        return warm * (config.rate_low + (config.rate_high - config.rate_low) * half_cosine(share))
    since = step - (config.opening_steps if label_step < 0 else label_step)
    high = config.rate_low if label_step < 0 else config.rate_high
    share = min(1.0, max(0, since) / max(1, config.settle_steps))
    return warm * (config.rate_floor + (high - config.rate_floor) * half_cosine(share))


def half_cosine(share: float) -> float:
    """1 at 0, 0 at 1, level at both ends."""
    return 0.5 * (1 + math.cos(math.pi * share))


def record_every(samples: int, batch: int) -> int:
    """Steps between two recorded epochs: one epoch, but few enough to watch, and more where a full pass is long."""
    return max(4, min(max(64, samples // 500), math.ceil(samples / batch)))
