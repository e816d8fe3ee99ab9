"""The trainer's way out: messages in order, and of snapshots only the newest. Never makes the training wait."""

from __future__ import annotations

import threading
from collections import deque
from typing import BinaryIO

from . import frames, protocol


class Outbox:
    """A writer thread over the stream. A reader that is slow or gone holds nobody up."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._condition = threading.Condition()
        self._messages: deque[protocol.Message] = deque()
        self._snapshot: protocol.Snapshot | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="latent-outbox", daemon=True)
        self._thread.start()

    def send(self, message: protocol.Message) -> None:
        """Queue a message; a snapshot takes the place of one that was not sent yet."""
        with self._condition:
            if isinstance(message, protocol.Snapshot):
                self._snapshot = message
            else:
                self._messages.append(message)
            self._condition.notify()

    def close(self, timeout: float) -> None:
        """Send what is queued, for `timeout` seconds at most."""
        with self._condition:
            self._closing = True
            self._condition.notify()
        self._thread.join(timeout)

    def _next(self) -> protocol.Message | None:
        with self._condition:
            while True:
                if self._messages:
                    return self._messages.popleft()
                if self._snapshot is not None:
                    snapshot, self._snapshot = self._snapshot, None
                    return snapshot
                if self._closing:
                    return None
                self._condition.wait()

    def _run(self) -> None:
        try:
            while (message := self._next()) is not None:
                for piece in frames.encode(message):
                    self._stream.write(piece)
                self._stream.flush()
        except (OSError, ValueError):
            return  # nobody reads any more; the closed stdin ends the trainer
