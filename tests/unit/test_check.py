"""`info --check` on a database whose cells hold anything, and a history of which edits are missing."""

import sqlite3
from contextlib import closing

import pytest
from runs import made, recorded
from test_store import edit

from latent_lasso.training.soundness import examine
from latent_lasso.training.store import DATABASE, RunStore


@pytest.fixture
def run(tmp_path):
    store = made(tmp_path / "run")
    store.apply_edits([edit([0, 1], 1), edit([1, 2], 2), edit([2], 3)])
    recorded(store, [1, 2])
    store.close()
    return tmp_path / "run"


def change(run, statement):
    with closing(sqlite3.connect(run / DATABASE)) as database, database:
        database.execute(statement)


def problems(run):
    return examine(run, lambda share, text: None).problems


@pytest.mark.parametrize("cell", ["row = 'x'", "row = 1e300", "row = 9223372036854775807", "row = -1"])
def test_a_recorded_epoch_that_is_said_to_lie_nowhere_is_a_problem_in_words(run, cell):
    change(run, f"UPDATE records SET {cell}")
    assert len(problems(run)) == 1


def test_a_segment_whose_name_is_no_text_is_a_problem_in_words(run):
    change(run, "UPDATE segments SET file = x'00'")
    assert len(problems(run)) == 1


def test_edits_that_are_missing_from_the_history_are_found_and_their_labels_stay_those_of_the_table(run):
    assert problems(run) == []
    change(run, "DELETE FROM edits WHERE number = 2")
    assert any("1 edits are missing from the history" in problem for problem in problems(run))
    store = RunStore.open_run(run)
    assert store.labels.tolist()[:3] == [1, 2, 3], "sample 1 was called 2 by the edit that is missing"
    assert "are missing from the history" in store.notices[0] and "those of the table" in store.notices[0]
    store.close()
    again = RunStore.open_run(run)
    assert again.labels.tolist()[:3] == [1, 2, 3]
    again.close()
