"""The run folder: what stays, what is cut, what is refused, and that it is said."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from runs import MANY, POINTS, made
from test_command_line import train
from test_store import edit

from latent_lasso.core.errors import StoreError
from latent_lasso.training import filesystem, label_table, runlock
from latent_lasso.training.cli import main
from latent_lasso.training.edit_rows import LARGE, connect, packed, unpacked
from latent_lasso.training.history import RunHistory
from latent_lasso.training.migrations import VERSION
from latent_lasso.training.run_view import RunView, sample_row
from latent_lasso.training.store import DATABASE, RunStore


@pytest.fixture
def store(tmp_path):
    opened = made(tmp_path / "run")
    yield opened
    opened.close()


def asked(folder, query):
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        return database.execute(query).fetchall()


def old_run(folder, version=2):
    """A run as version 2 (or 1) made it: by its schema files, with two edits that were taken in and one that was not."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        for schema in ("schema.sql", "schema_2.sql")[:version]:
            database.executescript(resources.files("latent_lasso.training").joinpath(schema).read_text(encoding="utf-8"))
        database.execute(f"PRAGMA user_version = {version}")
        database.executemany("INSERT INTO meta VALUES (?, ?)", [("run_id", '"old"'), ("seed", "4")])
        database.executemany("INSERT INTO samples VALUES (?, ?, ?, -1)", [(i, f"id{i}", f"id{i}") for i in range(POINTS)])
        for number, (samples, new, applied) in enumerate([([0, 1, 2], 1, 5), ([2, 3], 2, 9), ([4], 3, None)], 1):
            values = [np.array(v, "<i4").tobytes() for v in (samples, [0] * len(samples), [new] * len(samples))]
            database.execute(
                "INSERT INTO edits VALUES (?, ?, 'g', 'c', 'MOUSE', 'ASSIGN', ?, ?, ?, 0, ?, '', NULL, NULL, NULL, NULL, 0, 0, 0)",
                (number, f"e{number}", *values, applied),
            )
        database.execute("INSERT INTO segments VALUES (1, 'segment-0001.pc2', ?)", (POINTS,))
        database.commit()
    return folder


def test_a_run_of_version_2_is_carried_forward_after_a_copy_and_that_is_said(tmp_path):
    run = old_run(tmp_path / "run")
    store = RunStore.open_run(run)
    assert store.labels.tolist() == [1, 1, 2, 2, 3] + [0] * 7
    assert "of format 2" in store.take_notices()[0] and not store.take_notices()
    store.apply_edits([edit([5], 4)])
    store.close()
    assert asked(run, "PRAGMA user_version") == [(VERSION,)]
    assert [row[0] for row in asked(run, "SELECT points FROM edits ORDER BY number")] == [3, 2, 1, 1]
    with closing(sqlite3.connect(run / "run.sqlite.v2.bak")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (2,)
        assert copy.execute("SELECT COUNT(*) FROM edits").fetchone() == (3,)
    again = RunStore.open_run(run)
    assert again.labels.tolist()[:6] == [1, 1, 2, 2, 3, 4] and not again.notices
    again.close()
    assert main(["info", str(run), "--check"]) == 0


def test_a_run_of_version_1_goes_through_every_step(tmp_path):
    store = RunStore.open_run(old_run(tmp_path / "run", 1))
    assert store.labels.tolist()[:5] == [1, 1, 2, 2, 3]
    store.close()
    assert asked(store.folder, "SELECT COUNT(*) FROM media") == [(0,)] and (store.folder / "run.sqlite.v1.bak").is_file()


def test_a_migration_that_fails_leaves_the_old_version_whole(tmp_path, monkeypatch):
    run = old_run(tmp_path / "run")

    def fails(*_):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("latent_lasso.training.migrations.fill_3", fails)
    with pytest.raises(StoreError, match=r"disk I/O error"):
        RunStore.open_run(run)
    monkeypatch.undo()
    assert asked(run, "PRAGMA user_version") == [(2,)]
    assert "points" not in [row[1] for row in asked(run, "PRAGMA table_info(edits)")]
    store = RunStore.open_run(run)
    assert store.labels.tolist()[:5] == [1, 1, 2, 2, 3]
    store.close()


def test_a_newer_version_is_refused_by_writers_and_readers_in_one_sentence(store):
    store.close()
    with closing(sqlite3.connect(store.folder / DATABASE)) as database:
        database.execute("PRAGMA user_version = 99")
    for opening in (RunStore.open_run, RunHistory, lambda folder: sample_row(folder, 0)):
        with pytest.raises(StoreError, match=r"format 99; this version reads 1 to 3: update the extension"):
            opening(store.folder)


def test_a_run_of_version_2_is_read_without_being_changed(tmp_path):
    run = old_run(tmp_path / "run")
    before = (run / DATABASE).read_bytes()
    history = RunHistory(run)
    assert [(e.count, e.gained) for e in history.edits()] == [(3, 3), (2, 2), (1, 1)]
    history.close()
    assert (run / DATABASE).read_bytes() == before


def test_foreign_keys_hold(store):
    with pytest.raises(sqlite3.IntegrityError):
        store._db.execute("INSERT INTO records VALUES (0, 7, 0, 0, 0, 0, 0, 0)")


def test_on_a_network_drive_the_journal_is_a_rollback_journal_and_its_end_is_synced(store, tmp_path):
    assert store._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()
    connection = connect(store.folder / DATABASE, network=True)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (3,), "EXTRA: the folder too"
    connection.close()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/home/ana/run", "ext4"), ("/net/lab/x.latent", "nfs4"), ("/net/labour", "ext4"), ("/with space/x", "cifs"), ("/", "ext4")],
)
def test_the_kind_of_file_system_is_that_of_the_longest_mount_that_holds_a_folder(path, kind):
    mounts = "/dev/sda / ext4 rw 0 0\nbroken\nserver:/lab /net/lab nfs4 rw 0 0\n//s/c /with\\040space cifs rw 0 0\n"
    assert filesystem.kind_of(path, mounts) == kind


