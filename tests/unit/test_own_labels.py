"""The labels that data came with, in a run that was damaged since: a sentence, and everything else goes on."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from test_trainer_process import Child

from latent_lasso.core import outside_json
from latent_lasso.core.errors import StoreError
from latent_lasso.core.version import PROTOCOL, VERSION
from latent_lasso.training import opening, own_labels, protocol
from latent_lasso.training.datasets import DatasetRef
from latent_lasso.training.history import RunHistory
from latent_lasso.training.store import DATABASE
from latent_lasso.training.undoing import last_standing

ROWS = 60
NESTED = "[" * (outside_json.MOST_DEPTH + 1) + "]" * (outside_json.MOST_DEPTH + 1)


@pytest.fixture
def run(tmp_path):
    """A run of labelled data that no trainer has opened yet."""
    values = np.random.default_rng(0).normal(size=(ROWS, 3))
    rows = [f"{a:.4f},{b:.4f},{c:.4f},{'oak' if n % 2 else 'elm'}" for n, (a, b, c) in enumerate(values)]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,c,label", *rows]) + "\n", encoding="utf-8")
    reference = DatasetRef("auto", str(tmp_path / "t.csv"))
    message = protocol.Open(VERSION, PROTOCOL, "c", str(tmp_path / "run"), reference, {"threads": 1})
    opening.open_run(message, lambda message: None).store.close()
    return tmp_path / "run"


def tell(run, statement, *values):
    with closing(sqlite3.connect(run / DATABASE)) as database, database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute(statement, values)


def test_a_trainer_whose_run_s_first_edit_is_damaged_says_so_and_trains_with_the_labels_of_the_table(run, tmp_path):
    assert np.count_nonzero(own_labels.read(run, ROWS)) == ROWS
    tell(run, "UPDATE edits SET crc = crc + 1 WHERE number = 1")
    child = Child(tmp_path)
    child.open(dataset=None)
    opened = child.until(protocol.Opened)
    assert np.count_nonzero(opened.category) == ROWS
    said = child.until(protocol.Failed, lambda message: "Epoch 0" in message.sentence)
    assert said.code == "MENDED" and not said.fatal
    assert said.sentence.startswith("Epoch 0 lacks the labels that the data came with: Edit 1 of the run is not what was written")
    child.client.send(protocol.Lease(4, 60.0))
    assert child.until(protocol.Snapshot, lambda message: message.step == 4).records >= 1
    assert not [message for message in child.messages if isinstance(message, protocol.Failed) and message.fatal]
    assert child.client.close() == 0
    with closing(sqlite3.connect(run / DATABASE)) as database:
        assert database.execute("SELECT applied_step FROM edits").fetchall() == [(0,)], "the engine took them in"


DAMAGE = {
    "a note that nests too deep": ("UPDATE meta SET value = ? WHERE key = 'description'", NESTED),
    "a note that is no JSON": ("UPDATE meta SET value = ? WHERE key = 'description'", "{"),
    "a note of another kind": ("UPDATE meta SET value = ? WHERE key = 'description'", "7"),
    "a table that is gone": ("DROP TABLE edits",),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_what_asks_for_them_in_a_damaged_run_gets_one_sentence_that_names_its_folder(run, case):
    history = RunHistory(run)
    tell(run, *DAMAGE[case])
    asks = (
        lambda: own_labels.read(run, ROWS),
        lambda: own_labels.number(run, history.connection),
        lambda: last_standing(run, set()),
    )
    for ask in asks:
        with pytest.raises(StoreError, match=r"The run in .*run is damaged \(.*\); restore it from a copy\."):
            ask()
    history.close()
