"""A run folder that somebody sent: opening it writes, deletes and runs nothing of what was put there to be followed."""

import io
import os
import sqlite3
import struct
import zipfile
from contextlib import closing

import numpy as np
import pytest
import torch
from runs import made
from test_store import edit

from latent_lasso.core.errors import StoreError, TrainerError
from latent_lasso.training import checkpoints, foreign, opening, protocol, run_view, runlock
from latent_lasso.training.client import TrainerClient
from latent_lasso.training.datasets import DatasetRef
from latent_lasso.training.datasets.preprocessing import FILE, Preprocessing
from latent_lasso.training.store import DATABASE, RunStore


@pytest.fixture
def run(tmp_path):
    made(tmp_path / "run").close()
    return tmp_path / "run"


@pytest.fixture
def precious(tmp_path):
    path = tmp_path / "thesis.txt"
    path.write_bytes(b"precious" * 100)
    return path


def tell(run, script):
    with closing(sqlite3.connect(run / DATABASE)) as database:
        database.executescript(script)


OPENINGS = [RunStore.open_run, run_view.RunView, run_view.data_folder, runlock.take]


@pytest.mark.parametrize(
    "name",
    ["run.lock", "README.txt", "run.sqlite-wal", "segment-0001.state.pc2", "checkpoint-000000005.partial", "trainer.log", "events"],
)
def test_a_link_in_a_run_folder_is_never_written_through(run, precious, name):
    (run / name).unlink(missing_ok=True)
    (run / name).symlink_to(precious)
    for opening_of in OPENINGS:
        with pytest.raises(StoreError, match=r"may not hold links, pipes or devices \(.*\); put the file itself there"):
            opening_of(run)
    assert precious.read_bytes() == b"precious" * 100


def test_a_pipe_in_a_run_folder_holds_nobody_up(run):
    (run / runlock.NAME).unlink()
    os.mkfifo(run / runlock.NAME)
    for opening_of in OPENINGS:
        with pytest.raises(StoreError, match="pipes"):
            opening_of(run)


def test_a_link_in_a_folder_that_a_run_is_to_be_made_in_is_never_written_through(tmp_path, precious):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "preprocessing.npz.partial").symlink_to(precious)
    asked = protocol.Open("", 1, "c", str(tmp_path / "new"), DatasetRef("digits"), {})
    with pytest.raises(StoreError, match="links"):
        opening.open_run(asked, lambda message: None)
    assert precious.read_bytes() == b"precious" * 100


def test_a_link_for_a_log_is_never_written_through(tmp_path, precious):
    (tmp_path / "trainer.log").symlink_to(precious)
    with pytest.raises(TrainerError, match="log may not be written"):
        TrainerClient.start("python", tmp_path / "trainer.log")
    assert precious.read_bytes() == b"precious" * 100


