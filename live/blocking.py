"""The blocking twin of the modal timer: the same ticks in a loop, for background runs, scripts, tests and farms."""

from __future__ import annotations

import time
from collections.abc import Callable

import bpy

from ..core.errors import TrainerError
from . import clouds, pump
from .running import RunningTrainer

PAUSE_SECONDS = 0.004
"""Between ticks: short beside a step, long enough to leave the processor to the trainer."""

Progress = Callable[[RunningTrainer], None]


def wait_until(
    trainer: RunningTrainer,
    context: bpy.types.Context,
    done: Callable[[], bool],
    what: str,
    timeout: float = 600.0,
    progress: Progress | None = None,
) -> None:
    """Tick until `done()` holds. Raises TrainerError if the trainer fails or `timeout` seconds pass."""
    end = time.monotonic() + timeout
    while True:
        pump.tick(trainer, context)
        if trainer.failure:
            raise TrainerError(trainer.failure)
        if done():
            return
        if time.monotonic() > end:
            raise TrainerError(
                "Gave up waiting for {what} after {timeout:.0f} s; the log at {log_path} says what it did.",
                what=what, timeout=timeout, log_path=trainer.log_path,
            )
        if progress is not None:
            progress(trainer)
        time.sleep(PAUSE_SECONDS)


def wait_opened(trainer: RunningTrainer, context: bpy.types.Context, timeout: float = 600.0) -> None:
    """Tick until the run is open and its cloud is there."""
    wait_until(trainer, context, lambda: trainer.opened is not None, "the data to open", timeout)


def wait_acknowledged(trainer: RunningTrainer, context: bpy.types.Context, timeout: float = 60.0) -> None:
    """Tick until every label that was given is on the trainer's disk."""
    trainer.require_ready()
    # asked of the trainer each time: one that is restarting gets a new book when the run is open again
    stored = lambda: trainer.book is not None and not trainer.book.pending  # noqa: E731
    wait_until(trainer, context, stored, "the labels to be stored", timeout)


def advance(
    trainer: RunningTrainer,
    context: bpy.types.Context,
    steps: int,
    timeout: float = 3600.0,
    progress: Progress | None = None,
) -> int:
    """Train exactly `steps` steps further and show where the cloud is then. Returns the step reached.

    Labels given before this call are acknowledged first, so that the same calls give the same run.
    """
    wait_opened(trainer, context)
    if not trainer.can_train:
        raise TrainerError(trainer.problem or "The trainer's Python has no torch, so the cloud cannot move; press Set Up Trainer.")
    wait_acknowledged(trainer, context)
    target = trainer.step + steps
    trainer.paused, trainer.lease_until, trainer.lease_granted = False, target, 0.0
    try:
        wait_until(
            trainer, context, lambda: trainer.step >= target and trainer.fresh >= 1.0, f"step {target:,}", timeout, progress
        )
    finally:
        trainer.lease_until = None
        trainer.pause()
    show_now(trainer)
    return trainer.step


def show_now(trainer: RunningTrainer) -> None:
    """Skip what is left of the glide: the mesh holds the newest snapshot when this returns."""
    cloud = clouds.find(trainer.run_id)
    if cloud is not None:
        pump.show(trainer, cloud, time.monotonic(), at_once=True)


def save(trainer: RunningTrainer, context: bpy.types.Context, timeout: float = 120.0) -> None:
    """Have the trainer write a checkpoint and wait until it is on disk."""
    request = trainer.save()
    wait_until(trainer, context, lambda: request in trainer.saved_requests, "the checkpoint", timeout)
