"""What keeping everything costs: a label edit until it is acknowledged, from a real trainer process, and training with
recorded epochs and checkpoints against training without, both in this process and in turns.
"""

from __future__ import annotations

import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.timing import in_turns, report, row
from latent_lasso.core.edits import LabelEdit, new_id
from latent_lasso.core.version import PROTOCOL, VERSION
from latent_lasso.training import protocol
from latent_lasso.training.client import TrainerClient
from latent_lasso.training.datasets.reference import DatasetRef
from latent_lasso.training.opening import open_run
from latent_lasso.training.schedule import record_every
from latent_lasso.training.thinning import BYTES_A_POINT
from latent_lasso.training.training_thread import Orders, TrainingThread

POINTS = 100_000
COLUMNS = 64
EDITS = (1, 1_000, 100_000)
ROUNDS = 21
TURNS = 5
RECORDS_A_TURN = 4
PATIENCE = 600.0


def write(folder: Path, points: int) -> Path:
    """Blobs of so many points."""
    rng = np.random.default_rng(0)
    path = folder / f"{points}.npy"
    np.save(path, (rng.normal(0, 3, (10, COLUMNS))[np.arange(points) % 10] + rng.normal(size=(points, COLUMNS))).astype(np.float32))
    return path


def opening(run: Path, data: Path) -> protocol.Open:
    """The message that opens a new run on one thread."""
    config = {"threads": 1, "seed": 0}
    return protocol.Open(VERSION, PROTOCOL, "bench", str(run), DatasetRef("arrays", str(data)), config, "", [])


def await_message(client: TrainerClient, met: Callable[[Any], bool]) -> None:
    """Poll until a message comes that is meant."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for message in client.poll():
            if isinstance(message, protocol.Failed) and message.fatal:
                raise SystemExit(message.sentence)
            if met(message):
                return
        time.sleep(0.0002)
    raise SystemExit("the trainer did not answer")


def acknowledged(folder: Path) -> list[dict[str, object]]:
    """Milliseconds from the edit's sending until its acknowledgement has come back, the trainer paused."""
    client = TrainerClient.start(sys.executable, folder / "trainer.log")
    client.send(opening(folder / "labels.latent", write(folder, POINTS)))
    await_message(client, lambda m: isinstance(m, protocol.Opened))
    await_message(client, lambda m: isinstance(m, protocol.Status) and m.state == "PAUSED")
    rng, category = np.random.default_rng(0), 0

    def label(count: int) -> None:
        nonlocal category
        category += 1
        samples = np.sort(rng.choice(POINTS, count, replace=False)).astype(np.int32)
        values = np.full(count, category % 9 + 1, dtype=np.int32)
        edit = LabelEdit(new_id(), new_id(), "bench", "MOUSE", "ASSIGN", samples, values, values)
        client.send(protocol.ApplyEdits([edit]))
        await_message(client, lambda m: isinstance(m, protocol.Acknowledged) and edit.edit_id in m.edit_ids)

    try:
        medians = in_turns({str(count): lambda count=count: label(count) for count in EDITS}, ROUNDS)
    finally:
        client.close()
    return [row(f"a label edit of {int(n):,} points until it is acknowledged", s * 1e3, "<= 200", "ms") for n, s in medians.items()]


class Trained:
    """A run that trains in this process as far as it is told."""

    def __init__(self, run: Path, data: Path, recording: bool) -> None:
        self.step, self.state = 0, ""
        self.run = open_run(opening(run, data), self.hear)
        self.orders = Orders(self.run.store.labels, self.run.store.edits)
        self.thread = TrainingThread(self.run, self.orders, self.hear)
        if not recording:
            self.thread.record = self.thread.checkpoint = lambda *_, **__: None  # type: ignore[method-assign]
        # checkpoints come once a minute by the clock; on a busy machine that is few steps, so they are measured alone
        self.thread.last_checkpoint = float("inf")
        self.thread.start()

    def hear(self, message: protocol.Message) -> None:
        """Take a message of the thread."""
        if isinstance(message, protocol.Snapshot):
            self.step = message.step
        elif isinstance(message, protocol.Status):
            self.state = message.state
        elif isinstance(message, protocol.Failed):
            raise SystemExit(message.sentence)

    def train(self, steps: int) -> None:
        """Train so many steps further."""
        target = self.step + steps
        self.orders.tell(until_step=target, lease_ends=time.monotonic() + PATIENCE, paused=False)
        while self.step < target:
            time.sleep(0.001)

    def close(self) -> None:
        """End."""
        self.orders.tell(closing=True)
        self.thread.join()
        self.run.store.close()


def throughput(folder: Path, points: int) -> list[dict[str, object]]:
    """Steps a second with everything kept, over the same with nothing kept."""
    data, steps = write(folder, points), RECORDS_A_TURN * record_every(points, 256)
    both = {name: Trained(folder / f"{points}-{name}.latent", data, name == "on") for name in ("on", "off")}
    for trained in both.values():
        trained.train(8)
    spent: dict[str, list[float]] = {name: [] for name in both}

    def turn(name: str) -> None:
        begin = time.process_time()
        both[name].train(steps)
        spent[name].append(time.process_time() - begin)

    medians = in_turns({name: lambda name=name: turn(name) for name in both}, TURNS)
    begin = time.process_time()
    both["on"].close()  # it writes a checkpoint
    written = time.process_time() - begin
    both["off"].close()
    speed = steps / medians["on"]
    # by the processor's time, which a busy machine does not change; the wait for the disk is in the row after it
    share = float(np.median(spent["off"][1:]) / np.median(spent["on"][1:]))
    hour = 3600 * speed / record_every(points, 256) * BYTES_A_POINT * points / 1e9
    return [
        row(f"{points:,} points: training with recording, of that without, by processor time", share, ">= 0.95", "x"),
        row(f"{points:,} points: the same by the clock", medians["off"] / medians["on"], "", "x"),
        row(f"{points:,} points: steps a second, everything kept", speed, "", "/s"),
        row(f"{points:,} points: recorded in an hour before thinning out", hour, "", "GB"),
        row(f"{points:,} points: a checkpoint, once a minute, processor time", written * 1e3, "<= 2000", "ms"),
        row(f"{points:,} points: a checkpoint", checkpoint_megabytes(folder / f"{points}-on.latent"), "", "MB"),
    ]


def checkpoint_megabytes(run: Path) -> float:
    """The newest checkpoint's size."""
    return max(run.glob("checkpoint-*.pt")).stat().st_size / 1e6


def main() -> int:
    """Measure."""
    sizes = [int(text) for text in sys.argv[1:]] or [10_000, POINTS]
    with tempfile.TemporaryDirectory(prefix="latent-lasso-") as temporary:
        folder = Path(temporary, uuid.uuid4().hex)
        folder.mkdir()
        report([*acknowledged(folder), *(entry for points in sizes for entry in throughput(folder, points))])
    return 0


if __name__ == "__main__":
    sys.exit(main())
