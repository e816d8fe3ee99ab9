"""A disk that is full, read-only or slow under a real trainer: labels wait, it is said, and all of them arrive."""

import shutil
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from test_trainer_process import PATIENCE, Child, edit, patient, stored

from latent_lasso import training
from latent_lasso.core.edits import LabelEdit, new_id
from latent_lasso.core.errors import StoreError
from latent_lasso.training import protocol, segments
from latent_lasso.training.datasets import DatasetRef
from latent_lasso.training.recording import Recorder
from latent_lasso.training.store import RunStore
from tools.faults import disks


@pytest.fixture
def disk(tmp_path):
    made = disks.small(tmp_path / "disk")
    yield made
    made.close()


@pytest.fixture
def child(disk, tmp_path):
    np.save(disk.folder / "points.npy", np.random.default_rng(0).normal(size=(300, 4)).astype(np.float32))
    made = Child(disk.folder, patient(tmp_path))
    made.open(DatasetRef("auto", str(disk.folder / "points.npy")))
    made.until(protocol.Opened)
    yield made
    made.client.close()


def test_a_full_disk_leaves_labels_unacknowledged_says_so_and_stores_them_in_order_once_there_is_space(child, disk):
    child.apply(edit(range(10), 1))
    disk.fill(child.client.pid)
    first, second = edit(range(300), 2), edit(range(5), 3)
    child.client.send(protocol.ApplyEdits([first]))
    failed = child.until(protocol.Failed)
    assert failed.code == "DISK" and not failed.fatal
    assert "could not be written" in failed.sentence and "free some space" in failed.sentence
    child.client.send(protocol.ApplyEdits([second]))
    time.sleep(0.5)
    child.messages += child.client.poll()
    acknowledged = [i for m in child.messages if isinstance(m, protocol.Acknowledged) for i in m.edit_ids]
    assert not {first.edit_id, second.edit_id} & set(acknowledged)
    disk.free(child.client.pid)
    # Blender speaks twice a second, which must not put the next attempt off
    while not any(isinstance(m, protocol.Acknowledged) and second.edit_id in m.edit_ids for m in child.messages):
        child.client.send(protocol.Pause())
        time.sleep(0.2)
        child.messages += child.client.poll()
    child.client.close()
    labels, edits = stored(child.run)
    assert edits == 3 and labels.tolist() == [3] * 5 + [2] * 295


def test_a_limit_on_what_a_process_may_write_is_a_full_disk_too(tmp_path):
    limited = disks.Limited(tmp_path)
    child = Child(tmp_path)
    child.open()
    child.until(protocol.Opened)
    limited.fill(child.client.pid)
    child.client.send(protocol.ApplyEdits([edit(range(300), 2)]))
    assert child.until(protocol.Failed).code == "DISK"
    limited.free(child.client.pid)
    child.until(protocol.Acknowledged)
    child.client.close()
    assert stored(child.run)[0].sum() == 600


def test_training_waits_for_a_full_disk_says_why_and_goes_on(child, disk):
    child.client.send(protocol.Lease(5, 600.0))
    child.until(protocol.Snapshot, lambda message: message.step == 5)
    disk.fill(child.client.pid)
    child.client.send(protocol.Save("mine"))
    status = child.until(protocol.Status, lambda message: "free some space" in message.sentence)
    assert status.state == "WAITING"
    disk.free(child.client.pid)
    child.until(protocol.Saved)
    child.client.send(protocol.Lease(30, 600.0))
    child.until(protocol.Snapshot, lambda message: message.step == 30)
    assert child.client.close(PATIENCE) == 0


def test_a_trainer_whose_disk_is_full_is_closed_in_time(child, disk):
    child.client.send(protocol.Lease(5, 600.0))
    child.until(protocol.Snapshot, lambda message: message.step == 5)
    disk.fill(child.client.pid)
    child.client.send(protocol.ApplyEdits([edit(range(300), 2)]))
    child.until(protocol.Failed)
    child.client.close(PATIENCE)
    # 120 is Python's own word for a log that could not be written to the end
    assert child.client.returncode in (0, 120), "it had to be killed"


def test_categories_wait_for_a_full_disk_too(child, disk):
    from latent_lasso.core.categories import Category

    disk.fill(child.client.pid)
    child.client.send(protocol.SetCategories("one", [Category(1, "a" * 5000, (1.0, 0.0, 0.0))]))
    child.until(protocol.Failed, lambda message: message.code == "DISK")
    disk.free(child.client.pid)
    child.until(protocol.Acknowledged, lambda message: message.request == "one")


def test_a_run_on_a_disk_that_became_read_only_is_refused_in_a_sentence_and_opens_when_it_is_not(tmp_path):
    try:
        disk = disks.Tmpfs(tmp_path / "disk")
    except OSError as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    try:
        first = Child(disk.folder)
        first.open()
        first.until(protocol.Opened)
        first.apply(edit(range(20), 1))
        first.client.close()
        disk.protect(True)
        second = Child(tmp_path)
        second.run = first.run
        second.open(dataset=None)
        failed = second.until(protocol.Failed)
        assert failed.fatal and "Nothing can be written to" in failed.sentence
        second.client.close()
        disk.protect(False)
        assert stored(first.run)[1] == 1
    finally:
        disk.close()


