"""The one running trainer of this Blender, and nothing else at module level.

start(), settle(), fall_back() and stop() are the only ways to make and end one; everything else asks running().
"""

from __future__ import annotations

import atexit
from collections.abc import Callable

import bpy

from .running import RunningTrainer

CLOSE_SECONDS = 8.0
"""For a trainer to finish its write; then it is ended by force."""

_running: RunningTrainer | None = None


def running() -> RunningTrainer | None:
    """The running trainer, or None."""
    return _running


def start(trainer: RunningTrainer, beside: bool = False) -> RunningTrainer:
    """Make `trainer` the running one. The one before it, if any, is closed first: one cloud trains at a time.

    beside: keep the one before it until settle(), so that data which turns out to be bad leaves all as it was.
    """
    global _running
    before = _running
    if beside and before is not None and before.ready:
        trainer.predecessor = before
        trainer.ticking, trainer.relay = before.ticking, before.relay
    else:
        stop()
    _running = trainer
    return trainer


def settle() -> None:
    """The running trainer has its cloud: close the one whose place it took."""
    if _running is not None and _running.predecessor is not None:
        before, _running.predecessor = _running.predecessor, None
        before.close(CLOSE_SECONDS)


def fall_back() -> RunningTrainer | None:
    """Close a trainer that could not open its data; the one before it goes on, and is returned."""
    global _running
    failed = _running
    assert failed is not None
    before, failed.predecessor = failed.predecessor, None
    if before is not None:
        before.ticking, before.relay = failed.ticking, failed.relay
    _running = before
    failed.close(CLOSE_SECONDS)
    return before


def stop(timeout: float = CLOSE_SECONDS) -> None:
    """Close the running trainer: it finishes its write, saves a checkpoint and ends. Does nothing if none runs."""
    global _running
    trainer, _running = _running, None
    if trainer is not None:
        if trainer.relay is not None and bpy.app.timers.is_registered(trainer.relay):
            bpy.app.timers.unregister(trainer.relay)
        for ended in (trainer, trainer.predecessor):
            if ended is not None:
                ended.close(timeout)


def relay(function: Callable[[], float | None], seconds: float) -> None:
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
