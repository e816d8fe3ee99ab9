"""Signals and what becomes of who gets them. Linux, macOS."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time

STOP_SECONDS = 10.0
SIGNALS = ("SIGKILL", "SIGTERM", "SIGSTOP")
ORPHAN_SECONDS = 5.0


def gone(pid: int) -> bool:
    """Whether a process ended; one that only waits to be collected has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
            return stream.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
    except OSError:  # it went while it was read
        return True


def gone_within(pid: int, seconds: float = ORPHAN_SECONDS) -> bool:
    """Whether a process ends in so many seconds."""
    ends = time.monotonic() + seconds
    while not gone(pid):
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True


class Shot:
    """Signals, after a delay, from a thread: at a moment that nobody chose. `hit` is when they were there.

    stopped: from when until when SIGSTOP lasted, by time.monotonic(), which is one clock for all processes.
    """

    def __init__(self, pids: list[int], name: str, delay: float, stop_seconds: float = STOP_SECONDS) -> None:
        self.pids, self.name, self.delay, self.stop_seconds = pids, name, delay, stop_seconds
        self.hit = 0.0
        self.stopped = (0.0, 0.0)
        self.over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        time.sleep(self.delay)
        send(self.pids, self.name)
        self.hit = time.monotonic()
        if self.name == "SIGSTOP":
            time.sleep(self.stop_seconds)
            send(self.pids, "SIGCONT")
            self.stopped = (self.hit, time.monotonic())
            self.hit = self.stopped[1]
        self.over.set()


def send(pids: list[int], name: str) -> None:
    """Send one signal to each; who is gone already needs none."""
    for pid in pids:
        try:
            os.kill(pid, getattr(signal, name))
        except ProcessLookupError:
            continue


def end(process: subprocess.Popen[str]) -> None:
    """End a process that this tool started."""
    if process.poll() is None:
        process.kill()
    process.wait()
