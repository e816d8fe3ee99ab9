"""A branch: an earlier epoch of a run as a run of its own, bit for bit, and the old one as it was."""

import hashlib
import json
import sqlite3

import numpy as np
import pytest
from test_command_line import train

from latent_lasso.core.edits import LabelEdit, new_id
from latent_lasso.core.errors import StoreError
from latent_lasso.training.branching import branch
from latent_lasso.training.cli import main
from latent_lasso.training.replay import replay
from latent_lasso.training.run_view import RunView
from latent_lasso.training.segments import read_sample
from latent_lasso.training.store import RunStore
from latent_lasso.training.undoing import last_standing


def silent(share, text):
    pass


def relabel(run, samples, category):
    """Another label edit on a run that is closed; the next trainer takes it in."""
    store = RunStore.open_run(run)
    rows = np.array(samples, dtype=np.int32)
    edit = LabelEdit(
        edit_id=new_id(), gesture_id=new_id(), client_id="test", source="MOUSE", mode="ASSIGN", samples=rows,
        old=store.labels[rows], new=np.full(len(rows), category, dtype=np.int32), annotator="", created_unix=0.0,
    )  # fmt: skip
    store.apply_edits([edit])
    store.close()


@pytest.fixture
def run(tmp_path):
    """A run with labels, trained, labelled again, trained on after a restart."""
    folder = train(tmp_path, steps=12)
    relabel(folder, [1, 3], 2)
    assert main(["train", str(folder), "--steps=14"]) == 0
    return folder


