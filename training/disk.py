"""A disk that is full, read-only or gone for a while: what waits for it, and in which order. Standard library only."""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from collections.abc import Callable
from typing import TypeAlias, TypeVar

from ..core.errors import StoreError
from . import protocol
from .store import RunStore

RETRY_SECONDS = 2.0
"""Between two attempts to write what waits."""
CODE = "DISK"
"""Of the failure that says so; taken back by the acknowledgement of what waited."""

Value = TypeVar("Value")
Change: TypeAlias = protocol.ApplyEdits | protocol.SetCategories


def passes(error: Exception) -> bool:
    """Whether the disk is what is wrong, so that the same may work later. A damaged run or a bad edit does not pass."""
    reason = error.__cause__ if isinstance(error, StoreError) else error
    # torch says with a RuntimeError that a file takes no more
    return isinstance(reason, (OSError, sqlite3.OperationalError, RuntimeError))


def sentence(error: Exception, folder: object) -> str:
    """What is wrong and what to do."""
    if isinstance(error, StoreError):
        return error.sentence
    return f"Nothing can be written to {folder} ({error}); free some space."


def patiently(write: Callable[[], Value], wait: Callable[[Exception], None]) -> Value:
    """What `write` returns, once the disk lets it. wait: tells why and lets some time pass, or raises to give up."""
    while True:
        try:
            return write()
        except (StoreError, sqlite3.Error, OSError) as error:
            if not passes(error):
                raise
            wait(error)


class Backlog:
    """Edits and categories on their way into the run, oldest first: none overtakes another, whatever the disk does."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self.waiting: deque[Change] = deque()
        self.told = False
        self.again = 0.0

    def due_in(self) -> float | None:
        """Seconds until what waits is to be tried again; None where nothing waits."""
        return max(0.0, self.again - time.monotonic()) if self.waiting else None

    def take(self, change: Change) -> list[protocol.Acknowledged]:
        """Store a change behind those that wait. Returns what is on disk now; raises StoreError as retry() does."""
        self.waiting.append(change)
        return self.retry()

    def retry(self) -> list[protocol.Acknowledged]:
        """Store what waits. Returns what is on disk now.

        Raises StoreError where one cannot be stored. It goes on waiting if the disk is the reason; `told` says then that
        the user knows. An edit that is wrong in itself is dropped.
        """
        done: list[protocol.Acknowledged] = []
        self.again = time.monotonic() + RETRY_SECONDS
        while self.waiting:
            change = self.waiting[0]
            try:
                if isinstance(change, protocol.ApplyEdits):
                    done.append(protocol.Acknowledged(self.store.apply_edits(change.edits)))
                else:
                    self.store.set_categories(change.categories)
                    done.append(protocol.Acknowledged([], change.request))
            except (StoreError, sqlite3.Error, OSError) as error:
                if not passes(error):
                    self.waiting.popleft()
                    raise
                if done:
                    return done  # what follows is tried again soon, and what failed is said then
                raise StoreError(sentence(error, self.store.folder)) from (error.__cause__ or error)
            self.waiting.popleft()
        self.told = False
        return done
