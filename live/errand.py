"""One run of the trainer's command line beside Blender: an export, a prediction. It reports progress and can be ended.

Owns a child process and a thread that fills a queue; imports no bpy.
"""

from __future__ import annotations

import json
import queue
import re
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..core.errors import TrainerError
from ..core.text import reason
from ..training import interpreter

PROGRESS = re.compile(r"^\s*(\d+)%\s+(.*)$")
PREFIX = "latent-lasso: "
PAUSE_SECONDS = 0.02
LINES = 200


class Task:
    """Work in the background. Poll `finished`; then result() gives its facts or raises its sentence.

    share: 0..1 of it that is done; text: what it is doing.
    """

    share, text = 0.0, "Starting"

    @property
    def finished(self) -> bool:
        """Whether it ended; takes the newest progress in on the way."""
        raise NotImplementedError

    def result(self) -> dict[str, Any]:
        """Its facts. Raises LatentError with its own sentence where it was refused or broke."""
        raise NotImplementedError

    def cancel(self) -> None:
        """End it, and wait until it has ended."""
        raise NotImplementedError

    def wait(self, progress: Callable[[float, str], None]) -> dict[str, Any]:
        """The blocking twin: poll until it ended, and give its facts."""
        while not self.finished:
            progress(self.share, self.text)
            time.sleep(PAUSE_SECONDS)
        return self.result()


class Errand(Task):
    """A child that is working: one command of the trainer's command line."""

    def __init__(self, python: str, arguments: list[str]) -> None:
        """Start it. Raises TrainerError where that cannot be."""
        entry = Path(interpreter.__file__).parent
        command = [*interpreter.command(python, entry)[:-1], *arguments, "--json", "--progress", "0.2"]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=interpreter.child_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise TrainerError(
                "{python} could not be started ({reason}); choose another Python in the preferences.",
                python=python, reason=reason(error),
            ) from error
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._last: deque[str] = deque(maxlen=LINES)
        self._out = b""
        self._threads = [
            threading.Thread(target=self._listen, name="latent-errand-progress", daemon=True),
            threading.Thread(target=self._collect, name="latent-errand-result", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._said.put(line.decode("utf-8", errors="replace").rstrip())

    def _collect(self) -> None:
        assert self._process.stdout is not None
        self._out = self._process.stdout.read()

    @property
    def finished(self) -> bool:
        """Whether it ended; takes the newest progress in on the way."""
        while not self._said.empty():
            line = self._said.get()
            found = PROGRESS.match(line)
            if found:
                self.share, self.text = int(found[1]) / 100, found[2]
            elif line:
                self._last.append(line)
        return self._process.poll() is not None and not any(thread.is_alive() for thread in self._threads)

    def result(self) -> dict[str, Any]:
        """What it said as JSON. Raises TrainerError with its own sentence where it was refused or broke."""
        for thread in self._threads:
            thread.join()
        assert self.finished
        if self._process.returncode == 0:
            facts: dict[str, Any] = json.loads(self._out)
            return facts
        said = next(
            (line.removeprefix(PREFIX) for line in reversed(self._last) if line.startswith(PREFIX)), ""
        )
        if said:
            raise TrainerError(said)
        last = (self._last or [""])[-1][:200]
        raise TrainerError(
            "The trainer's Python ended with code {code} ({last}); try again, or choose another Python in the preferences.",
            code=self._process.returncode, last=last,
        )

    def cancel(self) -> None:
        """End it; what is half written has another name and is left for the next run to write over."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
