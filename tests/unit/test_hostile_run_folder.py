"""A run folder that somebody sent, or that nothing can be written to: it names no file outside itself, and what is wrong is one

sentence.
"""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from latent_lasso.core.errors import StoreError
from latent_lasso.training import run_view, runlock
from latent_lasso.training.cli import main
from latent_lasso.training.exports.tiles import tile_pictures
from latent_lasso.training.history import RunHistory
from latent_lasso.training.reading import inside
from latent_lasso.training.segments import HEADER, SIGNATURE, read_sample
from latent_lasso.training.store import DATABASE, RunStore

POINTS = 6


@pytest.fixture
def run(tmp_path):
    ids = [f"id{n}" for n in range(POINTS)]
    atlas = {"file": "atlas.png", "tile_px": 8, "columns": 2, "rows": 3, "gutter": 1}
    meta = {
        "atlas": atlas,
        "description": {"source": "x"},
        "configuration": {},
        "dataset": {"kind": "digits", "path": "", "options": {}},
    }
    store = RunStore.create(tmp_path / "run", ids, ids, np.full(POINTS, -1, np.int32), meta)
    store.close()
    return tmp_path / "run"


def tell(run, statement, *values):
    with closing(sqlite3.connect(run / DATABASE)) as database, database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute(statement, values)


@pytest.mark.parametrize(
    "name", ["../outside.pc2", "/tmp/outside.pc2", "..\\outside.pc2", "sub/segment-0001.pc2", ""]
)
def test_a_segment_outside_the_run_folder_is_neither_read_nor_written_nor_deleted(run, tmp_path, name):
    outside = tmp_path / "outside.pc2"
    outside.write_bytes(HEADER.pack(SIGNATURE, 1, POINTS, 0.0, 1.0, 1) + bytes(POINTS * 12))
    before = outside.read_bytes()
    tell(run, "INSERT INTO segments VALUES (1, ?, ?)", name, POINTS)
    tell(run, "INSERT INTO records VALUES (1, 1, 0, 3, 0.5, 0, 0, 1.0)")
    with pytest.raises(StoreError, match="lies elsewhere"):
        RunHistory(run)
    with pytest.raises(StoreError, match="lies elsewhere"):
        RunStore.open_run(run).last_record()
    assert outside.read_bytes() == before


def test_a_link_in_a_run_folder_leads_nowhere(run, tmp_path):
    secret = tmp_path / "secret.pc2"
    secret.write_bytes(b"secret")
    (run / "segment-0001.pc2").symlink_to(secret)
    with pytest.raises(StoreError, match="lies elsewhere"):
        inside(run, "segment-0001.pc2")
    assert secret.read_bytes() == b"secret"


def test_the_pictures_of_a_run_lie_in_its_folder(run, tmp_path):
    tell(
        run,
        'UPDATE meta SET value = \'{"file": "../a.png", "tile_px": 8, "columns": 2, "gutter": 1}\' WHERE key = \'atlas\'',
    )
    view = run_view.RunView(run)
    with pytest.raises(StoreError, match="lies elsewhere"):
        tile_pictures(view)
    view.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET value = '[[[' WHERE key = 'dataset'",
        "UPDATE meta SET value = '7' WHERE key = 'dataset'",
        f"UPDATE meta SET value = '{'[' * 5000}' WHERE key = 'dataset'",
        "UPDATE samples SET tile = 'x'",
        "UPDATE samples SET tile = 1e300",
    ],
)
def test_cells_of_another_type_are_one_sentence(run, statement):
    tell(run, statement)
    with pytest.raises(StoreError) as raised:
        run_view.data_folder(run)
        run_view.RunView(run)
    assert "damaged" in raised.value.sentence or "cannot be read" in raised.value.sentence
    assert raised.value.sentence.isprintable() and raised.value.sentence.endswith(".")


def test_a_lock_that_cannot_be_opened_is_one_sentence_that_says_what_to_do(run, tmp_path, capsys):
    with pytest.raises(StoreError, match=r"lock of the run in .*gone cannot be opened \(.*\); see that this folder is there"):
        runlock.take(tmp_path / "gone")
    (run / runlock.NAME).unlink()
    (run / runlock.NAME).mkdir()
    assert main(["unlock", str(run)]) == 1
    said = capsys.readouterr().err
    assert "cannot be opened" in said and "can be written to" in said and "Traceback" not in said
    with pytest.raises(StoreError, match="cannot be opened"):
        RunStore.open_run(run)


def test_a_point_cache_that_promises_more_than_it_holds_allocates_nothing(tmp_path):
    path = tmp_path / "lying.pc2"
    path.write_bytes(HEADER.pack(SIGNATURE, 1, 2**31 - 1, 0.0, 1.0, 2**31 - 1))
    with pytest.raises(StoreError, match="cut off"):
        read_sample(path, 5)
