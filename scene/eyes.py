"""What drawing takes while a headset draws too: how long its frames are, how many points they show, when the desk may redraw.

The headset and the desk are drawn by one thread in turns, so all that the desk draws makes the headset wait.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from ..core.arrays import Float32Array, Int32Array
from ..core.pacing import Pace, Thinning, some_rows

DESK_SHARE, DESK_SHORTEST, DESK_LONGEST = 0.05, 0.1, 30.0
"""Of all time, for the desk's viewports as the cloud moves; seconds between two redraws at least and at most."""
WRITE_SHARE, WRITE_SHORTEST = 0.1, 0.01
"""The same for new positions: written, evaluated, sent to the graphics card."""
ALWAYS = 8
"""Frames in a row in which the desk drew too: then they are what a frame takes, for something else has it draw all the time."""


class Eyes:
    """Made when a session starts, gone when it ends."""

    def __init__(self) -> None:
        self.desk = Pace(DESK_SHARE, DESK_SHORTEST, DESK_LONGEST)
        self.writes = Pace(WRITE_SHARE, WRITE_SHORTEST)
        self.usual: deque[float] = deque(maxlen=16)
        """Seconds of the last frames in which the desk did not redraw, or of all where it always does."""
        self.live: dict[int, Float32Array] = {}
        """(3N,) by session_uid: see ahead.py."""
        self._thinning: dict[int, Thinning] = {}
        self._rows: dict[int, Int32Array] = {}
        self._first, self._began = True, 0.0
        self._desk_drew = False
        self._together = 0
        self._spent = self._told = 0.0

    def drawn(self, now: float, in_headset: bool) -> None:
        """An eye is drawn at `now` seconds, two make a frame; or a viewport of the desk."""
        if not in_headset:
            self._desk_drew = True
            return
        first, self._first = self._first, not self._first
        if not first:
            return
        frame, self._began = now - self._began, now
        if frame == now:
            return
        desk_drew, self._desk_drew = self._desk_drew, False
        self._together = self._together + 1 if desk_drew else 0
        if desk_drew and self._together < ALWAYS:
            if self.usual:
                self.desk.took(frame - float(np.median(self.usual)))
            return
        self.usual.append(frame)
        for thinning in self._thinning.values():
            thinning.frame(frame, now)

    def may_show_desk(self, now: float) -> bool:
        """Whether the desk may redraw at `now` seconds for what moved; first some frames show what they take without it."""
        if len(self.usual) < 4 or not self.desk.is_due(now):
            return False
        self.desk.done(now)
        return True

    def may_tell(self, now: float) -> bool:
        """Whether the desk's sidebars may redraw at `now` seconds, as seldom as its viewports."""
        if now - self._told < max(self.desk.gap, 0.5):
            return False
        self._told = now
        return True

    def rows(self, cloud: int, points: int) -> Int32Array | None:
        """The points that are drawn of a cloud, by its session_uid; None: all of them."""
        thinning = self._thinning.get(cloud)
        if thinning is None or thinning.points != points:
            thinning = self._thinning[cloud] = Thinning(points)
            self._rows.pop(cloud, None)
        if thinning.drawn >= points:
            return None
        rows = self._rows.get(cloud)
        if rows is None or len(rows) != thinning.drawn:
            rows = self._rows[cloud] = some_rows(points, thinning.drawn)
        return rows

    def ahead(self, cloud: int, points: int) -> Float32Array | None:
        """(N, 3) where a cloud is shown, if that is ahead of its mesh."""
        live = self.live.get(cloud)
        return None if live is None or len(live) != 3 * points else live.reshape(-1, 3)

    def spend(self, seconds: float) -> None:
        """Writing, evaluating or filling buffers took so long."""
        self._spent += seconds

    def may_write(self, now: float) -> bool:
        """Whether new positions may be written at `now` seconds."""
        if not self.writes.is_due(now):
            return False
        if self._spent:
            self.writes.took(self._spent)
            self._spent = 0.0
        self.writes.done(now)
        return True