def test_a_read_only_medium_is_read_and_labelling_it_is_refused_with_the_reason(store, monkeypatch):
    store.apply_edits([edit([1], 1)])
    shutil.copytree(store.folder, store.folder.parent / "cut off")  # with a WAL that was not merged
    store.close()
    monkeypatch.setattr(filesystem, "read_only", lambda folder: True)
    view = RunView(store.folder)
    assert view.labels.tolist()[:2] == [0, 1]
    view.close()
    assert not (store.folder / "run.sqlite-shm").exists(), "nothing was written beside it"
    with pytest.raises(StoreError, match=r"Nothing can be written to .* copy the folder"):
        RunStore.open_run(store.folder)
    with pytest.raises(StoreError, match=r"not closed in good order .* copy the folder to a disk that takes writing"):
        RunView(store.folder.parent / "cut off")


def test_a_large_edit_is_compressed_and_comes_back(tmp_path):
    store = made(tmp_path / "run", MANY)
    big = edit(np.arange(0, MANY, 2), 3)
    store.apply_edits([big, edit(np.arange(LARGE - 1), 1)])
    store.close()
    (size, points), (small, few) = asked(store.folder, "SELECT length(new), points FROM edits ORDER BY number")
    assert points == MANY // 2 and size < 400 and small == 4 * few
    again = RunStore.open_run(store.folder)
    assert np.array_equal(again.labels[LARGE:], np.where(np.arange(LARGE, MANY) % 2, 0, 3))
    again.close()


def test_no_more_is_unpacked_than_an_edit_says_it_holds():
    bomb = zlib.compress(b"\0" * 50_000_000)
    with pytest.raises(ValueError, match=r"another number of points"):
        unpacked(bomb, 1000)
    for blob in (bomb[:200], b"x" * 30, "text", None, zlib.compress(b"\0" * 40)):
        with pytest.raises(ValueError, match=r"cannot be unpacked|another number|is no array"):
            unpacked(blob, 1000)
    raw = np.random.default_rng(0).integers(-(2**31), 2**31, MANY).astype("<i4").tobytes()
    assert unpacked(packed(raw), MANY) == raw


def test_an_edit_keeps_source_sequence_wall_time_and_epoch(store):
    store.apply_edits([edit([1], 1, created_unix=5.0), edit([2], 1, created_unix=4.0)])
    store.mark_applied(1, 33, 4.5)
    rows = asked(store.folder, "SELECT number, source, created_unix, epoch, applied_step FROM edits ORDER BY number")
    assert rows == [(1, "MOUSE", 5.0, 4.5, 33), (2, "MOUSE", 4.0, None, None)]


def test_edits_and_the_table_of_labels_are_checked_against_each_other_at_open(store, capsys):
    store.apply_edits([edit([1, 2, 3], 1)])
    store.close()
    assert main(["info", str(store.folder), "--check"]) == 0
    with closing(sqlite3.connect(store.folder / DATABASE)) as database:
        database.execute("UPDATE labels SET categories = ?", (np.zeros(label_table.BLOCK, "<i4").tobytes(),))
        database.commit()
    assert main(["info", str(store.folder), "--check"]) == 3
    assert "table of labels and the edits differ in 3 samples" in capsys.readouterr().err
    again = RunStore.open_run(store.folder)
    assert again.labels.tolist()[:4] == [0, 1, 1, 1] and "in 3 samples; the edits are believed" in again.take_notices()[0]
    again.close()
    assert main(["info", str(store.folder), "--check"]) == 0


