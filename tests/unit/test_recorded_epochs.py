"""Recorded epochs and checkpoints on disk: what is cut, what is thinned out, what stays, and that it is said."""

import os
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from runs import MANY, POINTS, made, recorded
from test_command_line import train
from test_store import edit, positions

from latent_lasso.core.errors import StoreError
from latent_lasso.core.version import PROTOCOL, VERSION
from latent_lasso.training import protocol, retention, thinning
from latent_lasso.training.branching import branch
from latent_lasso.training.cli import main
from latent_lasso.training.history import RunHistory
from latent_lasso.training.opening import open_run
from latent_lasso.training.segments import read_sample
from latent_lasso.training.store import DATABASE, RunStore


@pytest.fixture
def store(tmp_path):
    opened = made(tmp_path / "run")
    yield opened
    opened.close()


def test_a_torn_tail_is_cut_at_open_and_said(store):
    recorded(store, range(3))
    store.close()
    with (store.folder / "segment-0001.pc2").open("ab") as stream:
        stream.write(b"x" * 77)
    again = RunStore.open_run(store.folder)
    cut = "77 bytes of an epoch that was being recorded when the trainer ended were cut off; no label was in them."
    assert again.take_notices() == [cut]
    assert (store.folder / "segment-0001.pc2").stat().st_size == 32 + 3 * POINTS * 12
    again.close()


@pytest.mark.parametrize("which", ["segment-0001.pc2", "segment-0001.state.pc2"])
@pytest.mark.parametrize("left", [b"", b"x" * 7, bytes(28) + (0).to_bytes(4, "little")], ids=["nothing", "torn", "count"])
def test_a_file_of_epochs_that_was_begun_as_the_power_went_is_begun_again_and_no_label_is_lost(store, which, left):
    store.apply_edits([edit([1], 1)])
    recorded(store, range(1))
    store.close()
    with closing(sqlite3.connect(store.folder / "run.sqlite")) as db, db:
        db.execute("DELETE FROM records")  # the index counts an epoch only after its files were synced
    (store.folder / which).write_bytes(left)
    again = RunStore.open_run(store.folder)
    assert again.records == 0 and again.labels[1] == 1
    recorded(again, [7])
    assert np.array_equal(again.last_record()[2], positions(7))
    again.close()


@pytest.mark.parametrize("damage", ["short", "gone", "garbage"])
def test_recorded_epochs_that_are_not_whole_are_dropped_and_said_and_no_label_with_them(store, damage):
    recorded(store, range(5))
    store.apply_edits([edit([1], 1)])
    store.close()
    path = store.folder / "segment-0001.state.pc2"
    if damage == "gone":
        path.unlink()
    elif damage == "short":
        os.truncate(path, 32 + 3 * POINTS * 12 + 5)
    else:
        with path.open("r+b") as stream:
            stream.seek(32 + 3 * POINTS * 12)
            stream.write(b"\xff" * POINTS * 24)
    again = RunStore.open_run(store.folder)
    left = 0 if damage == "gone" else 3
    assert again.records == left and f"last {5 - left} recorded epochs" in again.notices[0] and again.labels[1] == 1
    recorded(again, [7])
    assert again.last_record()[0] == 7 and np.array_equal(again.last_record()[2], positions(7))
    again.close()


def test_thinning_that_was_cut_short_before_the_swap_or_after_leaves_the_run_whole(store):
    recorded(store, range(4))
    store.close()
    for name in ("segment-0002.pc2", "segment-0002.state.pc2"):
        (store.folder / name).write_bytes(b"half")
    again = RunStore.open_run(store.folder)
    assert not (store.folder / "segment-0002.pc2").exists() and again.records == 4
    assert np.array_equal(again.last_record()[2], positions(3))
    again.close()


