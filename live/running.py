"""The running trainer as Blender sees it: the child process, the run, and what of it is shown.

Holds no reference to Blender data, only the run's id: references die with undo and file load.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..core.arrays import Float32Array, Int32Array, UInt8Array
from ..core.categories import Category
from ..core.edits import LabelEdit
from ..core.errors import TrainerError
from ..core.motion import Glide
from ..core.version import PROTOCOL, VERSION
from ..training import protocol
from ..training.client import TrainerClient
from ..training.datasets.reference import DatasetRef
from .book import Drawn, Gesture, LabelBook
from .reconcile import Mapping
from .undecided import Undecided

FAR_AHEAD = 100_000
"""Steps leased beyond the present one by a live session: the trainer never waits for Blender's frame rate."""
LOG = "trainer.log"
"""In the run's folder."""
LEASE_SECONDS = 10.0
"""Without a new lease for this long the trainer pauses: Blender hangs, or a dialog is open."""


@dataclass(frozen=True)
class Request:
    """What to open: a new run from a data set, or (dataset None) an existing run folder."""

    name: str
    run_path: Path
    dataset: DatasetRef | None
    config: dict[str, Any] = field(default_factory=dict)
    annotator: str = ""
    trusted: list[str] = field(default_factory=list)
    beside: str = ""
    """The name of the object that a new cloud is to stand beside."""


@dataclass
class Life:
    """How a trainer lives, by the ticks' clock: see recovery.py. began: when its run was open; silent: seconds without a word."""

    began: float | None = None
    tick: float = 0.0
    heard: int = -1
    silent: float = 0.0
    asked: bool = False
    deaths: int = 0
    said: tuple[str, str] = ("", "")
    given_up: bool = False


