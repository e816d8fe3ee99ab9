"""The run on disk: nothing acknowledged is ever lost."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from latent_lasso.core.categories import Category
from latent_lasso.core.edits import LabelEdit, new_id
from latent_lasso.core.errors import StoreError
from latent_lasso.training.history import RunHistory
from latent_lasso.training.segments import PointCache, read_header, read_sample
from latent_lasso.training.store import DATABASE, RunStore

POINTS = 12


def edit(samples, new, old=0, **more):
    samples = np.asarray(samples, np.int32)
    return LabelEdit(
        new_id(), "gesture", "client", "MOUSE", "ASSIGN", samples,
        np.full(len(samples), old, np.int32), np.full(len(samples), new, np.int32), **more,
    )  # fmt: skip


def positions(seed):
    return np.random.default_rng(seed).normal(size=(POINTS, 3)).astype(np.float32)


@pytest.fixture
def store(tmp_path):
    ids = [f"id{i}" for i in range(POINTS)]
    made = RunStore.create(tmp_path / "run", ids, ids, np.full(POINTS, -1, np.int32), {"seed": 4})
    yield made
    made.close()


def reopened(store):
    store.close()
    return RunStore.open_run(store.folder)


def test_labels_are_every_edit_on_top_of_the_ones_before(store):
    store.apply_edits([edit([0, 1, 2], 1), edit([2, 3], 2)])
    store.apply_edits([edit([0], 0, old=1)])
    again = reopened(store)
    assert again.labels.tolist() == [0, 1, 2, 2] + [0] * 8
    assert again.meta["seed"] == 4 and again.edits == 3
    again.close()


def test_an_edit_that_comes_again_is_acknowledged_and_changes_nothing(store):
    first = edit([0, 1], 1)
    assert store.apply_edits([first]) == [first.edit_id]
    store.apply_edits([edit([0], 2, old=1)])
    assert store.apply_edits([first]) == [first.edit_id]
    assert store.labels.tolist()[:2] == [2, 1] and store.edits == 2


def test_of_a_batch_with_an_unknown_sample_nothing_is_stored(store):
    with pytest.raises(StoreError, match="does not hold"):
        store.apply_edits([edit([1], 1), edit([3, 99], 1)])
    assert store.edits == 0 and not store.labels.any()
    again = reopened(store)
    assert again.edits == 0
    again.close()


def test_where_a_label_came_from_is_kept(store):
    polygon, view = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32), np.eye(4) * 3
    store.apply_edits(
        [edit([1, 4], 1, displayed_step=30, annotator="ana", polygon=polygon, view=view, viewport=(640, 480), duration_s=1.5)]
    )
    store.mark_applied(1, 33, 4.5)
    with closing(sqlite3.connect(store.folder / DATABASE)) as database:
        database.row_factory = sqlite3.Row
        row = dict(database.execute("SELECT * FROM edits").fetchone())
    assert (row["annotator"], row["displayed_step"], row["applied_step"], row["source"]) == ("ana", 30, 33, "MOUSE")
    assert np.array_equal(np.frombuffer(row["polygon"], "<f4").reshape(-1, 2), polygon)
    assert np.array_equal(np.frombuffer(row["view"], "<f8").reshape(4, 4), view)
    summary = RunHistory(store.folder)
    assert [(e.count, e.gained, e.applied_step) for e in summary.edits()] == [(2, 2, 33)]
    summary.close()


def test_categories_are_those_told_last(store):
    store.set_categories([Category(1, "a", (0, 0, 0)), Category(2, "b", (1, 1, 1))])
    store.set_categories([Category(2, "renamed", (1, 1, 1))])
    again = reopened(store)
    assert [(c.id, c.name) for c in again.categories()] == [(2, "renamed")]
    again.close()


def test_recorded_epochs_come_back_and_what_a_crash_left_is_cut_off(store):
    for number in range(3):
        store.record(number * 10, number * 1.0, positions(number), positions(50 + number), {"loss": 1.0})
    segment = store.folder / "segment-0001.pc2"
    store.close()
    with segment.open("ab") as stream:
        stream.write(b"half an epoch")
    again = RunStore.open_run(store.folder)
    again.record(30, 3.0, positions(3), positions(53), {})
    assert again.last_record()[0] == 30
    for number in range(4):
        assert np.array_equal(read_sample(segment, number), positions(number))
    assert segment.stat().st_size == 32 + 4 * POINTS * 12 and read_header(segment) == (POINTS, 4)
    again.close()


def test_thinning_keeps_what_it_says_and_the_old_files_go(store):
    for number in range(6):
        store.record(number, 0.0, positions(number), positions(number), {})
    assert store.thin([0, 2, 5]) == 3
    history = RunHistory(store.folder)
    assert [record.step for record in history.records] == [0, 2, 5]
    for record in history.records:
        assert np.array_equal(read_sample(history.positions_path, record.row), positions(record.step))
    history.close()
    assert sorted(path.name for path in store.folder.glob("*.pc2")) == ["segment-0002.pc2", "segment-0002.state.pc2"]
    store.record(9, 0.0, positions(9), positions(9), {})
    assert store.last_record()[0] == 9


def test_one_trainer_a_run(store):
    with pytest.raises(StoreError, match="Another trainer"):
        RunStore.open_run(store.folder)


def test_a_second_run_in_one_folder_a_missing_a_newer_and_a_damaged_one(store, tmp_path):
    with pytest.raises(StoreError, match="holds a run already"):
        RunStore.create(store.folder, [], [], np.zeros(0, np.int32), {})
    with pytest.raises(StoreError, match="no run in"):
        RunStore.open_run(tmp_path)
    store.close()
    with closing(sqlite3.connect(store.folder / DATABASE)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="format 99"):
        RunStore.open_run(store.folder)
    (store.folder / DATABASE).write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="damaged"):
        RunStore.open_run(store.folder)


def test_a_point_cache_says_what_is_wrong_with_it(tmp_path):
    cache = PointCache(tmp_path / "a.pc2", POINTS, 0)
    with pytest.raises(StoreError, match="shape"):
        cache.append(np.zeros((POINTS + 1, 3), np.float32))
    cache.append(positions(0))
    cache.close()
    with pytest.raises(StoreError, match="another number of points"):
        PointCache(tmp_path / "a.pc2", POINTS + 1, 0)
    with pytest.raises(StoreError, match="shorter than"):
        PointCache(tmp_path / "a.pc2", POINTS, 2)
    with pytest.raises(StoreError, match="not among them"):
        read_sample(tmp_path / "a.pc2", 1)
    (tmp_path / "b.pc2").write_bytes(b"x" * 40)
    with pytest.raises(StoreError, match="not a point cache"):
        read_header(tmp_path / "b.pc2")
