"""A real trainer in a process of its own: what it acknowledged is on disk, and it never outlives who started it."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from latent_lasso import training
from latent_lasso.core.edits import LabelEdit, new_id
from latent_lasso.core.version import PROTOCOL, VERSION
from latent_lasso.training import protocol
from latent_lasso.training.client import TrainerClient
from latent_lasso.training.datasets import DatasetRef
from latent_lasso.training.store import RunStore

PATIENCE = 600.0
"""Seconds until a test gives up on a loaded machine; nothing is measured with it."""


PATIENT = """
import sys
sys.path.insert(0, {site!r})
from latent_lasso.training import cli, orphan
orphan.FINISH_SECONDS = orphan.LAST_SECONDS = {seconds}
sys.argv = ["x", "serve"]
sys.exit(cli.main())
"""


def patient(folder):
    """An entry for a trainer that takes its time to finish once its stream is closed: how it ends counts here, not how soon."""
    entry = folder / "patient.py"
    entry.write_text(textwrap.dedent(PATIENT).format(site=str(Path(training.__file__).parents[2]), seconds=PATIENCE))
    return entry


class Child:
    """A trainer, its messages as they came, and its snapshots."""

    def __init__(self, folder, entry=None):
        self.client = TrainerClient.start(sys.executable, folder / "trainer.log", entry)
        self.messages = []
        self.run = folder / "run"

    def until(self, kind, wanted=lambda message: True):
        """The first message of this kind (a snapshot too) that is wanted, those that came before included."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            self.messages += self.client.poll()
            snapshot = self.client.take_snapshot()
            if snapshot is not None:
                self.messages.append(snapshot)
            for message in self.messages:
                if isinstance(message, kind) and wanted(message):
                    return message
            time.sleep(0.005)
        raise AssertionError(f"no {kind.__name__} came, but {self.messages[-5:]}")

    def open(self, dataset=DatasetRef("digits"), version=VERSION, **config):  # noqa: B008 - a frozen value
        self.client.send(protocol.Open(version, PROTOCOL, "client", str(self.run), dataset, {"threads": 1, **config}))

    def apply(self, *edits):
        self.client.send(protocol.ApplyEdits(list(edits)))
        wanted = {edit.edit_id for edit in edits}
        return self.until(protocol.Acknowledged, lambda message: wanted <= set(message.edit_ids))


@pytest.fixture
def child(tmp_path):
    made = Child(tmp_path)
    yield made
    made.client.close()


def edit(samples, new):
    samples = np.asarray(samples, np.int32)
    zeros = np.zeros(len(samples), np.int32)
    return LabelEdit(new_id(), new_id(), "client", "SCRIPT", "ASSIGN", samples, zeros, zeros + np.int32(new))


def stored(run):
    store = RunStore.open_run(run)
    labels, edits = store.labels, store.edits
    store.close()
    return labels, edits


def gone(pid):
    """Whether a process ended; one that only waits to be collected has ended, once the last of its threads let go of its files."""
    try:
        waits = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return waits and len(os.listdir(f"/proc/{pid}/task")) <= 1
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_what_was_acknowledged_is_on_disk_though_the_trainer_is_killed_at_once(child):
    child.open()
    child.until(protocol.Opened)
    child.apply(edit(range(100), 3))
    os.kill(child.client.pid, signal.SIGKILL)
    child.client.close()
    labels, edits = stored(child.run)
    assert edits == 1 and labels[:100].tolist() == [3] * 100 and not labels[100:].any()


def test_a_resent_edit_is_acknowledged_again_and_applied_once(child):
    child.open()
    child.until(protocol.Opened)
    one = edit([4, 5], 1)
    child.apply(one)
    child.messages.clear()
    child.apply(one)
    child.client.close()
    assert stored(child.run)[1] == 1


WRAPPED = """
import builtins, os, runpy, sys, time
real = builtins.__import__
def slow(name, *rest, **more):
    if name == "torch" and not os.path.exists({go!r}):
        print("a stray print", flush=True)
        os.write(1, b"and bytes straight to the descriptor")
        while not os.path.exists({go!r}):
            time.sleep(0.01)
    return real(name, *rest, **more)
builtins.__import__ = slow
import signal
signal.setitimer = lambda *_: None  # a busy machine may take longer to end than a trainer has without Blender
sys.argv = [{entry!r}, "serve"]
runpy.run_path({entry!r}, run_name="__main__")
"""


def test_labels_are_stored_and_acknowledged_before_torch_is_imported_and_a_stray_print_harms_nothing(tmp_path):
    go, script = tmp_path / "go", tmp_path / "wrapped.py"
    script.write_text(WRAPPED.format(go=str(go), entry=str(Path(training.__file__).parent)))
    child = Child(tmp_path, script)
    child.open()
    child.until(protocol.Opened)
    child.apply(edit(range(30), 2))
    assert not any(isinstance(message, protocol.Snapshot) for message in child.messages)
    go.touch()
    child.client.send(protocol.Lease(3, 600.0))
    assert child.until(protocol.Snapshot, lambda message: message.step == 3).positions.shape == (1797, 3)
    assert child.client.close(PATIENCE) == 0
    log = (tmp_path / "trainer.log").read_text()
    assert "a stray print" in log and "straight to the descriptor" in log


