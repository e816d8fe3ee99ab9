"""A checkpoint of another model, or of other data, is passed over and said; training goes on from the one before, or anew."""

import numpy as np
import pytest
import torch
from blobs import CONFIG, blobs
from test_trainer_process import Child, edit

from latent_lasso.core.errors import StoreError
from latent_lasso.training import checkpoints, placing, protocol
from latent_lasso.training.datasets import DatasetRef
from latent_lasso.training.engine import Engine
from latent_lasso.training.run_view import RunView


def engine_of(columns=8, count=60):
    return Engine(blobs(count, columns=columns)[0], CONFIG, np.zeros(count, np.int32))


def trained(folder, steps):
    """A run with a label and a checkpoint at each of the steps."""
    np.save(folder / "points.npy", np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32))
    child = Child(folder)
    child.open(DatasetRef("auto", str(folder / "points.npy")))
    child.until(protocol.Opened)
    child.apply(edit(range(9), 1))
    for step in steps:
        child.client.send(protocol.Lease(step, 600.0))
        child.until(protocol.Snapshot, lambda message, step=step: message.step == step)
        child.client.send(protocol.Save(f"at {step}"))
        child.until(protocol.Saved, lambda message, step=step: message.step == step)
    child.client.close()
    return child.run


def again(folder, step):
    """What a trainer says that opens the run, and the first snapshot at or behind a step."""
    child = Child(folder)
    child.open(dataset=None)
    opened = child.until(protocol.Opened)
    child.client.send(protocol.Lease(step, 600.0))
    snapshot = child.until(protocol.Snapshot, lambda message: message.step >= step)
    child.client.close()
    said = [message.sentence for message in child.messages if isinstance(message, protocol.Failed)]
    return opened, snapshot, said


def put_another_models(run, steps):
    for step in steps:
        checkpoints.save(run, step, {**engine_of(columns=5).state_dict(), "step": step})


def test_a_checkpoint_of_other_shapes_is_passed_over_for_the_one_before_and_that_is_said(tmp_path):
    run = trained(tmp_path, (4, 8))
    put_another_models(run, (8,))
    opened, snapshot, said = again(tmp_path, 6)
    assert opened.category[:9].tolist() == [1] * 9 and snapshot.step == 6, "it goes on from step 4"
    assert said == ["The checkpoint checkpoint-000000008.pt is of another model or of other data; going on from the one before it."]


def test_where_no_checkpoint_fits_training_begins_anew_with_every_label_and_says_so(tmp_path):
    run = trained(tmp_path, (4,))
    put_another_models(run, (4,))
    opened, snapshot, said = again(tmp_path, 2)
    assert opened.category[:9].tolist() == [1] * 9 and snapshot.step == 2
    assert said == [
        "The checkpoint checkpoint-000000004.pt is of another model or of other data, and there is none before it: "
        "training begins anew, with every label."
    ]


def test_new_samples_are_not_placed_by_another_models_checkpoint(tmp_path):
    run = trained(tmp_path, (4, 8))
    put_another_models(run, (8,))
    view = RunView(run)
    assert placing.load(run, view.meta)[0].get_buffer("known").shape[1] == 32, "the one before fits"
    put_another_models(run, (4,))
    with pytest.raises(StoreError, match="no checkpoint of its model"):
        placing.load(run, view.meta)
    view.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state["network"].pop(next(iter(state["network"]))),
        lambda state: state["network"].update(more=torch.zeros(3)),
        lambda state: state["shown"].update({next(iter(state["shown"])): "text"}),
        lambda state: state["optimiser"].update(first=state["optimiser"]["first"][:-1]),
        lambda state: state["optimiser"].update(second=7),
        lambda state: state.update(given=torch.zeros(61, dtype=torch.int64)),
        lambda state: state.update(given=torch.zeros(60)),
        lambda state: state["guesser"].update(confidence=torch.zeros(2)),
        lambda state: state.pop("guesser"),
        lambda state: state.update(generator=torch.zeros(3)),
        lambda state: state.update(step="many"),
    ],
)
def test_whatever_stands_in_the_place_of_what_we_wrote_the_engine_begins_anew_whole(tmp_path, change):
    engine = engine_of()
    engine.step()
    state = engine.state_dict()
    change(state)
    checkpoints.save(tmp_path, 1, state)
    fresh, goes_on, said = checkpoints.resume(tmp_path, engine_of)
    assert not goes_on and "of another model or of other data" in said
    for a, b in zip(fresh.network.state_dict().values(), engine_of().network.state_dict().values(), strict=True):
        assert torch.equal(a, b), "half of a checkpoint was taken in"
    fresh.step()
