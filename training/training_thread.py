"""The training thread: takes labels in, steps while it may, shows and records where the cloud is. Imports torch late."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ..core.arrays import Int32Array
from ..core.curves import GRADIENT
from ..core.errors import LatentError, StoreError
from . import causes, disk, events, interpreter, own_labels, protocol
from .asking import answer
from .config import Forces
from .opening import OpenRun, Send
from .orders import Orders
from .schedule import record_every
from .segments import state_of

if TYPE_CHECKING:
    from .engine import Engine
    from .refresh import Refresh

Value = TypeVar("Value")

SNAPSHOT_SECONDS = 1 / 15
PART_WAIT = 1 / 8
"""Seconds between two parts of a large cloud at most, so that it moves beside slow steps too."""
ALWAYS_TOLD = 100_000
TOLD_SECONDS = 1.0
"""Guesses go with every snapshot of a cloud of up to so many samples; with those of a larger one, once in so long."""
CHECKPOINT_SECONDS = 60.0


class TrainingThread(threading.Thread):
    """Runs the engine of one open run until it is told to close."""

    def __init__(self, run: OpenRun, orders: Orders, send: Send) -> None:
        super().__init__(name="latent-training", daemon=True)
        self.run_ = run
        self.orders, self.send = orders, send
        self.taken_edits = 0
        self.shown_step = -1
        self.recorded_step = -1
        self.snapshot_cost = 0.0
        self.last_snapshot = self.last_told = 0.0
        self.last_checkpoint = time.monotonic()
        self.metrics: dict[str, float] = {}
        self.state = ("", "")
        self.refresh: Refresh  # made with the engine
        self.eager = self.diverged = False
        self.events: events.Events | None = None

    def run(self) -> None:
        """Start the engine and train; whatever goes wrong is said in one sentence, with the trace in the log."""
        try:
            self.say("STARTING", "Loading torch")
            engine = self.start_engine()
            self.loop(engine)
        except LatentError as error:
            self.send(protocol.Failed.of(error, fatal=True))
        except ImportError as error:
            traceback.print_exc(file=sys.stderr)
            self.send(protocol.Failed("TORCH", interpreter.broken_torch(sys.executable, error), False))
            self.say("WAITING", "The cloud takes labels, but cannot move without torch")
        except Exception as error:  # noqa: BLE001 - whatever it is, labels go on being taken and the user is told
            traceback.print_exc(file=sys.stderr)
            self.send(causes.of_training(error, self.run_.config.encoder))

    def start_engine(self) -> Engine:
        """Build the engine, and go on from the newest checkpoint that can be read."""
        from . import checkpoints
        from .engine import Engine
        from .refresh import Refresh

        run = self.run_
        assert run.dataset is not None
        # the engine begins with no labels: those of the run are taken in by the loop, which notes the step
        body = None
        if run.config.encoder:
            from .encoders import own

            body = own.load(run.store.folder, run.config, run.trusted, run.dataset.features.shape[1:])
        dataset = run.dataset
        engine, goes_on, passed = checkpoints.resume(
            run.store.folder, lambda: Engine(dataset, run.config, np.zeros(dataset.size, dtype=np.int32), body)
        )
        if passed:
            self.send(protocol.Failed("CHECKPOINT", passed, False))
        if goes_on:
            run.store.note_resumed(engine.step_count, checkpoints.name_of(engine.step_count))
        forces = run.store.last_forces()
        engine.set_forces(Forces(**forces) if forces else run.config.forces)
        start = {"checkpoint": goes_on, "forces": vars(engine.forces)}
        self.kept(lambda: run.store.log_engine(engine.step_count, "start", start))
        self.refresh = Refresh(run.positions, run.config.seed)
        return engine

    def loop(self, engine: Engine) -> None:
        """Train while the lease lasts; otherwise wait for orders."""
        run = self.run_
        if run.config.tensorboard:
            self.events = events.begin(run.store.folder, self.send)
        every = record_every(engine.size, engine.batch)
        if run.store.records == 0:
            own = None
            try:
                own = own_labels.read(run.store.folder, engine.size)
            except StoreError as error:  # the labels as they are now come from their own table all the same
                cause = error.sentence
                self.send(protocol.Failed("MENDED", f"Epoch 0 lacks the labels that the data came with: {cause}", False))
            if own is not None:  # known before anything moved, so epoch 0 shows them
                self.take_labels(engine, own, 1)
            self.record(engine)
        while True:
            saves, closing, may_step = self.take_orders(engine)
            for request in saves:
                self.record(engine)  # what is exported next is where the cloud is now
                self.checkpoint(engine)
                self.send(protocol.Saved(request, engine.step_count))
            if closing:
                self.record(engine)
                self.checkpoint(engine)
                return
            if not may_step:
                whole = self.refresh.fresh(engine.step_count) == 1.0
                if self.shown_step != engine.step_count or not whole:
                    self.snapshot(engine, idle=True)
                self.wait(0.2 if whole else 0.0)
                continue
            self.say("TRAINING", "Training")
            undone, result = engine.safety.undone, engine.step()
            if engine.safety.undone > undone:
                self.diverged = engine.safety.undone > 1  # once is survived with half the rate
                self.send(causes.of_undone(engine.step_count, engine.safety.undone))
                continue
            self.metrics = result.metrics
            if result.step % every == 0:
                self.record(engine, yielding=True)
                self.eager |= not self.refresh.in_parts  # the pass is made: show it instead of making another
            self.maybe_snapshot(engine)
            if time.monotonic() - self.last_checkpoint > CHECKPOINT_SECONDS:
                self.checkpoint(engine)

    def take_orders(self, engine: Engine) -> tuple[list[str], bool, bool]:
        """Take labels and forces in. Returns (saves asked for, whether to close, whether to step)."""
        orders, store = self.orders, self.run_.store
        with orders.condition:
            labels, edits, forces = orders.labels, orders.edits, orders.forces
            layer, orders.forces = orders.layer, None
            asked, orders.asked = orders.asked, []
            saves, orders.saves = orders.saves, []
            closing = orders.closing
            leased = engine.step_count < orders.until_step and time.monotonic() < orders.lease_ends
            self.diverged = self.diverged and not orders.paused
            may_step = leased and not orders.paused and not self.diverged
        if edits != self.taken_edits:
            if not bool((engine.given > 0).any()) and engine.step_count != self.recorded_step:
                self.record(engine, yielding=True)  # the last epoch without labels is a picture people want to see
            self.take_labels(engine, labels, edits)
        if forces is not None:
            engine.set_forces(forces)
            weights = vars(forces)
            self.kept(lambda: store.note_forces(engine.step_count, weights))
            self.kept(lambda: store.log_engine(engine.step_count, "forces", weights))
        self.eager |= self.refresh.show(layer)
        for question in asked:
            told = answer(engine, store.samples, question)
            self.send(told)
            if isinstance(told, protocol.ForcesMeasured):
                self.note_gradients(told)
        return saves, closing, may_step

    def take_labels(self, engine: Engine, labels: Int32Array, edits: int) -> None:
        """Let the engine have the labels (N,) int32 as they are after the first `edits` edits."""
        store = self.run_.store
        self.refresh.changed(np.flatnonzero(engine.given.numpy() != labels))
        engine.set_labels(labels)
        self.kept(lambda: store.mark_applied(edits, engine.step_count, engine.epoch))
        self.kept(lambda: store.log_engine(engine.step_count, "labels", edits))
        self.taken_edits = edits
        self.eager = True

    def note_gradients(self, told: protocol.ForcesMeasured) -> None:
        """Keep the gradients' norms beside the losses."""
        norms = {GRADIENT + layer: by_term["sum"] for layer, by_term in told.gradients.items()}
        self.kept(lambda: self.run_.store.note_metrics(told.step, norms))

    def kept(self, write: Callable[[], Value]) -> Value:
        """What a write to the run returns; while the disk takes none, training waits and says so."""
        return disk.patiently(write, self.wait_for_disk)

    def wait_for_disk(self, error: Exception) -> None:
        """Say what is wrong and let some time pass; raises `error` where the trainer is to end."""
        self.say("WAITING", disk.sentence(error, self.run_.store.folder))
        with self.orders.condition:
            if not self.orders.closing:
                self.orders.condition.wait(disk.RETRY_SECONDS)
            if self.orders.closing:
                raise error

    def wait(self, seconds: float) -> None:
        """Say why nothing moves, and wait so long or until orders come."""
        orders = self.orders
        with orders.condition:
            if orders.paused or self.diverged:
                state, sentence = "PAUSED", "Paused"
            else:
                state, sentence = "WAITING", "Waiting for Blender"
            orders.condition.wait(seconds)
        self.say(state, sentence)

    def say(self, state: str, sentence: str) -> None:
        """Send the state if it changed."""
        if (state, sentence) != self.state:
            self.state = (state, sentence)
            self.send(protocol.Status(state, sentence, 0.0))

    def meanwhile(self, engine: Engine) -> bool:
        """A large cloud is shown all the same during the long pass over it. Returns whether a label waits for the pass."""
        if not self.refresh.in_parts:
            return False
        self.maybe_snapshot(engine)
        return self.news()

    def news(self) -> bool:
        """Whether labels came that the engine has not taken in."""
        return self.orders.edits != self.taken_edits

    def maybe_snapshot(self, engine: Engine) -> None:
        """A snapshot if one is due: 15 a second, less where it would take over a quarter of the time, a third in parts."""
        now, cost = time.monotonic(), self.snapshot_cost
        due = max(SNAPSHOT_SECONDS, min(PART_WAIT, 2 * cost) if self.refresh.in_parts else 3 * cost)
        if self.eager or now - self.last_snapshot >= due:
            self.eager = False
            self.snapshot(engine)

    def snapshot(self, engine: Engine, idle: bool = False) -> None:
        """Send where the cloud is; of a large one a part is computed anew. idle: no step waits for it."""
        begin = time.monotonic()
        if not self.refresh.advance(engine, idle, self.news):
            return  # a newer one follows the label that just came
        told = idle or engine.size <= ALWAYS_TOLD or begin - self.last_told >= TOLD_SECONDS
        self.last_told = begin if told else self.last_told
        self.send(
            protocol.Snapshot(
                step=engine.step_count,
                epoch=engine.epoch,
                metrics=self.metrics,
                records=self.run_.store.records,
                positions=self.refresh.places,
                **(engine.guesses() if told else {}),
                layer=self.refresh.layer,
                fresh=self.refresh.fresh(engine.step_count),
            )
        )
        self.shown_step = engine.step_count
        self.last_snapshot = time.monotonic()
        self.snapshot_cost = self.last_snapshot - begin

    def record(self, engine: Engine, yielding: bool = False) -> None:
        """Record this epoch, once a step; if yielding, unless a label waits and the cloud is large."""
        if self.recorded_step == engine.step_count:
            return
        store = self.run_.store
        last = store.last_record() if store.records and self.recorded_step < 0 else None
        if last is not None and last[0] >= engine.step_count:
            self.recorded_step = engine.step_count
            return  # resumed from a checkpoint older than the newest recorded epoch: that one stands
        positions = self.refresh.exactly(engine, lambda: self.meanwhile(engine) and yielding)
        if positions is None:
            return
        self.recorded_step = engine.step_count
        prediction, confidence = engine.predictions()
        given: Int32Array = engine.given.numpy().astype(np.int32)
        state = state_of(given, prediction, confidence)
        self.kept(lambda: store.record(engine.step_count, engine.epoch, positions, state, self.metrics))
        if self.events is not None:
            self.events.write(engine, self.metrics)
        if self.kept(store.keep_within_limit):
            for sentence in store.take_notices():
                self.send(protocol.Failed("MENDED", sentence, False))

    def checkpoint(self, engine: Engine) -> None:
        """Write a checkpoint."""
        from . import checkpoints
        from .placing import memory_of

        store = self.run_.store
        state = {**engine.state_dict(), "memory": memory_of(engine)}
        file = self.kept(lambda: checkpoints.save(store.folder, engine.step_count, state))
        self.kept(lambda: store.note_checkpoint(engine.step_count, file, self.taken_edits))
        self.kept(lambda: store.log_engine(engine.step_count, "checkpoint", file))
        self.last_checkpoint = time.monotonic()
