"""Labels that pile up before a slow disk are stored together: one sync for all, and nothing lost, doubled or out of order."""

import time
from pathlib import Path

import numpy as np
import pytest
from test_trainer_process import Child, edit, stored

from latent_lasso import training
from latent_lasso.core.categories import Category
from latent_lasso.core.edits import LabelEdit, new_id
from latent_lasso.core.errors import StoreError
from latent_lasso.training import disk, protocol
from latent_lasso.training.store import RunStore
from tools.faults.slow_disk import SlowDisk, compiler

POINTS = 300
needs_compiler = pytest.mark.skipif(not compiler(), reason="needs Linux and a C compiler: syncs are slowed by a preloaded library")


@pytest.fixture
def backlog(tmp_path):
    ids = [f"id{n}" for n in range(POINTS)]
    store = RunStore.create(tmp_path / "run", ids, ids, np.full(POINTS, -1, np.int32), {})
    yield disk.Backlog(store)
    store.close()


def message(*edits):
    return protocol.ApplyEdits(list(edits))


def wrong_edit():
    zeros = np.zeros(1, np.int32)
    return LabelEdit(new_id(), "g", "client", "SCRIPT", "ASSIGN", zeros + 999_999, zeros, zeros + 1)


def transactions(backlog, monkeypatch):
    counted = []
    real = backlog.store.apply_edits
    monkeypatch.setattr(backlog.store, "apply_edits", lambda edits: counted.append(len(edits)) or real(edits))
    return counted


def test_edits_that_wait_are_one_transaction_and_the_last_one_counts(backlog, monkeypatch):
    counted = transactions(backlog, monkeypatch)
    edits = [edit(range(number, POINTS), 1 + number % 5) for number in range(40)]
    done, wrong = backlog.take(message(one) for one in edits)
    assert counted == [40] and wrong == []
    assert [i for acknowledged in done for i in acknowledged.edit_ids] == [one.edit_id for one in edits]
    assert backlog.store.labels.tolist() == [1 + min(row, 39) % 5 for row in range(POINTS)] and backlog.store.edits == 40


def test_an_edit_that_is_wrong_in_itself_takes_none_of_the_others_with_it(backlog):
    good = [edit([n], 1 + n) for n in range(4)]
    done, wrong = backlog.take([message(good[0]), message(good[1]), message(wrong_edit()), message(good[2], good[3])])
    assert [i for acknowledged in done for i in acknowledged.edit_ids] == [one.edit_id for one in good]
    assert len(wrong) == 1 and "does not hold" in wrong[0].sentence and not backlog.waiting
    assert backlog.store.labels[:5].tolist() == [1, 2, 3, 4, 0]


def test_the_same_edit_twice_in_a_pile_is_stored_once_and_acknowledged_twice(backlog):
    one = edit([1, 2], 3)
    done, wrong = backlog.take([message(one), message(edit([2], 4)), message(one)])
    assert [acknowledged.edit_ids.count(one.edit_id) for acknowledged in done] == [2] and not wrong
    assert backlog.store.edits == 2 and backlog.store.labels[:3].tolist() == [0, 3, 4]


def test_categories_keep_their_place_among_the_edits(backlog, monkeypatch):
    counted = transactions(backlog, monkeypatch)
    named = protocol.SetCategories("named", [Category(1, "oak", (1.0, 0.0, 0.0))])
    done, wrong = backlog.take([message(edit([1], 1)), message(edit([2], 1)), named, message(edit([3], 1))])
    assert counted == [2, 1] and not wrong
    assert [acknowledged.request for acknowledged in done] == ["", "named", ""]


def test_a_disk_that_takes_nothing_keeps_the_whole_pile_in_order_and_says_so_once(backlog, monkeypatch):
    real = backlog.store.apply_edits

    def full(edits):
        raise StoreError("A label could not be written; free some space.") from OSError(28, "No space left on device")

    monkeypatch.setattr(backlog.store, "apply_edits", full)
    edits = [edit([5], number) for number in (1, 2, 3)]
    for one in edits:
        done, wrong = backlog.take([message(one)])
        assert not done and [disk.passes(error) for error in wrong] == [True]
    monkeypatch.setattr(backlog.store, "apply_edits", real)
    done, wrong = backlog.take([])
    assert done[0].edit_ids == [one.edit_id for one in edits] and not wrong and backlog.store.labels[5] == 3


@needs_compiler
def test_two_hundred_labels_before_a_slow_disk_cost_a_few_syncs_and_are_acknowledged_in_order(tmp_path):
    slow = SlowDisk(tmp_path, Path(training.__file__).parent)
    child = Child(tmp_path, slow.entry)
    child.open()
    child.until(protocol.Opened)
    slow.takes(2.0)  # long enough for all of them to be sent
    before = slow.syncs
    edits = [edit([number], 1 + number % 3) for number in range(200)]
    for one in edits:
        child.client.send(message(one))
    slow.takes(0.2)
    child.until(protocol.Acknowledged, lambda m: edits[-1].edit_id in m.edit_ids)
    # the training thread begins its run meanwhile and syncs too; one by one there would be 200 at least
    assert slow.syncs - before < 60, "labels that had piled up were stored one by one"
    slow.takes(0.0)
    ids = [i for m in child.messages if isinstance(m, protocol.Acknowledged) for i in m.edit_ids]
    assert ids == [one.edit_id for one in edits]
    child.client.close()
    labels, count = stored(child.run)
    assert count == 200 and labels[:200].tolist() == [1 + n % 3 for n in range(200)]


@needs_compiler
def test_a_sync_of_two_seconds_holds_nobody_up_and_no_label_is_acknowledged_before_it(tmp_path):
    slow = SlowDisk(tmp_path, Path(training.__file__).parent)
    child = Child(tmp_path, slow.entry)
    child.open()
    child.until(protocol.Opened)
    child.client.send(protocol.Lease(10**9, 600.0))
    child.until(protocol.Snapshot)
    slow.takes(2.0)
    sent = time.monotonic()
    one, two = edit(range(4), 1), edit(range(4), 2)
    child.client.send(message(one))
    child.until(protocol.Acknowledged, lambda m: one.edit_id in m.edit_ids)
    assert time.monotonic() - sent >= 2.0, "acknowledged before its sync had ended"
    child.messages.clear()
    child.client.send(message(two))
    child.client.send(protocol.AskAlive())
    child.until(protocol.Snapshot)  # the cloud moves meanwhile
    child.until(protocol.Acknowledged, lambda m: two.edit_id in m.edit_ids)
    child.until(protocol.Alive)
    slow.takes(0.0)
    child.client.close()
    assert stored(child.run)[0][:4].tolist() == [2] * 4
