"""The trainer's control thread: reads the stream, opens, stores and acknowledges at once, whatever the training does.

Starts without torch, so that a cloud is there and labels are taken before torch is imported.
"""

from __future__ import annotations

import collections
import importlib.metadata
import importlib.util
import os
import platform
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from ..core.errors import LatentError
from ..core.version import PROTOCOL, VERSION
from . import disk, frames, orphan, protocol, telling, trouble
from .config import Forces
from .held import Counted, Held
from .opening import OpenRun, open_run
from .orders import Orders
from .outbox import Outbox
from .showing import Showing
from .training_thread import TrainingThread

CLOSE_SECONDS = 6.5
"""For the training thread to finish its write once Close came; then the process ends all the same."""


class Server:
    """One trainer on one stream."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self.source = source
        self.outbox = Outbox(sink)
        self.inbox: Held[protocol.Message | LatentError | None] = Held()
        self.closing = threading.Event()
        self.ahead: collections.deque[protocol.Message | LatentError | None] = collections.deque()
        self.asked_to_close = False
        self.run_: OpenRun | None = None
        self.orders: Orders | None = None
        self.thread: TrainingThread | None = None
        self.backlog: disk.Backlog | None = None
        self.showing: Showing | None = None

    def serve(self) -> int:
        """Serve until the stream closes or Close comes. Returns the exit code."""
        self.outbox.send(
            protocol.Hello(VERSION, PROTOCOL, os.getpid(), platform.python_version(), torch_version())
        )
        threading.Thread(target=self._read, name="latent-inbox", daemon=True).start()
        code = 0
        while True:
            try:
                item = self.next_item()
            except queue.Empty:
                self.store_changes([])
                continue
            if item is None or isinstance(item, protocol.Close):
                break
            try:
                if isinstance(item, LatentError):
                    raise item
                self.handle(item)
            except LatentError as error:
                fatal = isinstance(item, (protocol.Open, LatentError))
                self.outbox.send(protocol.Failed.of(error, fatal=fatal))
                if fatal:
                    code = 1
                    break
            except (sqlite3.Error, OSError) as error:  # the disk, whatever was asked; labels have a way of their own
                folder = item.run_path if isinstance(item, protocol.Open) else self.run_.store.folder if self.run_ else ""
                self.outbox.send(protocol.Failed.of(trouble.in_words(error, folder), fatal=isinstance(item, protocol.Open)))
                if isinstance(item, protocol.Open):
                    code = 1
                    break
        self.end()
        return code

    def next_item(self) -> protocol.Message | LatentError | None:
        """The next message, an error of the stream, or None at its end. Raises queue.Empty when the disk is to be tried again."""
        if self.ahead:
            return self.ahead.popleft()
        return self.inbox.get(timeout=self.backlog.due_in() if self.backlog is not None else None)

    def with_those_behind(self, change: disk.Change) -> list[disk.Change]:
        """A change and those that have come right behind it meanwhile: they are stored together."""
        changes = [change]
        while not self.ahead and len(changes) < disk.MOST_TOGETHER:
            try:
                item = self.inbox.get_nowait()
            except queue.Empty:
                break
            if isinstance(item, (protocol.ApplyEdits, protocol.SetCategories)):
                changes.append(item)
            else:
                self.ahead.append(item)
        return changes

    def _read(self) -> None:
        source = Counted(self.source)  # type: ignore[arg-type]
        try:
            while (message := frames.read(source)) is not None:
                orphan.false_alarm()
                if isinstance(message, protocol.Close):
                    self.asked_to_close = True
                    self.closing.set()
                self.inbox.put(message, source.since())
        except LatentError as error:
            self.inbox.put(error)
        except OSError as error:
            print(f"stdin: {error}", file=sys.stderr)
        # what is acknowledged is on disk, and every other write is whole or not there
        orphan.end_by_force(CLOSE_SECONDS + 1.0 if self.asked_to_close else None)
        self.closing.set()
        self.inbox.put(None)

    def handle(self, message: protocol.Message) -> None:
        """Do what one message asks. Raises LatentError with the sentence for the user."""
        if isinstance(message, protocol.Open):
            self.open(message)
            return
        if self.run_ is None or self.orders is None:
            raise LatentError("The first message must open a run; restart the trainer.")
        store, orders = self.run_.store, self.orders
        if isinstance(message, (protocol.ApplyEdits, protocol.SetCategories)):
            self.store_changes(self.with_those_behind(message))
        elif isinstance(message, protocol.Lease):
            ends = time.monotonic() + min(max(message.ttl_s, 0.0), 86_400.0)
            orders.tell(until_step=message.until_step, lease_ends=ends, paused=False)
        elif isinstance(message, protocol.Pause):
            orders.tell(paused=True)
        elif isinstance(message, protocol.SetForces):
            forces = Forces(message.attract, message.repel, message.neighbours, message.room)
            orders.tell(forces=forces)
        elif isinstance(message, protocol.SetDiskLimit):
            store.set_limit(message.gigabytes)
        elif isinstance(message, protocol.ShowLayer):
            if message.layer not in protocol.LAYERS:
                raise LatentError(
                    "The cloud has no layer {layer!r}; it can show {layers}.",
                    layer=message.layer[:20], layers=", ".join(protocol.LAYERS),
                )
            orders.tell(layer=message.layer)
        elif isinstance(message, (protocol.AskForces, protocol.AskSuggestions)):
            if self.thread is None or not self.thread.is_alive():
                what = "measure forces" if isinstance(message, protocol.AskForces) else "suggest where to look"
                raise LatentError("This trainer cannot {what}: it does not train; its status says why.", what=what)
            with orders.condition:
                orders.asked.append(message)
                orders.condition.notify()
        elif isinstance(message, protocol.AskFacts):
            self.outbox.send(telling.answer(self.run_.dataset, store.samples, message))
        elif isinstance(message, protocol.AskPicture):
            if self.showing is None:
                folder = Path(str(store.meta["dataset"]["path"]))
                self.showing = Showing(self.run_.dataset, folder, store.samples, self.outbox.send)
            self.showing.ask(message)
        elif isinstance(message, protocol.AskAlive):
            self.outbox.send(protocol.Alive())
        elif isinstance(message, protocol.Save):
            self.save(message.request)
        else:
            raise LatentError(
                "A trainer takes no {kind} message; install the same version on both sides.",
                kind=type(message).__name__,
            )

    def store_changes(self, changes: Sequence[disk.Change]) -> None:
        """Store changes, and those before them that the disk did not take, and acknowledge them.

        A disk that takes none is told once, and tried again until it does. A change that is wrong is told and dropped.
        """
        assert self.backlog is not None and self.orders is not None
        backlog = self.backlog
        done, wrong = backlog.take(changes)
        if done:
            self.orders.tell(labels=backlog.store.labels, edits=backlog.store.edits)
        for acknowledged in done:
            self.outbox.send(acknowledged)
        for error in wrong:
            waits = disk.passes(error)
            if not (waits and backlog.told):
                backlog.told = backlog.told or waits
                self.outbox.send(protocol.Failed.of(error, disk.CODE if waits else ""))

    def open(self, message: protocol.Open) -> None:
        """Open the run and start training it, paused until a lease comes."""
        if message.version != VERSION or message.protocol != PROTOCOL:
            raise LatentError(
                f"Blender's side is version {message.version}, the trainer {VERSION}; install the same version on both."
            )
        if self.run_ is not None:
            raise LatentError("This trainer has a run open already; start another trainer.")
        run = open_run(message, self.send_while_opening)
        self.run_ = run
        self.backlog = disk.Backlog(run.store)
        self.orders = Orders(run.store.labels, run.store.edits)
        if run.missing:
            self.outbox.send(protocol.Status("WAITING", run.missing, 0.0))
            return
        self.thread = TrainingThread(run, self.orders, self.outbox.send)
        self.thread.start()

    def send_while_opening(self, message: protocol.Message) -> None:
        """Send, unless the user has given up on this data meanwhile: then reading it ends here."""
        if self.closing.is_set():
            raise LatentError("Opening was cancelled.")
        self.outbox.send(message)

    def save(self, request: str) -> None:
        """Have the training thread write a checkpoint; without one, everything is on disk already."""
        assert self.orders is not None and self.run_ is not None
        if self.thread is None or not self.thread.is_alive():
            self.outbox.send(protocol.Saved(request, self.run_.step))
            return
        with self.orders.condition:
            self.orders.saves.append(request)
            self.orders.condition.notify()

    def end(self) -> None:
        """Finish the write, close the run, end. A thread that hangs in an import is left behind."""
        finished = True
        if self.backlog is not None and self.backlog.waiting:
            self.store_changes([])  # there may be space again since the last attempt, and there is no next one
        if self.thread is not None and self.orders is not None:
            self.orders.tell(closing=True)
            self.thread.join(CLOSE_SECONDS if self.asked_to_close else orphan.FINISH_SECONDS)
            finished = not self.thread.is_alive()
        step = self.thread.shown_step if self.thread is not None else 0
        self.outbox.send(protocol.Closed(max(step, 0)))
        self.outbox.close(0.3)
        if self.run_ is not None and finished:
            self.run_.store.close()
        if not finished:
            sys.stderr.flush()
            os._exit(0)


def torch_version() -> str:
    """The version of torch without importing it, empty where there is none."""
    if importlib.util.find_spec("torch") is None:
        return ""
    try:
        return importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def serve() -> int:
    """Serve on stdin and stdout. Whatever else prints (a library, a stray print) goes to stderr, the log."""
    sink_descriptor = os.dup(1)
    source_descriptor = os.dup(0)
    os.dup2(2, 1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    orphan.watch()
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(sink_descriptor, os.O_BINARY)
        msvcrt.setmode(source_descriptor, os.O_BINARY)
    sys.stdout = sys.stderr
    source: Any = os.fdopen(source_descriptor, "rb", buffering=1 << 16)
    sink: Any = os.fdopen(sink_descriptor, "wb", buffering=1 << 16)
    return Server(source, sink).serve()