def test_labels_move_the_cloud_and_snapshots_say_what_is_guessed(child):
    child.open(seed=3)
    truth = child.until(protocol.Opened).samples * 0  # what is known here is only what is applied
    child.client.send(protocol.Lease(30, 600.0))
    before = child.until(protocol.Snapshot, lambda message: message.step == 30).positions.copy()
    child.apply(edit(range(0, 60), 1), edit(range(60, 120), 2))
    child.client.send(protocol.Lease(60, 600.0))
    after = child.until(protocol.Snapshot, lambda message: message.step == 60)
    assert np.linalg.norm(after.positions - before, axis=1).mean() > 0.05
    assert after.prediction[:60].tolist() == [1] * 60 and after.confidence[:60].min() == 1.0
    assert len(truth) == len(after.prediction)


def test_a_lease_runs_out_and_the_trainer_waits(child):
    child.open()
    child.until(protocol.Opened)
    child.until(protocol.Status, lambda message: message.state == "PAUSED")
    child.messages.clear()
    child.client.send(protocol.Lease(10**9, 0.5))
    child.until(protocol.Status, lambda message: message.state == "TRAINING")
    child.until(protocol.Status, lambda message: message.state == "WAITING")


def test_a_closed_stream_finishes_the_write_and_ends(child):
    child.open()
    child.until(protocol.Opened)
    child.client.send(protocol.Lease(12, 600.0))
    child.until(protocol.Snapshot, lambda message: message.step == 12)
    child.client.send(protocol.ApplyEdits([edit([1], 1)]))
    assert child.client.close() == 0
    assert stored(child.run)[1] == 1
    assert list(child.run.glob("checkpoint-*.pt")), "no checkpoint was written"


def test_a_run_is_taken_up_where_it_was_left(tmp_path):
    first = Child(tmp_path, patient(tmp_path))
    first.open()
    first.until(protocol.Opened)
    first.apply(edit(range(50), 1))
    first.client.send(protocol.Lease(12, 600.0))
    first.until(protocol.Snapshot, lambda message: message.step == 12)
    first.client.close(PATIENCE)
    second = Child(tmp_path)
    second.open(dataset=None)
    opened = second.until(protocol.Opened)
    assert opened.step == 12 and opened.category[:50].tolist() == [1] * 50 and opened.edits == 1
    second.client.send(protocol.Lease(14, 600.0))
    assert second.until(protocol.Snapshot, lambda message: message.step == 14)
    second.client.close()


def test_another_version_and_a_second_trainer_are_refused_in_a_sentence(child, tmp_path):
    child.open()
    child.until(protocol.Opened)
    (tmp_path / "b").mkdir()
    second = Child(tmp_path / "b")
    second.run = child.run
    second.open(dataset=None)
    assert "Another trainer is working" in second.until(protocol.Failed).sentence
    second.client.close()
    third = Child(tmp_path / "b")
    third.open(version="0.0.1")
    assert "same version on both" in third.until(protocol.Failed).sentence
    assert third.client.close(PATIENCE) == 1


def test_bad_data_is_said_in_a_sentence_and_leaves_no_run(child, tmp_path):
    child.open(DatasetRef("arrays", str(tmp_path / "gone.npz")))
    failed = child.until(protocol.Failed)
    assert failed.fatal and "nothing at" in failed.sentence
    assert not child.run.exists()


PARENT = """
import sys, time
from pathlib import Path
from latent_lasso.core.version import PROTOCOL, VERSION
from latent_lasso.training import protocol
from latent_lasso.training.client import TrainerClient
from latent_lasso.training.datasets import DatasetRef
folder = Path(sys.argv[1])
client = TrainerClient.start(sys.executable, folder / "trainer.log")
client.send(protocol.Open(VERSION, PROTOCOL, "c", str(folder / "run"), DatasetRef("digits"), {"threads": 1}))
client.send(protocol.Lease(10**9, 600.0))
while client.take_snapshot() is None:
    time.sleep(0.01)
print(client.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
def test_no_trainer_is_left_when_its_parent_is_killed(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT), str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    pid = int(parent.stdout.readline())
    assert not gone(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    ends = time.monotonic() + 5.0  # what the trainer promises
    while not gone(pid) and time.monotonic() < ends:
        time.sleep(0.02)
    assert gone(pid), "the trainer outlived its parent by 5 s"
    assert stored(tmp_path / "run")[1] == 0


def test_opening_can_be_given_up_and_leaves_no_run(child, tmp_path):
    rng = np.random.default_rng(0)
    with (tmp_path / "long.csv").open("w") as stream:
        for start in range(0, 400_000, 10_000):
            head = "a,b,c,d,e,f,g,h\n" if start == 0 else ""
            stream.write(head + "".join(",".join(f"{v:.3f}" for v in line) + "\n" for line in rng.normal(size=(10_000, 8))))
    child.open(DatasetRef("auto", str(tmp_path / "long.csv")))
    child.until(protocol.Status, lambda message: message.state == "LOADING" and "row" in message.sentence)
    child.client.send(protocol.Close())
    child.until(protocol.Failed, lambda message: "cancelled" in message.sentence)
    child.client.close()
    assert not (child.run / "run.sqlite").exists()
    assert not any(isinstance(message, protocol.Opened) for message in child.messages)
