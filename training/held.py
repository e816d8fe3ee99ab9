"""Messages that have come and that nobody has taken yet, in bounded memory. Standard library only."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from typing import Generic, TypeVar

from .frames import Source

MOST_BYTES = 2**28
"""As they came. Whoever sends faster than they are taken waits."""
Item = TypeVar("Item")


class Counted:
    """A stream that counts what is read of it."""

    def __init__(self, source: Source) -> None:
        self._source, self._taken = source, 0

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer from the start; how many bytes, 0 at the end."""
        count = self._source.readinto(buffer)
        self._taken += count or 0
        return count

    def since(self) -> int:
        """How many bytes were read since this was asked last."""
        taken, self._taken = self._taken, 0
        return taken


class Held(Generic[Item]):
    """A queue between the thread that reads a stream and the one that acts: it holds one item at least, and so many bytes."""

    def __init__(self) -> None:
        self._items: deque[tuple[Item, int]] = deque()
        self._bytes = 0
        self._open = True
        self._changed = threading.Condition()

    def put(self, item: Item, size: int = 0) -> None:
        """Add an item of so many bytes; waits while there are too many, but not for ever: see end()."""
        with self._changed:
            while self._open and size and self._items and self._bytes + size > MOST_BYTES:
                self._changed.wait()
            self._items.append((item, size))
            self._bytes += size
            self._changed.notify_all()

    def get(self, timeout: float | None = None) -> Item:
        """The oldest item; waits for one. Raises queue.Empty after `timeout` seconds."""
        ends = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while not self._items:
                left = None if ends is None else ends - time.monotonic()
                if left is not None and left <= 0.0:
                    raise queue.Empty
                self._changed.wait(left)
            item, size = self._items.popleft()
            self._bytes -= size
            self._changed.notify_all()
            return item

    def get_nowait(self) -> Item:
        """The oldest item. Raises queue.Empty where there is none."""
        return self.get(0.0)

    def end(self) -> None:
        """Nobody takes anything any more: whoever waits to add something goes on."""
        with self._changed:
            self._open = False
            self._changed.notify_all()