SLOW = """
import os, sys, time
sys.path.insert(0, {site!r})
from latent_lasso.training import store
real = store.RunStore.apply_edits
def slow(self, edits):
    while not os.path.exists({go!r}):
        time.sleep(0.01)
    return real(self, edits)
store.RunStore.apply_edits = slow
from latent_lasso.training import cli
sys.argv = ["x", "serve"]
sys.exit(cli.main())
"""


def test_a_disk_that_takes_long_for_a_write_holds_nobody_up_and_keeps_the_order(tmp_path):
    go, script = tmp_path / "go", tmp_path / "slow.py"
    script.write_text(textwrap.dedent(SLOW).format(site=str(Path(training.__file__).parents[2]), go=str(go)))
    child = Child(tmp_path, script)
    child.open()
    child.until(protocol.Opened)
    child.client.send(protocol.Lease(10**9, 600.0))
    edits = [edit(range(4), number) for number in (1, 2, 3)]
    for one in edits:
        child.client.send(protocol.ApplyEdits([one]))  # returns at once
    child.until(protocol.Snapshot, lambda message: message.step > 0)  # the cloud moves meanwhile
    assert not any(isinstance(message, protocol.Acknowledged) for message in child.messages)
    go.touch()
    child.until(protocol.Acknowledged, lambda message: edits[-1].edit_id in message.edit_ids)
    ids = [i for m in child.messages if isinstance(m, protocol.Acknowledged) for i in m.edit_ids]
    assert ids == [one.edit_id for one in edits]
    child.client.close()
    assert stored(child.run)[0][:4].tolist() == [3] * 4


def test_an_epoch_that_was_recorded_by_half_is_written_over_so_that_positions_and_state_stay_in_step(tmp_path, monkeypatch):
    store = RunStore.create(tmp_path / "run", list("abc"), list("abc"), np.full(3, -1, np.int32), {})
    ones = np.ones((3, 3), np.float32)
    store.record(0, 0.0, ones, ones, {})
    with monkeypatch.context() as patched:
        real = segments.PointCache.append

        def full(self, values):
            if self.path.name.endswith(".state.pc2"):
                raise OSError(28, "No space left on device")
            return real(self, values)

        patched.setattr(segments.PointCache, "append", full)
        with pytest.raises(StoreError, match="free some space"):
            store.record(1, 1.0, ones * 2, ones * 2, {})
    store.record(1, 1.0, ones * 3, ones * 3, {})
    store.close()
    again = RunStore.open_run(tmp_path / "run")
    assert isinstance(again, Recorder) and again.records == 2 and not again.take_notices()
    assert again.last_record()[2].tolist() == (ones * 3).tolist()
    assert segments.read_sample(tmp_path / "run" / "segment-0001.state.pc2", 1).tolist() == (ones * 3).tolist()
    again.close()


def test_an_edit_that_is_wrong_is_dropped_and_those_behind_it_are_stored(child):
    zeros = np.zeros(1, np.int32)
    child.client.send(
        protocol.ApplyEdits([LabelEdit(new_id(), "g", "client", "SCRIPT", "ASSIGN", zeros + 999_999, zeros, zeros + 1)])
    )
    assert "does not hold" in child.until(protocol.Failed).sentence
    child.apply(edit([1], 1))


def test_a_disk_that_is_full_when_a_run_is_opened_or_made_is_said_and_nobody_is_told_to_restore_a_copy(disk, tmp_path):
    np.save(tmp_path / "points.npy", np.random.default_rng(0).normal(size=(300, 4)).astype(np.float32))
    data = DatasetRef("auto", str(tmp_path / "points.npy"))
    child = Child(tmp_path)
    child.run = disk.folder / "run"
    child.open(data)
    child.until(protocol.Opened)
    child.apply(edit(range(10), 1))
    child.client.close()
    for left in (0, 4096, 8192, 16384):
        for run, dataset in (("run", None), ("new", data)):
            tried = Child(tmp_path)
            tried.run = disk.folder / run
            disk.fill(tried.client.pid)
            if left:  # one file more is possible, or two
                with (disk.folder / "filler").open("r+b") as filler:
                    filler.truncate((disk.folder / "filler").stat().st_size - left)
            tried.open(dataset)
            failed = tried.until(protocol.Failed)
            assert "space" in failed.sentence and "damaged" not in failed.sentence and "code" not in failed.sentence, (left, run)
            tried.client.close()
            disk.free(tried.client.pid)
            if dataset:
                shutil.rmtree(tried.run, ignore_errors=True)
    assert stored(child.run)[0].tolist() == [1] * 10 + [0] * 290


def test_a_limit_that_the_full_disk_does_not_take_is_said_and_the_trainer_goes_on(child, disk):
    disk.fill(child.client.pid)
    child.client.send(protocol.SetDiskLimit(1.0))
    assert "has space" in child.until(protocol.Failed).sentence
    disk.free(child.client.pid)
    child.apply(edit(range(10), 1))


def test_labels_that_wait_for_a_disk_are_tried_once_more_when_the_trainer_ends(child, disk):
    disk.fill(child.client.pid)
    child.client.send(protocol.ApplyEdits([edit(range(10), 1)]))
    child.until(protocol.Failed)
    disk.free(child.client.pid)
    child.client.send(protocol.Close())
    child.client.close()
    assert stored(child.run)[0].tolist() == [1] * 10 + [0] * 290
