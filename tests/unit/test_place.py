"""Where a run lies: a place that cannot be used is said to be one, and no label is acknowledged into a folder that is gone."""

import errno
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import PureWindowsPath

import pytest
from runs import POINTS, made
from test_store import edit

from latent_lasso.core.errors import StoreError
from latent_lasso.training import disk, protocol, runlock
from latent_lasso.training.reading import address
from latent_lasso.training.run_view import RunView
from latent_lasso.training.store import DATABASE, RunStore

unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no folder that is in use")


def test_a_run_that_another_program_has_open_is_not_said_to_be_damaged(tmp_path):
    made(tmp_path / "run").close()
    with closing(sqlite3.connect(tmp_path / "run" / DATABASE)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        for opens in (RunStore.open_run, RunView):
            with pytest.raises(StoreError, match=r"cannot be read or written now \(database is locked\).*no other program"):
                opens(tmp_path / "run")


@unix
def test_a_path_that_is_too_long_is_said_to_be_too_long(tmp_path):
    made(tmp_path / "run").close()
    folder = tmp_path
    while len(str(folder)) < 520:
        folder /= "x" * 60
    with pytest.raises(StoreError, match=r"is too long \(\d+ bytes, 480 are possible\); choose a shorter one"):
        made(folder / "new")
    shutil.copytree(tmp_path / "run", folder / "moved")
    for opens in (RunStore.open_run, RunView):
        with pytest.raises(StoreError, match="is too long"):
            opens(folder / "moved")


def test_a_disk_that_cannot_lock_is_not_said_to_be_another_trainer(tmp_path, monkeypatch):
    made(tmp_path / "run").close()

    def cannot(stream):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(runlock, "lock", cannot)
    with pytest.raises(StoreError, match=r"cannot be locked \(No locks available\)"):
        RunStore.open_run(tmp_path / "run")


def test_a_share_of_windows_has_an_address_that_sqlite_takes(monkeypatch):
    monkeypatch.setattr(PureWindowsPath, "absolute", lambda self: self, raising=False)
    monkeypatch.setattr("latent_lasso.training.filesystem.read_only", lambda folder: False)
    assert address(PureWindowsPath(r"\\server\share\a b\run.sqlite")) == "file:////server/share/a%20b/run.sqlite"
    assert address(PureWindowsPath(r"C:\a\run.sqlite")) == "file:///C:/a/run.sqlite"


@unix
@pytest.mark.parametrize("becomes", ["deleted", "moved", "replaced"])
def test_a_label_is_not_acknowledged_into_a_folder_that_is_gone(tmp_path, becomes):
    store = made(tmp_path / "run")
    backlog, first, second = disk.Backlog(store), edit([0, 1], 1), edit([2], 2)
    assert backlog.take([protocol.ApplyEdits([first])])[0][0].edit_ids == [first.edit_id]
    shutil.copytree(tmp_path / "run", tmp_path / "copy")
    (tmp_path / "run").rename(tmp_path / "away")
    if becomes == "deleted":
        shutil.rmtree(tmp_path / "away")
    elif becomes == "replaced":
        (tmp_path / "copy").rename(tmp_path / "run")
    done, wrong = backlog.take([protocol.ApplyEdits([second])])
    assert not done and "was moved, deleted or replaced" in wrong[0].sentence and disk.passes(wrong[0])
    if becomes == "moved":
        (tmp_path / "away").rename(tmp_path / "run")
        done, wrong = backlog.take([])
        assert done[0].edit_ids == [second.edit_id] and not wrong
        store.close()
        again = RunStore.open_run(tmp_path / "run")
        assert again.labels.tolist() == [1, 1, 2] + [0] * (POINTS - 3) and again.edits == 2
        again.close()