class RunningTrainer:
    """One trainer process and one run. Made by a `start_*` function of `live.starting`, driven by `live.pump`."""

    def __init__(self, python: str, log_path: Path, request: Request) -> None:
        self.request = request
        self.python = python
        self.client_id = uuid.uuid4().hex
        self.started_log = log_path
        self.client = TrainerClient.start(python, log_path)
        self.life = Life()
        self.run_id = ""
        self.can_train = False
        self.opened: protocol.Opened | None = None
        self.failure = ""
        self.problem = self.code = ""
        self.label_stored = False
        self.label_taken = -1.0
        self.remedy = ""
        self.state = "STARTING"
        self.sentence = "Starting the trainer"
        self.progress = 0.0
        self.step = 0
        self.epoch = 0.0
        self.records = 0
        self.edits_stored = 0
        self.disk_limit = 0.0
        self.thinned = False
        self.metrics: dict[str, float] = {}
        self.book: LabelBook | None = None
        self.undecided: Undecided | None = None
        self.mapping: Mapping | None = None
        self.glide: Glide | None = None
        self.flat: Float32Array | None = None
        self.newest: Float32Array | None = None
        self.prediction: Int32Array | None = None
        self.confidence: Float32Array | None = None
        self.margin: Float32Array | None = None
        self.novelty: Float32Array | None = None
        self.doubted: Int32Array | None = None
        self.prediction_shown = True
        self.places: list[protocol.Suggestion] = []
        self.places_step = -1
        self.place = -1
        self.looking = ""
        self.looked = 0.0
        self.summed = 0.0
        self.columns: list[str] | None = None
        self.facts: dict[int, protocol.SampleFacts | None] = {}
        self.pictures: dict[tuple[int, int], UInt8Array] = {}
        self.picture_asked = (-1, 0)
        self.categories_sent: list[Category] = []
        self.forces_sent: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
        self.layer = self.layer_sent = "z"
        self.fresh = 1.0
        self.asking = ""
        self.asked_at = self.ask_again = 0.0
        self.measured: protocol.ForcesMeasured | None = None
        self.measured_shown = True
        self.measured_text = ""
        self.curves_read = 0.0
        self.curves_known: tuple[int, int, str] = (-1, -1, "")
        self.reopening = False  # started again, and the run is not open yet
        self.paused = True  # opening shows the cloud; only Train and advance let it move
        self.lease_until: int | None = None
        self.pace = 0.0  # steps a second that are granted at most; 0: as many as the machine makes
        self.lease_granted = 0.0
        self.holds: set[str] = set()
        self.loop: Gesture | None = None
        self.drawn: Drawn | None = None
        self.next_gesture: Gesture | None = None
        self.saved_requests: set[str] = set()
        self.reconcile_needed = True
        self.ticking = False
        self.relay: Callable[[], float | None] | None = None
        self.predecessor: RunningTrainer | None = None  # goes on if this one cannot open its data
        self.step_clock: list[tuple[float, int]] = []
        self.open(request.dataset)

    def open(self, dataset: DatasetRef | None) -> None:
        """Ask the trainer for the run: a new one from `dataset`, or (None) the one in the run folder."""
        self.client.send(
            protocol.Open(
                version=VERSION,
                protocol=PROTOCOL,
                client_id=self.client_id,
                run_path=str(self.request.run_path),
                dataset=dataset,
                config=self.request.config,
                annotator=self.request.annotator,
                trusted=self.request.trusted,
            )
        )

    def restart(self) -> None:
        """After the trainer died: a new child that resumes from the last checkpoint, with every label.

        What was not acknowledged yet is sent again under the same ids, so it is applied once.
        """
        self.client.close(1.0)
        self.client = TrainerClient.start(self.python, self.started_log)
        self.failure = self.problem = self.code = ""
        self.state, self.sentence = "STARTING", "Restarting the trainer from its last checkpoint"
        self.lease_granted = 0.0
        self.life = Life()
        self.reopening = True
        existing = self.opened is not None or (self.request.run_path / "run.sqlite").exists()
        self.open(None if existing else self.request.dataset)

    @property
    def log_path(self) -> Path:
        """The trainer's log, where its stderr goes."""
        return Path(self.client.log_path)

    @property
    def ready(self) -> bool:
        """The run is open and the trainer lives."""
        return self.opened is not None and not self.failure

    @property
    def points(self) -> int:
        """How many samples the run holds."""
        return len(self.opened.samples) if self.opened else 0

    def hold_positions(self, hold: bool, why: str = "gesture") -> None:
        """Keep the cloud still on screen while `why` lasts (a hand draws, a render runs); training goes on."""
        if hold:
            self.holds.add(why)
        else:
            self.holds.discard(why)

    def adopt(self, opened: protocol.Opened, now: float) -> None:
        """Take in what the trainer opened: sizes, labels and first positions."""
        self.opened, self.reopening = opened, False
        log = self.request.run_path / LOG
        if self.client.log_path != log and not log.exists():
            self.client.move_log(log)
            self.started_log = self.client.log_path
        self.run_id = opened.run_id
        self.can_train = opened.can_train
        self.step, self.epoch, self.records = opened.step, opened.epoch, opened.records
        self.problem = (self.remedy or opened.missing) if opened.missing else ""
        self.edits_stored, self.disk_limit = opened.edits, opened.disk_limit
        previous = self.book
        self.book = LabelBook(
            np.ascontiguousarray(opened.samples, dtype=np.int32),
            np.ascontiguousarray(opened.category, dtype=np.int32),
            self.client_id,
            self.request.annotator,
        )
        if previous is not None:
            self.book.carry_over(previous)
            for edit in self.book.unsent():
                self.send_edit(edit)
        self.categories_sent = list(opened.categories)
        self.layer = self.layer_sent = "z"  # what a trainer begins with, also one that was restarted
        self.asking = self.looking = ""
        self.columns = None
        self.facts.clear()
        self.pictures.clear()
        self.picture_asked = (-1, 0)
        self.newest = np.array(opened.positions, dtype=np.float32, order="C")
        self.glide = Glide(self.newest)
        self.flat = np.empty(self.newest.size, dtype=np.float32)

    def send_edit(self, edit: LabelEdit) -> None:
        """Send one edit; it stays pending until the trainer has it on disk.

        While a trainer that was started again opens the run, edits that the one before did not acknowledge have yet to be sent:
        this one must not overtake them, so adopt() sends it with them, in order.
        """
        if not self.reopening:
            self.client.send(protocol.ApplyEdits(edits=[edit]))

    def lease(self, until_step: int, seconds: float, now: float) -> None:
        """Let the trainer go on to `until_step`, for `seconds` at most without another lease."""
        self.client.send(protocol.Lease(until_step=until_step, ttl_s=seconds))
        self.lease_granted = now

    def pause(self) -> None:
        """Stop the steps; labels are still taken and acknowledged."""
        self.paused = True
        self.client.send(protocol.Pause())

    def save(self) -> str:
        """Ask for a checkpoint. Returns the request's id; it is in `saved_requests` once the checkpoint is on disk."""
        request = uuid.uuid4().hex
        self.client.send(protocol.Save(request=request))
        return request

    def require_ready(self) -> LabelBook:
        """The label book of an open run. Raises TrainerError with the reason where there is none."""
        if self.failure:
            raise TrainerError(self.failure)
        if self.book is None:
            raise TrainerError("The trainer is still opening the run; try again in a moment.")
        return self.book

    def steps_per_second(self, now: float) -> float:
        """Steps a second over the last five seconds of snapshots."""
        self.step_clock = [(t, s) for t, s in self.step_clock if now - t < 5.0][-200:]
        if len(self.step_clock) < 2:
            return 0.0
        (first, from_step), (last, to_step) = self.step_clock[0], self.step_clock[-1]
        return (to_step - from_step) / (last - first) if last > first else 0.0

    def close(self, timeout: float) -> None:
        """End the trainer in good order: it takes the last edits, writes a checkpoint and exits."""
        if self.client.alive:
            self.client.send(protocol.Close())
        self.client.close(timeout)
        for message in self.client.poll():  # the last ones were acknowledged on the way
            if isinstance(message, protocol.Acknowledged) and self.book is not None:
                self.book.acknowledge(message.edit_ids)
                self.edits_stored = message.edits