def journal_that_names(run, victim):
    """A hot journal of SQLite as part of a change of several databases, whose common journal is said to be `victim`."""
    with closing(sqlite3.connect(run / DATABASE)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    name, magic = str(victim).encode(), foreign.JOURNAL_MAGIC
    head = (magic + struct.pack(">5I", 0, 0, (run / DATABASE).stat().st_size // 4096, 512, 4096)).ljust(512, b"\0")
    tail = struct.pack(">I", 0x40000000 // 4096 + 1) + name + struct.pack(">II", len(name), sum(name)) + magic
    (run / f"{DATABASE}-journal").write_bytes(head + tail)


def test_a_journal_that_names_a_file_elsewhere_deletes_it_in_sqlite_alone(run, precious):
    journal_that_names(run, precious)
    for opening_of in OPENINGS:
        with pytest.raises(StoreError, match="lies elsewhere"):
            opening_of(run)
    assert precious.is_file()
    with closing(sqlite3.connect(run / DATABASE)) as database:
        database.execute("SELECT COUNT(*) FROM samples").fetchone()
    assert not precious.is_file(), "SQLite itself deletes it no more: the check may go"


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TRIGGER t AFTER INSERT ON edits BEGIN DELETE FROM edits; DELETE FROM labels; END",
        "DROP TABLE edits; CREATE VIEW edits AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n",
        "DROP TABLE labels; CREATE TABLE labels (block INTEGER PRIMARY KEY ON CONFLICT IGNORE, categories BLOB NOT NULL)",
        "DROP TABLE media; CREATE TABLE media (sample INTEGER PRIMARY KEY, file TEXT AS (hex(zeroblob(400000000))))",
        "CREATE INDEX slow ON edits (hex(zeroblob(length(edit_id) * 1000000)))",
        "CREATE TABLE other (edit INTEGER PRIMARY KEY REFERENCES edits ON DELETE CASCADE)",
        "CREATE VIRTUAL TABLE words USING fts5(name)",
    ],
    ids=["trigger", "view", "conflict", "generated", "index", "table", "virtual"],
)
def test_a_database_that_does_something_by_itself_is_refused_before_it_can(run, script):
    tell(run, script)
    for opening_of in (RunStore.open_run, run_view.RunView, run_view.data_folder):
        with pytest.raises(StoreError, match=r"no trainer made \((trigger|view|table|index) \w+\); do not use this run"):
            opening_of(run)


def test_what_a_look_at_the_database_leaves_in_it_is_no_reason_to_refuse_a_run(run):
    tell(run, "ANALYZE; VACUUM; PRAGMA optimize; REINDEX")
    store = RunStore.open_run(run)
    store.apply_edits([edit(np.arange(3), 1)])
    store.close()
    assert run_view.RunView(run).labels.sum() == 3


@pytest.mark.parametrize("text", ['{"pid": 1e400, "host": "a", "started_unix": 1}', '{"pid": 1, "host": "a", "started_unix": NaN}'])
def test_a_lock_whose_numbers_are_none_is_taken_like_any_other_that_was_left(run, text):
    (run / runlock.NAME).write_text(text)
    str(runlock.holder(run))
    RunStore.open_run(run).close()


class Asks:
    """What torch's weights_only takes for data: a call that makes 2 GB of a few bytes."""

    def __reduce__(self):
        return bytearray, (2**31,)


def compressed(path):
    """The same archive, its members compressed."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.mark.parametrize("kind", ["compressed", "asks", "asks, in the old format"])
def test_a_checkpoint_that_asks_for_more_memory_than_it_has_bytes_is_passed_over(tmp_path, kind):
    path = tmp_path / checkpoints.name_of(1)
    held = torch.zeros(20_000_000) if kind == "compressed" else Asks()
    torch.save({"network": {"weight": held}}, path, _use_new_zipfile_serialization="old" not in kind)
    if kind == "compressed":
        compressed(path)
    assert path.stat().st_size < 100_000
    assert checkpoints.read(path) is None


def test_a_checkpoint_of_tensors_alone_is_read(tmp_path):
    states = {"network": {"weight": torch.ones(3, dtype=torch.bfloat16)}, "list": [1, 2.5, None, "a", torch.zeros(2).int()]}
    checkpoints.save(tmp_path, 1, states)
    assert checkpoints.read(tmp_path / checkpoints.name_of(1)) is not None


def test_a_preprocessing_that_unpacks_to_more_than_it_takes_on_disk_is_not_read(tmp_path):
    Preprocessing({}, {"mean": np.zeros(20_000_000, np.float32)}).save(tmp_path)
    compressed(tmp_path / FILE)
    with pytest.raises(StoreError, match="unpack to more than it takes on disk"):
        Preprocessing.load(tmp_path)


def test_a_preprocessing_whose_header_promises_terabytes_is_not_read(tmp_path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": (2**45,)})
    with zipfile.ZipFile(tmp_path / FILE, "w") as archive:
        archive.writestr("steps.npy", header.getvalue())
    with pytest.raises(StoreError, match="is damaged"):
        Preprocessing.load(tmp_path)
