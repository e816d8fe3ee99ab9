"""What a command shows while it works and says at its end. Standard library only."""

from __future__ import annotations

import json
import shutil
import sys
import time
from typing import Any, TextIO

from ...core.text import printable

REDRAW_SECONDS = 0.1
BAR = 24


class Report:
    """Progress on stderr: one line that is drawn over on a terminal, a plain line now and then in a pipe. Result on stdout."""

    def __init__(self, as_json: bool, line_seconds: float = 5.0, stream: TextIO | None = None) -> None:
        self.as_json, self.line_seconds = as_json, line_seconds
        self.stream = stream if stream is not None else sys.stderr
        self.terminal = self.stream.isatty()
        self._last = 0.0 if self.terminal else time.monotonic()
        self._drawn = False
        self._said = ""

    def progress(self, share: float, text: str) -> None:
        """Show how far the work is, where enough time has passed since the last time."""
        now = time.monotonic()
        if now - self._last < (REDRAW_SECONDS if self.terminal else self.line_seconds) or (
            text == self._said
        ):
            return
        self._last, self._said = now, text
        share = min(1.0, max(0.0, share))
        if self.terminal:
            full = round(BAR * share)
            line = f"{'█' * full}{'·' * (BAR - full)} {share:4.0%}  {printable(text)}"
            self.stream.write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")
            self._drawn = True
        else:
            self.stream.write(f"{share:4.0%}  {printable(text)}\n")
        self.stream.flush()

    def clear(self) -> None:
        """Take the line of progress away."""
        if self._drawn:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
            self._drawn = False

    def warn(self, sentence: str) -> None:
        """A sentence that matters, but does not end the work."""
        self.clear()
        self.stream.write(f"latent-lasso: {printable(sentence)}\n")

    def line(self, text: str) -> None:
        """A line that stays: a part that is done."""
        self.clear()
        print(printable(text), flush=True)

    def result(self, sentence: str, facts: dict[str, Any]) -> None:
        """The end: facts as JSON, or a sentence."""
        self.clear()
        lines = [printable(line) for line in sentence.split("\n")]
        print(json.dumps(facts, indent=1) if self.as_json else "\n".join(lines), flush=True)
