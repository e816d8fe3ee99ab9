"""The glide between snapshots: ten snapshots a second look like sixty. Allocates nothing a frame."""

from __future__ import annotations

import numpy as np

from .arrays import Float32Array

SHORTEST, LONGEST = 0.02, 0.4
"""Seconds a glide lasts at least and at most: the time between two snapshots, kept within what the eye calls smooth."""


class Glide:
    """Moves what is shown from where it is towards the newest snapshot, at the pace at which snapshots come."""

    def __init__(self, positions: Float32Array) -> None:
        """positions: (N, 3) float32, shown at first."""
        flat = np.ascontiguousarray(positions, dtype=np.float32).ravel()
        self._from = flat.copy()
        self._to = flat.copy()
        self._shown = flat.copy()
        self._started = 0.0
        self._last_shown = 0.0
        self._interval = 0.1
        self._last_target: float | None = None
        self._settled = False

    def target(self, positions: Float32Array, now: float) -> None:
        """A snapshot (N, 3) float32 came at `now` seconds: glide there from what is shown."""
        if self._last_target is not None:
            gap = min(max(now - self._last_target, SHORTEST), LONGEST)
            # a running mean, so that one late snapshot does not change the pace at once
            self._interval += 0.3 * (gap - self._interval)
        self._last_target = now
        np.copyto(self._from, self._shown)
        np.copyto(self._to, positions.reshape(-1))
        # not from now: where every tick brings a snapshot, a glide that began anew each time would never leave
        self._started = max(self._last_shown, now - self._interval / 2)
        self._settled = False

    def jump(self, positions: Float32Array) -> None:
        """Be at `positions` (N, 3) float32 at once."""
        np.copyto(self._to, positions.reshape(-1))
        np.copyto(self._from, self._to)
        self._settled = False

    def at(self, now: float, out: Float32Array) -> bool:
        """Write what is shown at `now` into `out` (3N,) float32. Returns False if nothing moved since the last call."""
        if self._settled:
            return False
        self._last_shown = now
        share = min(1.0, max(0.0, (now - self._started) / self._interval))
        np.subtract(self._to, self._from, out=out)
        np.multiply(out, np.float32(share), out=out)
        np.add(out, self._from, out=out)
        if share >= 1.0:
            np.copyto(out, self._to)  # exact at the end, whatever rounding did on the way
            self._settled = True
        np.copyto(self._shown, out)
        return True
