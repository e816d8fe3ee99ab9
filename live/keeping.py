"""How much of a run's past is kept."""

from __future__ import annotations

from ..training import protocol, thinning
from .running import RunningTrainer


def limit(trainer: RunningTrainer | None, gigabytes: float) -> int:
    """Let recorded epochs take so many GB. Returns how many of this cloud that is. Raises TrainerError."""
    assert trainer is not None
    trainer.require_ready()
    trainer.client.send(protocol.SetDiskLimit(gigabytes=gigabytes))
    trainer.disk_limit = gigabytes
    return thinning.most_records(trainer.points, gigabytes)