def test_where_an_edit_is_damaged_the_table_has_its_labels(store, capsys):
    store.apply_edits([edit([1, 2, 3], 1), edit([4], 2)])
    store.close()
    with closing(sqlite3.connect(store.folder / DATABASE)) as database:
        database.execute("UPDATE edits SET new = ? WHERE number = 1", (np.array([1, 9, 1], "<i4").tobytes(),))
        database.commit()
    again = RunStore.open_run(store.folder)
    assert again.labels.tolist()[:5] == [0, 1, 1, 1, 2] and "Edit 1 of the run is not what was written" in again.notices[0]
    again.apply_edits([edit([5], 2)])
    again.close()
    assert main(["info", str(store.folder), "--check"]) == 3
    assert "its checksum differs" in capsys.readouterr().err


def test_the_check_finds_a_flipped_bit_in_a_recorded_epoch(store, capsys):
    for step in range(3):
        store.record(step, 0.0, np.zeros((POINTS, 3)), np.zeros((POINTS, 3)), {})
    store.close()
    path = store.folder / "segment-0001.state.pc2"
    data = bytearray(path.read_bytes())
    data[32 + POINTS * 12 + 5] ^= 1
    path.write_bytes(data)
    assert main(["info", str(store.folder), "--check", "--json"]) == 3
    assert "epoch of step 1 in segment-0001.state.pc2 is not what was written" in json.loads(capsys.readouterr().out)["problems"][0]


def test_the_folder_says_what_each_of_its_files_is(tmp_path):
    run = train(tmp_path, steps=6)
    text = (run / "README.txt").read_text()
    for path in run.iterdir():
        if path.name != "README.txt":
            name = path.name.split("-")[0].split(".")[0]
            assert name in text, path.name


def test_a_dead_process_s_lock_is_recognised_and_taken_and_a_living_one_s_is_named(store, capsys):
    said = json.loads((store.folder / runlock.NAME).read_text())
    assert said["pid"] == os.getpid() and said["host"] and said["started_unix"] > 1e9
    with pytest.raises(StoreError, match=rf"Another trainer is working on .*process {os.getpid()} on .*since 20"):
        RunStore.open_run(store.folder)
    store.close()
    assert (store.folder / runlock.NAME).read_text() == "", "given back in good order"
    hold = (
        "import sys, os, pathlib; from latent_lasso.training.store import RunStore\n"
        "RunStore.open_run(pathlib.Path(sys.argv[1])); os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", hold, str(store.folder)], check=False)
    assert done.returncode == 9 and (store.folder / runlock.NAME).read_text()
    RunStore.open_run(store.folder).close()
    assert "did not end in good order" in capsys.readouterr().err


def test_on_a_network_drive_a_lock_left_by_another_computer_asks_and_can_be_taken(store, capsys):
    store.close()
    lock = store.folder / runlock.NAME
    lock.write_text(json.dumps({"pid": 7, "host": "elsewhere", "started_unix": 1.7e9}))
    with pytest.raises(StoreError, match=r"network drive and may be in use .process 7 on elsewhere, since 2023.* unlock"):
        runlock.acquire(store.folder, network=True)
    assert main(["unlock", str(store.folder)]) == 0
    assert "process 7 on elsewhere" in capsys.readouterr().out
    runlock.release(runlock.acquire(store.folder, network=True))
    lock.write_text('{"pid": [')
    runlock.release(runlock.acquire(store.folder, network=True))


def test_a_held_run_is_not_given_away_and_no_run_is_no_run(store, tmp_path, capsys):
    assert main(["unlock", str(store.folder)]) == 1
    assert "Another trainer" in capsys.readouterr().err
    assert main(["unlock", str(tmp_path)]) == 1
    assert "no run" in capsys.readouterr().err


def test_a_run_that_was_moved_copied_and_renamed_goes_on(tmp_path):
    run = train(tmp_path, steps=6)
    moved = tmp_path / "other place" / "another näme.latent"
    moved.parent.mkdir()
    shutil.move(run, moved)
    copied = Path(shutil.copytree(moved, tmp_path / "copy.latent"))
    for folder in (moved, copied):
        assert main(["train", str(folder), "--steps=3"]) == 0
        assert RunView(folder).history.records[-1].step == 9


def test_labels_of_a_copy_stay_out_of_the_original(tmp_path):
    store = made(tmp_path / "run")
    store.close()
    copied = RunStore.open_run(Path(shutil.copytree(store.folder, tmp_path / "copy")))
    copied.apply_edits([edit([1], 1)])
    copied.close()
    again = RunStore.open_run(store.folder)
    assert not again.labels.any()
    again.close()
