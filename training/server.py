"""The trainer's control thread: reads the stream, opens, stores and acknowledges at once, whatever the training does.

Starts without torch, so that a cloud is there and labels are taken before torch is imported.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import queue
import sys
import threading
import time
from typing import Any, BinaryIO

from ..core.errors import LatentError
from ..core.version import PROTOCOL, VERSION
from . import disk, frames, protocol, telling
from .config import Forces
from .opening import OpenRun, open_run
from .orders import Orders
from .outbox import Outbox
from .training_thread import TrainingThread

END_SECONDS = 4.0
"""For the training thread to finish its write once the stream closed; then the process ends all the same."""
LAST_SECONDS = 4.8
"""After the stream closed the process is gone by now, whatever hangs: a disk, a read of data, an import."""


class Server:
    """One trainer on one stream."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self.source = source
        self.outbox = Outbox(sink)
        self.inbox: queue.SimpleQueue[protocol.Message | LatentError | None] = queue.SimpleQueue()
        self.closing = threading.Event()
        self.run_: OpenRun | None = None
        self.orders: Orders | None = None
        self.thread: TrainingThread | None = None
        self.backlog: disk.Backlog | None = None

    def serve(self) -> int:
        """Serve until the stream closes or Close comes. Returns the exit code."""
        self.outbox.send(
            protocol.Hello(VERSION, PROTOCOL, os.getpid(), platform.python_version(), torch_version())
        )
        threading.Thread(target=self._read, name="latent-inbox", daemon=True).start()
        code = 0
        while True:
            try:
                item = self.inbox.get(timeout=self.backlog.due_in() if self.backlog is not None else None)
            except queue.Empty:
                self.store_changes(None)
                continue
            if item is None or isinstance(item, protocol.Close):
                break
            try:
                if isinstance(item, LatentError):
                    raise item
                self.handle(item)
            except LatentError as error:
                fatal = isinstance(item, (protocol.Open, LatentError))
                self.outbox.send(protocol.Failed(type(error).__name__, error.sentence, fatal))
                if fatal:
                    code = 1
                    break
        self.end()
        return code

    def _read(self) -> None:
        try:
            while (message := frames.read(self.source)) is not None:  # type: ignore[arg-type]
                if isinstance(message, protocol.Close):
                    self.closing.set()
                self.inbox.put(message)
        except LatentError as error:
            self.inbox.put(error)
        except OSError as error:
            print(f"stdin: {error}", file=sys.stderr)
        self.closing.set()
        self.inbox.put(None)
        # what is acknowledged is on disk, and every other write is whole or not there
        watchdog = threading.Timer(LAST_SECONDS, os._exit, (0,))
        watchdog.daemon = True
        watchdog.start()

    def handle(self, message: protocol.Message) -> None:
        """Do what one message asks. Raises LatentError with the sentence for the user."""
        if isinstance(message, protocol.Open):
            self.open(message)
            return
        if self.run_ is None or self.orders is None:
            raise LatentError("The first message must open a run.")
        store, orders = self.run_.store, self.orders
        if isinstance(message, (protocol.ApplyEdits, protocol.SetCategories)):
            self.store_changes(message)
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
                    f"The cloud has no layer {message.layer[:20]!r}; it can show {', '.join(protocol.LAYERS)}."
                )
            orders.tell(layer=message.layer)
        elif isinstance(message, (protocol.AskForces, protocol.AskSuggestions)):
            if self.thread is None or not self.thread.is_alive():
                what = "measure forces" if isinstance(message, protocol.AskForces) else "suggest where to look"
                raise LatentError(f"This trainer cannot {what}: it does not train; its status says why.")
            with orders.condition:
                orders.asked.append(message)
                orders.condition.notify()
        elif isinstance(message, protocol.AskFacts):
            self.outbox.send(telling.answer(self.run_.dataset, store.samples, message))
        elif isinstance(message, protocol.AskAlive):
            self.outbox.send(protocol.Alive())
        elif isinstance(message, protocol.Save):
            self.save(message.request)
        else:
            raise LatentError(f"A trainer takes no {type(message).__name__} message.")

    def store_changes(self, change: disk.Change | None) -> None:
        """Store a change, and those before it that the disk did not take, and acknowledge them.

        A disk that takes none is told once, and tried again until it does. Raises LatentError for a change that is wrong.
        """
        assert self.backlog is not None and self.orders is not None
        store, backlog = self.backlog.store, self.backlog
        try:
            done = backlog.retry() if change is None else backlog.take(change)
        except LatentError as error:
            if not disk.passes(error):
                raise
            if not backlog.told:
                backlog.told = True
                self.outbox.send(protocol.Failed(disk.CODE, error.sentence, False))
            return
        self.orders.tell(labels=store.labels, edits=store.edits)
        for acknowledged in done:
            self.outbox.send(acknowledged)

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
        if self.thread is not None and self.orders is not None:
            self.orders.tell(closing=True)
            self.thread.join(END_SECONDS)
            finished = not self.thread.is_alive()
        step = self.thread.shown_step if self.thread is not None else 0
        self.outbox.send(protocol.Closed(max(step, 0)))
        self.outbox.close(0.5)
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
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(sink_descriptor, os.O_BINARY)
        msvcrt.setmode(source_descriptor, os.O_BINARY)
    sys.stdout = sys.stderr
    source: Any = os.fdopen(source_descriptor, "rb", buffering=1 << 16)
    sink: Any = os.fdopen(sink_descriptor, "wb", buffering=1 << 16)
    return Server(source, sink).serve()
