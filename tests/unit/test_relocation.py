"""Data that was moved: a run finds it again, and takes nothing else for it."""

import numpy as np
import pytest
from test_command_line import train

from latent_lasso.core.errors import DataError, StoreError
from latent_lasso.training.cli import main
from latent_lasso.training.relocation import relocate
from latent_lasso.training.run_view import RunView
from latent_lasso.training.store import RunStore


def silent(share, text):
    pass


@pytest.fixture
def moved(tmp_path):
    """(a run, where its data lies now)"""
    run = train(tmp_path, steps=3)
    view = RunView(run)
    was = view.meta["dataset"]["path"]
    view.close()
    there = tmp_path / "elsewhere" / "other-name.npz"
    there.parent.mkdir()
    (tmp_path / was).rename(there)
    return run, there


def test_a_run_goes_on_with_data_that_was_moved(moved):
    run, there = moved
    assert main(["relocate", str(run), str(there)]) == 0
    assert main(["train", str(run), "--steps=2"]) == 0
    view = RunView(run)
    assert view.history.records[-1].step == 5 and view.meta["dataset"]["path"] == str(there)
    view.close()


def test_other_data_is_refused_and_the_run_stays_as_it_was(moved, tmp_path, capsys):
    run, there = moved
    with np.load(there) as found:
        changed = {name: found[name] for name in found.files}
    name = next(name for name, values in changed.items() if values.dtype.kind == "f")
    changed[name] = changed[name] + 1
    np.savez(tmp_path / "other.npz", **changed)
    with pytest.raises(DataError, match="content of some of them changed; choose what it was made from"):
        relocate(run, tmp_path / "other.npz", silent)
    assert main(["relocate", str(run), str(tmp_path / "nothing.npz")]) == 1
    relocate(run, there, silent)


def test_a_run_in_use_is_left_alone(moved):
    run, there = moved
    store = RunStore.open_run(run)
    with pytest.raises(StoreError, match="Another trainer"):
        relocate(run, there, silent)
    store.close()
