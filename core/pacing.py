"""How often what costs time is done, and of how much, so that a headset's frames do not wait for it. Knows no clock of its own."""

from __future__ import annotations

from collections import deque

import numpy as np

from .arrays import Int32Array

SLOW, FAST = 1 / 45, 1 / 70
"""Seconds a frame of a headset: from SLOW on fewer points are drawn, up to FAST more. Headsets show 72 frames a second and more."""
FEWEST = 20_000
"""Points that are drawn in any case: fewer tell too little of a large cloud, and seldom are what takes the time."""
FIRST = 100_000
"""Of a larger cloud as many are drawn at first, so that no frame drops before it is known what they take."""
FRAMES = 8
"""That are looked at before the number of points changes."""
PATIENCE, MOST_PATIENCE = 2.0, 60.0
"""Seconds before more points are tried; twice as long after each time that they were too many."""


class Pace:
    """Says when something may be done again, so that it takes at most a share of the time."""

    def __init__(self, share: float, shortest: float, longest: float = float("inf")) -> None:
        """share: 0..1 of all time. shortest, longest: seconds between two times, whatever it costs."""
        self.share, self.shortest, self.longest = share, shortest, longest
        self.gap = shortest
        self.done_at = -float("inf")
        self._cost: float | None = None

    def is_due(self, now: float) -> bool:
        """Whether it may be done at `now` seconds."""
        return now - self.done_at >= self.gap

    def done(self, now: float) -> None:
        """It was done."""
        self.done_at = now

    def took(self, seconds: float) -> None:
        """What it cost once. A running mean, so that one busy moment does not stop it for long."""
        seconds = max(0.0, seconds)
        self._cost = seconds if self._cost is None else self._cost + 0.3 * (seconds - self._cost)
        self.gap = min(max(self._cost / self.share, self.shortest), self.longest)


class Thinning:
    """How many of a cloud's points a headset draws: all, unless its frames take too long."""

    def __init__(self, points: int) -> None:
        self.points = points
        self.drawn = min(points, FIRST)
        self._seconds: deque[float] = deque(maxlen=FRAMES)
        self._changed = 0.0
        self._patience = PATIENCE
        self._raised = False

    def frame(self, seconds: float, now: float) -> bool:
        """A frame took so long. Returns whether another number of points is drawn from now on."""
        self._seconds.append(seconds)
        if len(self._seconds) < FRAMES:
            return False
        usual = float(np.median(self._seconds))
        if usual > SLOW and self.drawn > FEWEST:
            if self._raised:
                self._patience = min(2.0 * self._patience, MOST_PATIENCE)
            return self._draw(max(FEWEST, int(self.drawn * max(0.25, 0.8 * SLOW / usual))), now)
        if usual < FAST and self.drawn < self.points and now - self._changed > self._patience:
            return self._draw(min(self.points, 2 * self.drawn), now)
        return False

    def _draw(self, count: int, now: float) -> bool:
        self._raised = count > self.drawn
        self.drawn, self._changed = count, now
        self._seconds.clear()
        return True


def some_rows(points: int, count: int) -> Int32Array:
    """(count,) int32 in ascending order: the points that stand for all. Drawn at random, for data often comes sorted; the more are
    drawn, the same ones are among them. Always the same for a cloud of this size.
    """
    order = np.random.default_rng(points).permutation(points)[:count]
    return np.sort(order).astype(np.int32)
