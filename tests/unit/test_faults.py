"""`make faults` in short: the trainer dies at random moments under a scripted labeller, on one run that goes on."""

import sys
from pathlib import Path

import numpy as np
import pytest

from tools.faults import disks, journal, restarts, trainer_kills
from tools.layout import python_of

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks processes up in /proc")
WITHOUT_TORCH = python_of("blender52")


@pytest.mark.skipif(not WITHOUT_TORCH.exists(), reason="a Python without torch is that of Blender 5.2: make setup")
def test_a_trainer_that_dies_at_any_moment_loses_no_acknowledged_label_doubles_none_and_leaves_no_process(tmp_path):
    for number in range(6):
        row = trainer_kills.trial(WITHOUT_TORCH, tmp_path, False, number, seed=2, stop_seconds=1.0)
        assert row["survived"] and row["found"] == row["acknowledged"] and row["duplicates"] == row["orphans"] == 0, row
        assert row["longest_wait_s"] < 10.0, "a tick, a restart or a close that takes so long is a hang"


def test_a_trainer_that_dies_while_it_trains_loses_no_acknowledged_label(tmp_path):
    row = trainer_kills.trial(Path(sys.executable), tmp_path, True, 3, seed=2, stop_seconds=1.0)
    assert row["signal"] == "SIGKILL" and row["survived"] and row["acknowledged"] > 0, row


@pytest.mark.skipif(not WITHOUT_TORCH.exists(), reason="a Python without torch is that of Blender 5.2: make setup")
def test_restarts_leave_no_descriptor_no_thread_and_no_memory_behind(tmp_path):
    row = restarts.trial(WITHOUT_TORCH, tmp_path, False, 0, times=8, seed=2)
    assert row["survived"], row


@pytest.mark.skipif(not WITHOUT_TORCH.exists(), reason="a Python without torch is that of Blender 5.2: make setup")
def test_a_full_disk_and_a_death_on_it_lose_no_acknowledged_label(tmp_path):
    row = disks.trial(WITHOUT_TORCH, tmp_path / "disk", False, 1, seed=2)
    assert row["survived"], row


def test_the_comparison_finds_what_is_lost_what_is_double_and_what_is_out_of_order(tmp_path):
    from test_store import edit  # the edits of a real store

    from latent_lasso.training.store import RunStore

    store = RunStore.create(tmp_path / "run", list("abc"), list("abc"), np.full(3, -1, np.int32), {})
    first, second = edit([0], 1), edit([1], 2)
    store.apply_edits([second, first])
    store.close()
    kept = journal.Journal(tmp_path / "acknowledged.jsonl")
    for one in (first, second, edit([2], 1)):
        kept.acknowledged(one.edit_id, one.gesture_id, one.samples.tolist(), one.new.tolist())
    compared = kept.compare(tmp_path / "run", 3, [1, 1, 0])
    kept.close()
    assert (compared.acknowledged, compared.found) == (3, 2)
    assert [text.partition(" ")[0] for text in compared.wrong] == ["the", "the", "the"]
    assert "not in the run" in " ".join(compared.wrong) and "made earlier" in " ".join(compared.wrong)
