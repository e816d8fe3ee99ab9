"""Blender's end of the stream: the child process, a reader thread, a writer thread. Standard library and numpy.

Threads only fill queues; whoever polls does so on its own thread. Snapshots go into one of three buffers that are
filled in place, and only the newest is kept.
"""

from __future__ import annotations

import os
import queue
import subprocess
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..core.errors import LatentError, ProtocolError, TrainerError
from ..core.text import reason
from . import causes, frames, interpreter, protocol
from .held import Counted, Held

BUFFERS = 3
"""One on show, one newest, one being filled."""
LONG_LOG = 1_000_000
"""Bytes from which a log is put aside when a trainer starts."""


class TrainerClient:
    """A trainer running as a child of this process."""

    def __init__(self, process: subprocess.Popen[bytes], log: BinaryIO, log_path: Path) -> None:
        self._process = process
        self._log = log
        self.log_path = log_path
        self._outbox: queue.SimpleQueue[protocol.Message | None] = queue.SimpleQueue()
        self._inbox: Held[protocol.Message] = Held()
        self._points: int | None = None
        self._lock = threading.Lock()
        self._newest: tuple[int, protocol.Snapshot] | None = None
        self._shown = -1
        self._filling = -1
        self._buffers: list[dict[int, np.ndarray[Any, Any]]] = [{} for _ in range(BUFFERS)]
        self._closing = False
        self.heard = 0
        self._memory_kills = causes.memory_kills()
        self._reader = threading.Thread(target=self._read, name="latent-reader", daemon=True)
        self._writer = threading.Thread(target=self._write, name="latent-writer", daemon=True)
        self._reader.start()
        self._writer.start()

    @classmethod
    def start(cls, python: str | Path, log_path: Path, entry: Path | None = None) -> TrainerClient:
        """Start `PYTHON -I training serve` with a clean environment, its stderr in `log_path`.

        entry: another script to start instead, for tests. Raises TrainerError where it cannot be started.
        """
        command = interpreter.command(python, entry or Path(__file__).parent)
        if os.path.lexists(log_path) and (log_path.is_symlink() or not log_path.is_file()):
            raise TrainerError("The trainer's log may not be written to {path}, which is no file; remove it.", path=log_path)
        try:
            log_path.parent.mkdir(parents=True, exist_ok=True)
            rotate(log_path)
            log = log_path.open("ab")
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=interpreter.child_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise TrainerError(
                "The trainer could not be started with {python}: {reason}; choose another Python in the preferences.",
                python=python, reason=reason(error),
            ) from error
        return cls(process, log, log_path)

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How the child ended; None while it runs."""
        return self._process.poll()

    def move_log(self, target: Path) -> None:
        """Have the log in another place from now on, where the system moves a file that is open; elsewhere it stays."""
        try:
            self.log_path.replace(target)
        except OSError as error:
            self._log.write(f"the log stays here: {error}\n".encode())
            return
        self.log_path = target

    def send(self, message: protocol.Message) -> None:
        """Send a message; returns at once, the writer thread waits for the pipe."""
        self._outbox.put(message)

    def poll(self) -> list[protocol.Message]:
        """All messages but snapshots that came since the last call, oldest first."""
        messages: list[protocol.Message] = []
        while True:
            try:
                messages.append(self._inbox.get_nowait())
            except queue.Empty:
                return messages

    def take_snapshot(self) -> protocol.Snapshot | None:
        """The newest snapshot not taken yet. Its arrays are views of a buffer, valid until the next snapshot is taken."""
        with self._lock:
            if self._newest is None:
                return None
            self._shown, snapshot = self._newest
            self._newest = None
            return snapshot

    def close(self, timeout: float = 5.0) -> int | None:
        """Close the child's stdin, wait for its end, and end it by force after `timeout` seconds. Returns its code."""
        self._closing = True
        self._inbox.end()
        self._outbox.put(None)
        ends = time.monotonic() + timeout
        self._writer.join(timeout)
        try:
            self._process.wait(max(0.0, ends - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(1.0)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:  # the child went first; what was buffered has no reader any more
                    continue
        self._log.close()
        return self._process.returncode

    def _write(self) -> None:
        """The writer thread: messages to the child's stdin, until None comes or the pipe breaks."""
        pipe = self._process.stdin
        assert pipe is not None
        try:
            while (message := self._outbox.get()) is not None:
                for piece in frames.encode(message):
                    pipe.write(piece)
                pipe.flush()
            pipe.close()
        except OSError:
            return  # the child ended; the reader says so

    def _read(self) -> None:
        """The reader thread: frames from the child's stdout, until it ends."""
        pipe = self._process.stdout
        assert pipe is not None
        source = Counted(pipe)  # type: ignore[arg-type]
        try:
            while (message := frames.read(source, self._allocate)) is not None:
                self.heard += 1
                self._check_count(message)
                size = source.since()
                if isinstance(message, protocol.Snapshot):
                    with self._lock:
                        self._newest = (self._filling, message)
                        self._filling = -1
                else:
                    self._inbox.put(message, size)
        except (LatentError, OSError, ValueError) as error:
            if not self._closing:
                self._inbox.put(protocol.Failed.of(broken(error), "STREAM", True))
        code = self._process.wait()
        if not self._closing:
            self._inbox.put(protocol.Failed.of(self._obituary(code), "TRAINER_DIED", True))

    def _check_count(self, message: protocol.Message) -> None:
        """Raise ProtocolError where a message is of another number of points than the run that is open."""
        if isinstance(message, protocol.Opened):
            self._points = len(message.samples)
        counted = (
            message.positions if isinstance(message, protocol.Snapshot)
            else message.values if isinstance(message, protocol.FactsTold)
            else None
        )  # fmt: skip
        if counted is not None and len(counted) != self._points:
            raise ProtocolError(
                "The trainer sent {count:,} points of a run of {points:,}; restart it.",
                count=len(counted), points=self._points or 0,
            )

    def _obituary(self, code: int) -> TrainerError:
        """Why the trainer ended, in one sentence."""
        return causes.of_death(code, causes.memory_kills() > self._memory_kills, self.log_path)

    def _allocate(
        self, name: str, index: int, dtype: np.dtype[Any], shape: tuple[int, ...]
    ) -> np.ndarray[Any, Any]:
        """Arrays of a snapshot in the buffer that is neither shown nor newest; others anew."""
        if name != "Snapshot":
            return np.empty(shape, dtype=dtype)
        with self._lock:
            if self._filling < 0:
                taken = {self._shown, self._newest[0] if self._newest else -1}
                self._filling = next(number for number in range(BUFFERS) if number not in taken)
            buffer = self._buffers[self._filling]
        array = buffer.get(index)
        if array is None or array.dtype != dtype or array.shape != shape:
            array = np.empty(shape, dtype=dtype)
            buffer[index] = array
        return array


def broken(error: Exception) -> LatentError:
    """Why nothing more can be read from a trainer, in a sentence."""
    if isinstance(error, LatentError):
        return error
    return TrainerError("The connection to the trainer broke ({reason}); restart it.", reason=reason(error))


def rotate(log_path: Path) -> None:
    """Put a log that has become long aside as NAME.1, in the place of the one before. Raises OSError."""
    if log_path.is_file() and log_path.stat().st_size > LONG_LOG:
        log_path.replace(log_path.with_name(f"{log_path.name}.1"))
