"""A disk that is full, read-only or gone for a while: what waits for it, and in which order. Standard library only."""

from __future__ import annotations

import errno
import itertools
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

from ..core.errors import StoreError
from . import protocol
from .store import RunStore

RETRY_SECONDS = 2.0
"""Between two attempts to write what waits."""
CODE = "DISK"
"""Of the failure that says so; taken back by the acknowledgement of what waited."""

MOST_TOGETHER = 4096
"""Messages with edits that are stored by one sync at most."""

Value = TypeVar("Value")
Change: TypeAlias = protocol.ApplyEdits | protocol.SetCategories


def passes(error: Exception) -> bool:
    """Whether the disk is what is wrong, so that the same may work later. A damaged run or a bad edit does not pass."""
    reason = error.__cause__ if isinstance(error, StoreError) else error
    # torch says with a RuntimeError that a file takes no more
    return isinstance(reason, (OSError, sqlite3.OperationalError, RuntimeError))


def sentence(error: Exception, folder: object) -> str:
    """What is wrong and what to do: free some space, or, where nobody may write, see that one may."""
    told = error.sentence if isinstance(error, StoreError) else f"Nothing can be written to {folder} ({error}); free some space."
    reason = (error.__cause__ or error) if isinstance(error, StoreError) else error
    forbidden = isinstance(reason, OSError) and reason.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
    if forbidden or (isinstance(reason, sqlite3.Error) and "readonly" in str(reason)):
        return told.replace("free some space", "see that this folder can be written to")
    return told


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
    """Edits and categories on their way into the run, oldest first: none overtakes another, whatever the disk does.

    Edits that have piled up are stored together, by one sync: on a slow disk a sync each would hold up all that come after.
    """

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self.waiting: deque[Change] = deque()
        self.told = False
        self.again = 0.0

    def due_in(self) -> float | None:
        """Seconds until what waits is to be tried again; None where nothing waits."""
        return max(0.0, self.again - time.monotonic()) if self.waiting else None

    def take(self, changes: Iterable[Change]) -> tuple[list[protocol.Acknowledged], list[StoreError]]:
        """Store changes behind those that wait, as store_all() does."""
        self.waiting.extend(changes)
        return self.store_all()

    def store_all(self) -> tuple[list[protocol.Acknowledged], list[StoreError]]:
        """Store what waits. Returns what is on disk now, and what went wrong, both in order.

        Where the disk is the reason, that is the last error, and what waits goes on waiting; `told` says then that the user
        knows. An edit that is wrong in itself is dropped, and those behind it are stored.
        """
        done: list[protocol.Acknowledged] = []
        wrong: list[StoreError] = []
        self.again = time.monotonic() + RETRY_SECONDS
        most = MOST_TOGETHER
        while self.waiting:
            group = self._group(most)
            try:
                done += self._store(group)
            except (StoreError, sqlite3.Error, OSError) as error:
                if passes(error):
                    if not done:  # else it is tried again soon, and what failed is said then
                        wrong.append(StoreError(sentence(error, self.store.folder)))
                        wrong[-1].__cause__ = error.__cause__ or error
                    return done, wrong
                if len(group) > 1:
                    most = 1  # one of them is wrong: the others are not to suffer for it
                    continue
                wrong.append(error if isinstance(error, StoreError) else StoreError(sentence(error, self.store.folder)))
            for _ in group:
                self.waiting.popleft()
            if done:
                self.told = False
        return done, wrong

    def _group(self, most: int) -> list[Change]:
        """What is stored next: edits that follow each other, at most so many, or one change of the categories."""
        edits = list(itertools.takewhile(lambda it: isinstance(it, protocol.ApplyEdits), itertools.islice(self.waiting, most)))
        return edits or [self.waiting[0]]

    def _store(self, group: list[Change]) -> list[protocol.Acknowledged]:
        """Put a group on disk, all of it or nothing."""
        if isinstance(group[0], protocol.SetCategories):
            revision = self.store.set_categories(group[0].categories)
            self.store.require_here()
            return [protocol.Acknowledged([], group[0].request, self.store.edits, revision)]
        edits = [edit for change in group if isinstance(change, protocol.ApplyEdits) for edit in change.edits]
        ids = self.store.apply_edits(edits)
        self.store.require_here()
        return [protocol.Acknowledged(ids, "", self.store.edits)]
