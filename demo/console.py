"""Progress that a person can read: one line a stage, rewritten on a terminal, plain lines in a pipe."""

from __future__ import annotations

import sys
import time


class Console:
    """Prints what is going on, with the time since the start."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.terminal = sys.stdout.isatty()
        self.last = 0.0
        self.open_line = False

    def say(self, text: str) -> None:
        """A line that stays."""
        self._end_line()
        print(f"[{time.monotonic() - self.started:6.1f} s] {text}", flush=True)

    def progress(self, text: str, fraction: float) -> None:
        """How far a stage is: rewritten in place on a terminal, every 15 s in a pipe."""
        now = time.monotonic()
        if now - self.last < (0.2 if self.terminal else 15.0):
            return
        self.last = now
        line = f"[{now - self.started:6.1f} s]   {text} {fraction:4.0%}"
        if self.terminal:
            print(f"\r{line:<79}", end="", flush=True)
            self.open_line = True
        else:
            print(line, flush=True)

    def _end_line(self) -> None:
        if self.open_line:
            print()
            self.open_line = False
