"""A real trainer is asked for another layer and for forces: it answers, and its run goes on as if nobody had asked."""

import numpy as np
import pytest
from test_trainer_process import PATIENCE, Child, edit, patient

from latent_lasso.training import protocol
from latent_lasso.training.store import RunStore


@pytest.fixture
def child(tmp_path):
    made = Child(tmp_path)
    yield made
    made.client.close()


def test_another_layer_is_shown_while_the_room_is_recorded_and_an_unknown_one_is_refused(child):
    child.open()
    child.until(protocol.Opened)
    child.client.send(protocol.Lease(8, 600.0))
    room = child.until(protocol.Snapshot, lambda message: message.step == 8 and message.fresh == 1.0)
    assert room.layer == "z"
    room = room.positions.copy()
    child.client.send(protocol.ShowLayer("p"))
    shown = child.until(protocol.Snapshot, lambda message: message.layer == "p" and message.fresh == 1.0)
    assert shown.step == 8 and np.abs(shown.positions - room).max() > 0.5
    assert np.abs(shown.positions).max() == pytest.approx(10.0, rel=1e-4)
    child.client.send(protocol.ShowLayer("w"))
    failed = child.until(protocol.Failed)
    assert not failed.fatal and "no layer 'w'" in failed.sentence and "z, p, h" in failed.sentence
    child.client.send(protocol.Save("kept"))
    child.until(protocol.Saved)
    child.client.close()
    store = RunStore.open_run(child.run)
    step, _, recorded = store.last_record()
    store.close()
    assert step == 8 and np.array_equal(recorded, room)


def test_forces_are_measured_between_steps_and_the_run_goes_on_as_if_nobody_had_asked(tmp_path):
    ends = []
    for name, asks in (("plain", False), ("asked", True)):
        (tmp_path / name).mkdir()
        child = Child(tmp_path / name, patient(tmp_path / name))
        child.open(seed=3)
        child.until(protocol.Opened)
        child.apply(edit(range(40), 1), edit(range(40, 80), 2))
        for target in (5, 10, 15):
            child.client.send(protocol.Lease(target, 600.0))
            child.until(protocol.Snapshot, lambda message, target=target: message.step == target)
            if asks:
                child.client.send(protocol.AskForces(f"q{target}", np.array([3, 50, 1000], np.int32)))
                answer = child.until(
                    protocol.ForcesMeasured, lambda message, target=target: message.request == f"q{target}"
                )
                assert answer.step == target and answer.samples.tolist() == [3, 50, 1000]
                assert np.allclose(sum(answer.forces.values()), answer.total, atol=1e-6)
                assert answer.motion.any(axis=1).all() and set(answer.guessed) == {"attract", "repel"}
                assert answer.gradients["to_z.2"]["sum"] > 0
        if asks:
            child.client.send(protocol.AskForces("wrong", np.array([5_000], np.int32)))
            failed = child.until(protocol.Failed)
            assert failed.code == "FORCES" and not failed.fatal and "no sample 5000" in failed.sentence
        assert child.client.close(PATIENCE) == 0
        store = RunStore.open_run(child.run)
        ends.append(store.last_record())
        store.close()
    assert ends[0][0] == ends[1][0] == 15 and np.array_equal(ends[0][2], ends[1][2])