def test_all_recent_epochs_stay_then_their_ages_grow_geometrically(store):
    steps = list(range(0, 4000, 4))
    stay = thinning.kept(steps, {333, 500}, 100)
    assert len(stay) == 100 and {0, 333, 500} < set(stay) and set(range(950, 1000)) < set(stay)
    old = [place for place in stay if place < 950 and place not in (333, 500)]
    gaps = np.diff(old)
    assert np.median(gaps[:8]) > 8 * np.median(gaps[-8:]), "the older, the farther apart"
    again = thinning.kept([steps[place] for place in stay], set(), 50)
    assert len(again) == 50 and again[0] == 0
    assert thinning.kept(steps, set(range(0, 1000, 2)), 100)[:3] == [0, 2, 4], "never one at which labels changed"


def test_recorded_epochs_thin_out_within_the_users_limit_but_never_those_at_which_labels_changed(tmp_path):
    store = made(tmp_path / "run", MANY)
    with pytest.raises(StoreError, match=r"choose 0.001 or more"):
        store.set_limit(0.0)
    store.set_limit(0.01)
    rng, most = np.random.default_rng(0), thinning.most_records(MANY, 0.01)
    assert most == 138
    told = {20: 1, 60: 2, 61: 3}
    for step in range(400):
        if step in told:
            store.apply_edits([edit([told[step]], 1)])
            store.mark_applied(told[step], step, step / 10)
        values = rng.normal(size=(MANY, 3)).astype(np.float32)
        values[0] = step
        store.record(step, step / 10, values, values, {})
        store.keep_within_limit()
        assert sum(path.stat().st_size for path in store.folder.glob("*.pc2")) < 0.0102e9
    store.close()
    history = RunHistory(store.folder)
    steps = [record.step for record in history.records]
    assert {0, 21, 61, 62, 399} < set(steps) and len(steps) <= most
    for record in history.records:
        assert read_sample(history.positions_path, record.row)[0, 0] == record.step, "the timeline shows what the index says"
    history.close()
    assert RunStore.open_run(store.folder).limit == 0.01


def test_an_epoch_at_which_labels_changed_stays_though_the_trainer_died_and_recorded_the_same_steps_again(store):
    recorded(store, range(10, 1000, 10))
    store.apply_edits([edit([0], 1)])
    store.mark_applied(1, 515, 51.5)
    recorded(store, range(310, 3000, 10))  # gone on from the checkpoint of step 300
    store.apply_edits([edit([1], 1)])
    store.mark_applied(2, 705, 70.5)
    steps = [row[0] for row in store._db.execute("SELECT step FROM records ORDER BY record")]
    protected = thinning.labelled(steps, [515, 705])
    of_first, of_second = steps.index(520), steps.index(710, 99)
    assert {of_first, of_second} <= protected <= set(thinning.kept(steps, protected, 40))
    assert len(protected) == 4, "and those of the same steps in the other life, for nobody can tell"


def test_a_label_is_stored_while_epochs_are_thinned_out(store, monkeypatch):
    """Thinning copies outside the lock: an edit in the middle of it is acknowledged at once and stays."""
    from concurrent.futures import ThreadPoolExecutor

    from latent_lasso.training import recording

    recorded(store, range(6))
    original, seen = recording.segments.read_sample, []

    def read(path, row):
        if not seen:
            with ThreadPoolExecutor(1) as other:
                seen.extend(other.submit(store.apply_edits, [edit([3], 1)]).result(timeout=120))
        return original(path, row)

    monkeypatch.setattr(recording.segments, "read_sample", read)
    assert store.thin([0, 5]) == 2 and len(seen) == 1
    monkeypatch.undo()
    store.close()
    again = RunStore.open_run(store.folder)
    assert again.labels[3] == 1 and again.records == 2
    again.close()