def files(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def records(folder):
    view = RunView(folder)
    found = [(r.step, read_sample(view.history.positions_path, r.row)) for r in view.history.records]
    view.close()
    return found


def test_a_branch_holds_the_past_bit_for_bit_and_the_old_run_stays_byte_for_byte(run, tmp_path):
    before = files(run)
    epochs = {r.step: r.epoch for r in RunView(run).history.records}
    middle = sorted(epochs)[len(epochs) // 2]
    made = branch(run, epochs[middle], tmp_path / "b.latent", silent)
    assert files(run) == before
    assert made.step == middle and made.distance == 0 and made.epoch == epochs[middle]
    old, new = records(run), records(tmp_path / "b.latent")
    assert [step for step, _ in new] == [step for step, _ in old if step <= middle]
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(old, new, strict=False))
    view, past = RunView(tmp_path / "b.latent"), RunView(run)
    assert view.meta["run_id"] != past.meta["run_id"] == view.meta["branched_from"]["run_id"]
    assert view.ids == past.ids and view.categories == past.categories
    view.close()
    past.close()


def test_labels_that_came_later_are_told_and_not_in_the_branch(run, tmp_path):
    first = branch(run, RunView(run).history.records[-1].epoch * 0.4, tmp_path / "early.latent", silent)
    assert first.edits == 1 and len(first.left_out) == 1 and ": 2 samples" in first.left_out[0]
    early = RunView(tmp_path / "early.latent")
    assert np.array_equal(early.labels, RunView(run).labels_after(1))
    early.close()
    whole = branch(run, 1e9, tmp_path / "late.latent", silent)
    assert whole.edits == 2 and not whole.left_out
    late = RunView(tmp_path / "late.latent")
    assert np.array_equal(late.labels, RunView(run).labels)
    late.close()


def test_epoch_0_shows_and_a_branch_from_it_holds_the_labels_that_the_data_came_with_and_no_others(run, tmp_path):
    old = RunView(run)
    own = old.labels_after(1)
    first = old.history.records[0]
    assert (first.step, first.epoch) == (0, 0.0) and own.any()
    assert np.array_equal(read_sample(old.history.state_path, first.row)[:, 0], own), "the timeline shows them at epoch 0"
    old.close()
    made = branch(run, 0.0, tmp_path / "b.latent", silent)
    assert (made.step, made.edits, made.distance, len(made.left_out)) == (0, 1, 0, 1)
    view = RunView(tmp_path / "b.latent")
    assert np.array_equal(view.labels, own)
    view.close()
    assert main(["train", str(tmp_path / "b.latent"), "--steps=6"]) == 0
    again = replay(tmp_path / "b.latent", silent)
    assert again.first == -1 and again.equal == again.records >= 2


def test_an_older_run_that_noted_them_after_epoch_0_branches_with_them_too(run, tmp_path):
    database = sqlite3.connect(run / "run.sqlite")
    with database:
        row = database.execute("SELECT number FROM engine_log WHERE what = 'record' ORDER BY number").fetchone()[0]
        database.execute("UPDATE engine_log SET number = -1 WHERE number = ?", (row,))
        database.execute("UPDATE engine_log SET number = ? WHERE number = ?", (row, row - 1))
        database.execute("UPDATE engine_log SET number = ? WHERE number = -1", (row - 1,))
    database.close()
    assert [what for _, what, _ in RunView(run).engine_log()][:3] == ["start", "record", "labels"]
    made = branch(run, 0.0, tmp_path / "b.latent", silent)
    assert made.edits == 1 and made.distance == 0
    assert np.array_equal(RunView(tmp_path / "b.latent").labels, RunView(run).labels_after(1))


def test_labels_imported_as_a_first_act_are_somebodys_so_they_come_after_epoch_0_and_can_be_taken_back(tmp_path):
    (tmp_path / "labels.csv").write_text("id,category\nt0,a\nt1,b\n", encoding="utf-8")
    plain, ids = tmp_path / "plain.npz", np.array([f"t{n}" for n in range(30)])
    np.savez(plain, x=np.random.default_rng(0).normal(size=(30, 4)), ids=ids)
    folder = train(tmp_path, "--labels", str(tmp_path / "labels.csv"), steps=2, data=lambda _: plain)
    made = branch(folder, 0.0, tmp_path / "b.latent", silent)
    assert made.edits == 0 and made.left_out == ("a, b: 2 samples, seen at step 0",)
    edit = last_standing(folder, set())
    assert edit is not None and edit.samples.tolist() == [0, 1]


def test_a_branch_trains_on_and_can_be_replayed(run, tmp_path):
    made = branch(run, RunView(run).history.records[-2].epoch, tmp_path / "b.latent", silent)
    relabel(tmp_path / "b.latent", [2], 1)
    assert main(["train", str(tmp_path / "b.latent"), "--steps=9"]) == 0
    view = RunView(tmp_path / "b.latent")
    assert view.history.records[-1].step == made.step + 9 and len(view.edits) == made.edits + 1
    view.close()
    again = replay(tmp_path / "b.latent", silent)
    assert again.first == -1 and again.records == again.equal >= 3


def test_without_its_checkpoints_a_run_is_brought_back_from_its_beginning(run, tmp_path):
    for path in run.glob("checkpoint-*.pt"):
        path.unlink()
    made = branch(run, RunView(run).history.records[1].epoch, tmp_path / "b.latent", silent)
    assert made.began == 0 and made.distance == 0


def test_going_the_same_way_again_ends_in_the_same_place(run, tmp_path):
    last = RunView(run).history.records[-1]
    branch(run, 0.9 * last.epoch, tmp_path / "b.latent", silent)
    step = RunView(tmp_path / "b.latent").history.records[-1].step
    assert main(["train", str(tmp_path / "b.latent"), f"--steps={last.step - step}"]) == 0
    a, b = records(run)[-1], records(tmp_path / "b.latent")[-1]
    assert a[0] == b[0] and np.array_equal(a[1], b[1])


def test_the_command_says_what_it_made_and_what_it_left_out(run, tmp_path, capsys):
    capsys.readouterr()
    assert main(["branch", str(run), "--epoch=11", "-o", str(tmp_path / "b.latent"), "--json"]) == 0
    said = capsys.readouterr()
    facts = json.loads(said.out)
    assert facts["run"] == str(tmp_path / "b.latent") and len(facts["left_out"]) == 1
    assert "Not in the branch" in said.err
    assert main(["branch", str(run), "--epoch=1", "-o", str(tmp_path / "b.latent")]) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["branch", str(run), "--epoch=-1", "-o", str(tmp_path / "c.latent")]) == 1
    assert "0 or more" in capsys.readouterr().err
    assert not (tmp_path / "c.latent").exists()


def test_a_branch_that_cannot_be_written_leaves_nothing(run, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError, match="could not be written"):
        branch(run, 1.0, tmp_path / "file" / "b.latent", silent)
    with pytest.raises(StoreError, match="no run"):
        branch(tmp_path / "none", 1.0, tmp_path / "b.latent", silent)
