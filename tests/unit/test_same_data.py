"""The data of a run when it is read again: grown, reordered, changed, shortened, gone. Ids and content are compared."""

import re
import uuid

import numpy as np
import pytest

from latent_lasso.core.errors import DataError
from latent_lasso.core.version import PROTOCOL, VERSION
from latent_lasso.training import opening, protocol
from latent_lasso.training.branching import branch
from latent_lasso.training.cli import main
from latent_lasso.training.datasets import DatasetRef, open_dataset
from latent_lasso.training.relocation import relocate
from latent_lasso.training.replay import replay
from latent_lasso.training.same_data import OtherDataError

RNG = np.random.default_rng(3)
X = RNG.normal(size=(30, 4)).astype(np.float32)
WORDS = [f"tree number {n} is an {'oak' if n % 2 else 'elm'} of {n * n} years" for n in range(30)]


def arrays(path, x=X, **more):
    np.savez(path, x=x, **more)


def table(path, x=X, ids=None):
    head = ("id," if ids is not None else "") + "a,b,c,d\n"
    lines = [(f"{ids[n]}," if ids is not None else "") + ",".join(f"{v:.6f}" for v in row) + "\n" for n, row in enumerate(x)]
    path.write_text(head + "".join(lines))


def words(path, texts=WORDS):
    path.write_text("".join(f'{{"text": "{text}"}}\n' for text in texts))


def opened(run, reference=None):
    """(the open run, what was said of it)"""
    said = []
    message = protocol.Open(VERSION, PROTOCOL, uuid.uuid4().hex, str(run), reference, {"seed": 1} if reference else {})
    return opening.open_run(message, said.append), said


def begun(folder, name, write):
    """(the run of a file, the features it began with)"""
    write(folder / name)
    first, _ = opened(folder / "run", DatasetRef("auto", str(folder / name)))
    first.store.close()
    return folder / "run", first.dataset.features


def again(run):
    """(the data set, why the cloud does not move, what was noted)"""
    second, said = opened(run)
    second.store.close()
    return second.dataset, second.missing, [m.sentence for m in said if isinstance(m, protocol.Failed)]


@pytest.mark.parametrize(("name", "write", "grow"), [
    ("t.npz", arrays, lambda p: arrays(p, np.concatenate([X[:7], X[7:9] * 40, X[7:], X[:2] + 5]))),
    ("t.csv", table, lambda p: table(p, np.concatenate([X, X[:4] + 9]))),
    ("t.jsonl", words, lambda p: words(p, [*WORDS[:5], "a palm", *WORDS[5:], "a fern"])),
])  # fmt: skip
def test_data_that_grew_goes_on_with_the_samples_that_the_run_began_with(tmp_path, name, write, grow):
    run, features = begun(tmp_path, name, write)
    grow(tmp_path / name)
    dataset, missing, said = again(run)
    assert missing in ("", opening.NO_TORCH) and len(said) == 1
    assert "samples more than this run began with; they are left out" in said[0] and name in said[0]
    assert np.array_equal(dataset.features, features), "scaled as the run's"


def test_data_that_only_has_to_be_scaled_as_the_run_s_is_the_same_and_nothing_is_said_of_it(tmp_path):
    run, features = begun(tmp_path, "t.csv", table)
    lines = (tmp_path / "t.csv").read_text().splitlines()
    (tmp_path / "t.csv").write_text("\n".join([lines[0] + ",e", *(f"{line},{n}" for n, line in enumerate(lines[1:]))]) + "\n")
    grown = open_dataset(DatasetRef("auto", str(tmp_path / "t.csv")))
    assert grown.features.shape == (30, 5), "scaled anew it is other data"
    dataset, missing, said = again(run)
    assert missing in ("", opening.NO_TORCH) and said == []
    assert np.array_equal(dataset.features, features)


@pytest.mark.parametrize(("name", "write", "turn"), [
    ("t.npz", arrays, lambda p: arrays(p, X[::-1])),
    ("t.jsonl", words, lambda p: words(p, WORDS[::-1])),
])  # fmt: skip
def test_data_that_was_reordered_is_put_in_order_by_its_content(tmp_path, name, write, turn):
    run, features = begun(tmp_path, name, write)
    turn(tmp_path / name)
    dataset, missing, said = again(run)
    assert missing in ("", opening.NO_TORCH)
    assert said == [f"{name} has its samples in another order than this run began with; each was found again."]
    assert np.allclose(dataset.features, features, atol=1e-6) and dataset.size == 30


def numbered(p):
    table(p, ids=range(30))


REFUSED = {
    "reordered under ids of its own": (lambda p: table(p, X[::-1], ids=range(29, -1, -1)), "in another order .* restore the order"),
    "other content under the same ids": (lambda p: table(p, X + 1, ids=range(30)), "the content of some of them changed"),
    "shortened": (lambda p: table(p, X[:22], ids=range(22)), "lacks 8 of the 30 samples"),
    "other data": (lambda p: table(p, ids=range(500, 530)), "holds other data than this run began"),
    "gone": (lambda p: p.unlink(), "There is nothing at"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_the_same_data_is_refused_in_a_sentence_that_says_why_and_labels_go_on(tmp_path, case):
    change, words_ = REFUSED[case]
    run, _ = begun(tmp_path, "t.csv", numbered)
    change(tmp_path / "t.csv")
    dataset, missing, _ = again(run)
    assert dataset is None and missing.startswith("The cloud can be labelled but does not move: ") and missing.endswith(".")
    assert re.search(words_, missing) and "t.csv" in missing


def test_data_that_was_moved_is_taken_again_only_where_it_is_the_same(tmp_path):
    run, _ = begun(tmp_path, "t.npz", arrays)
    (tmp_path / "t.npz").rename(tmp_path / "there.npz")
    assert again(run)[0] is None
    arrays(tmp_path / "other.npz", X + 1)
    with pytest.raises(OtherDataError, match=r"other\.npz holds other data than this run began with; choose what it was made from"):
        relocate(run, tmp_path / "other.npz", lambda share, text: None)
    (tmp_path / "broken.npz").write_bytes((tmp_path / "there.npz").read_bytes()[:-40])
    for name in ("broken.npz", "nothing.npz"):  # no data at all: the reader's own sentence says what to do
        with pytest.raises(DataError) as read:
            open_dataset(DatasetRef("arrays", str(tmp_path / name)))
        with pytest.raises(DataError) as moved:
            relocate(run, tmp_path / name, lambda share, text: None)
        assert moved.value.sentence == read.value.sentence and type(moved.value) is DataError
    relocate(run, tmp_path / "there.npz", lambda share, text: None)
    assert again(run)[0].size == 30


@pytest.mark.parametrize("change", [lambda: np.concatenate([X[:3] + 7, X]), lambda: X[::-1]], ids=["grown", "reordered"])
def test_a_run_of_data_that_changed_around_it_is_repeated_and_branched_bit_for_bit(tmp_path, change):
    arrays(tmp_path / "t.npz")
    run, later = tmp_path / "t.latent", tmp_path / "later.latent"
    assert main(["train", str(tmp_path / "t.npz"), "-o", str(run), "--steps=12"]) == 0
    arrays(tmp_path / "t.npz", change())
    again = replay(run, lambda share, text: None)
    assert again.equal == again.records > 1, again
    branch(run, 1, later, lambda share, text: None)
    assert main(["train", str(later), "--steps=8"]) == 0
