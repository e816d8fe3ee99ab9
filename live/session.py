"""The one running trainer of this Blender, and nothing else at module level.

start() and stop() are the only ways to make and end one; everything else asks running().
"""

from __future__ import annotations

import atexit
from collections.abc import Callable

import bpy

from .running import RunningTrainer

_running: RunningTrainer | None = None


def running() -> RunningTrainer | None:
    """The running trainer, or None."""
    return _running


def start(trainer: RunningTrainer) -> RunningTrainer:
    """Make `trainer` the running one. The one before it, if any, is closed first: one cloud trains at a time."""
    global _running
    stop()
    _running = trainer
    return trainer


def stop(timeout: float = 8.0) -> None:
    """Close the running trainer: it finishes its write, saves a checkpoint and ends. Does nothing if none runs."""
    global _running
    trainer, _running = _running, None
    if trainer is not None:
        if trainer.relay is not None and bpy.app.timers.is_registered(trainer.relay):
            bpy.app.timers.unregister(trainer.relay)
        trainer.close(timeout)


def relay(function: Callable[[], None], seconds: float) -> None:
    """Call `function` once from an application timer; it is taken back if the trainer ends before.

    `function` must be a plain function: Blender compares timers by identity, and a bound method is new each time.
    """
    if _running is not None and not bpy.app.timers.is_registered(function):
        _running.relay = function
        bpy.app.timers.register(function, first_interval=seconds)


def register() -> None:
    """See that a closing Blender closes the trainer in good order; without it the trainer sees the closed stream."""
    atexit.register(stop)


def unregister() -> None:
    """End the trainer and its timers."""
    stop()
    atexit.unregister(stop)