def test_of_checkpoints_the_last_three_one_an_hour_and_each_at_which_labels_changed_stay():
    hour = retention.HOUR
    edits = [0] * 5 + [1] * 2 + [2] * 7
    written = [(step, f"c{step}", edits[step], 1e9 // hour * hour + step * hour / 4) for step in range(14)]
    assert retention.kept(written) == {"c3", "c5", "c7", "c11", "c12", "c13"}
    assert retention.kept([(1, "a", 0, 0.0)]) == {"a"}


def test_old_checkpoints_go_when_a_new_one_is_noted_and_one_that_was_not_noted_stays_while_it_is_new(store):
    for step in range(1, 8):
        (store.folder / f"checkpoint-{step:09d}.pt").write_bytes(b"x")
        if step != 6:
            store.note_checkpoint(step, f"checkpoint-{step:09d}.pt", int(step > 1))
    assert sorted(int(path.stem[-9:]) for path in store.folder.glob("*.pt")) == [2, 4, 5, 6, 7]


def test_the_last_three_stay_also_behind_later_ones_that_are_damaged(store):
    def write(step):
        name = f"checkpoint-{step:09d}.pt"
        (store.folder / name).write_bytes(b"x")
        store.note_checkpoint(step, name, 1)
        store.log_engine(step, "checkpoint", name)
        return name

    for step in (480, 490, 500):  # nobody can read these, so training goes on from step 100
        write(step)
    recent = [write(step) for step in (110, 120, 130, 140, 150)][-3:]
    assert set(recent) <= {path.name for path in store.folder.glob("checkpoint-*.pt")}


def test_a_checkpoint_whose_writer_died_before_it_was_noted_is_noted_when_it_is_gone_on_from(tmp_path):
    """Otherwise the log goes on from a checkpoint that it does not know, and the run could not be replayed."""
    run = train(tmp_path, steps=12)
    with closing(sqlite3.connect(run / "run.sqlite")) as database:
        database.execute("DELETE FROM checkpoints WHERE step = 12")
        database.execute("DELETE FROM engine_log WHERE what = 'checkpoint' AND step = 12")
        database.commit()
    assert main(["train", str(run), "--steps=6"]) == 0
    assert main(["replay", str(run)]) == 0


def test_a_run_whose_epochs_were_thinned_out_branches_and_replays(tmp_path):
    run = train(tmp_path, steps=24)
    store = RunStore.open_run(run)
    steps = [record.step for record in RunHistory(run).records]
    store.thin([0, 2, len(steps) - 1])
    store.close()
    assert main(["train", str(run), "--steps=6"]) == 0
    assert main(["replay", str(run)]) == 0
    made = branch(run, RunHistory(run).records[1].epoch, tmp_path / "b.latent", lambda share, text: None)
    assert made.step == steps[2] and made.distance == 0 and made.records == 2


def test_what_was_mended_at_open_is_said_after_the_run_is_there(tmp_path):
    run = train(tmp_path, steps=6)
    with (run / "segment-0001.pc2").open("ab") as stream:
        stream.write(b"torn")
    said = []
    opened = open_run(protocol.Open(VERSION, PROTOCOL, "c", str(run)), said.append)
    opened.store.close()
    kinds = [type(message).__name__ for message in said]
    assert kinds.index("Failed") > kinds.index("Opened") and "4 bytes of an epoch" in said[-1].sentence and not said[-1].fatal


def test_thinning_whose_swap_does_not_reach_the_disk_leaves_the_old_files_in_use(store):
    recorded(store, range(1, 6))
    store._db.execute("PRAGMA journal_mode = DELETE")  # as on a network drive: there a reader keeps a change from its end
    store._db.execute("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(store.folder / DATABASE)) as reader:
        reading = reader.execute("SELECT * FROM samples")
        next(reading)
        with pytest.raises(StoreError, match="could not be thinned out"):
            store.thin([0, 4])
        reading.close()
    recorded(store, [6])
    store.close()
    again = RunStore.open_run(store.folder)
    assert again.records == 6 and again.notices == []
    assert np.array_equal(again.last_record()[2], positions(6))
    again.close()
