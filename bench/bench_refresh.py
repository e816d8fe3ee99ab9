"""A cloud of a million samples while it trains on one thread: snapshots and steps a second from a real trainer process,
before labels and after, and how long it takes until every point was computed anew.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.bench_loading import write
from bench.timing import report, row
from latent_lasso.core.edits import LabelEdit, new_id
from latent_lasso.core.version import PROTOCOL, VERSION
from latent_lasso.training import protocol
from latent_lasso.training.client import TrainerClient
from latent_lasso.training.datasets.reference import DatasetRef

SECONDS = 15.0
LIMIT = ">= 4"
PATIENCE = 300.0


def snapshots(client: TrainerClient, seconds: float) -> Iterator[protocol.Snapshot]:
    """Every snapshot that comes within so many seconds, taken as often as Blender's tick takes them."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        for message in client.poll():
            if isinstance(message, protocol.Failed):
                raise SystemExit(message.sentence)
        snapshot = client.take_snapshot()
        if snapshot is not None:
            yield snapshot
        time.sleep(1 / 60)


def processor_seconds(pid: int) -> float:
    """What a process has used so far: on a busy machine the figures beside it are to be read by its share."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(client: TrainerClient, what: str) -> list[dict[str, object]]:
    """Snapshots a second, the longest wait for one, steps a second, seconds for the whole cloud, cores used."""
    client.send(protocol.Lease(10**9, 600.0))
    steps, moved, places, longest = [], 0, np.empty((0, 3), np.float32), 0.0
    used = processor_seconds(client.pid)
    begin = last = time.monotonic()
    for snapshot in snapshots(client, SECONDS):
        now = time.monotonic()
        longest, last = max(longest, now - last), now
        steps.append(snapshot.step)
        if len(places):
            moved += int((snapshot.positions != places).any(axis=1).sum())
        places = snapshot.positions.copy()
    spent = time.monotonic() - begin
    used = processor_seconds(client.pid) - used
    return [
        row(f"1M x 64, {what}: snapshots a second", len(steps) / spent, LIMIT, "/s"),
        row(f"1M x 64, {what}: longest wait for one", longest, "", "s"),
        row(f"1M x 64, {what}: steps a second", (steps[-1] - steps[0]) / spent, "", "/s"),
        row(f"1M x 64, {what}: seconds until every point moved", len(places) * spent / max(1, moved), "", "s"),
        row(f"1M x 64, {what}: cores that the trainer got", used / spent, "", ""),
    ]


def main() -> int:
    """Measure."""
    with tempfile.TemporaryDirectory(prefix="latent-lasso-") as folder:
        data = write(Path(folder), "npy")
        client = TrainerClient.start(sys.executable, Path(folder) / "trainer.log")
        try:
            run = str(Path(folder) / "run")
            config = {"threads": 1}
            client.send(protocol.Open(VERSION, PROTOCOL, "bench", run, DatasetRef("auto", str(data)), config))
            client.send(protocol.Lease(10**9, 600.0))
            next(item for item in snapshots(client, PATIENCE) if item.step > 20)
            rows = measure(client, "no labels")
            samples = np.arange(200, dtype=np.int32)
            edit = LabelEdit(new_id(), new_id(), "bench", "SCRIPT", "ASSIGN", samples, samples * 0, samples % 4 + 1)
            client.send(protocol.ApplyEdits([edit]))
            rows += measure(client, "labelled")
        finally:
            client.close()
    report(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
