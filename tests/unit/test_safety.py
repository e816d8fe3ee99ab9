"""What a loss without a number does, why a trainer died, and that a healthy step is the same to the bit."""

import math
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from blobs import CONFIG, blobs, labels_of
from test_trainer_process import Child, edit

from latent_lasso.training import causes, headless, protocol
from latent_lasso.training.engine import GRADIENT_NORM, Engine
from latent_lasso.training.safety import Safety


def engine_of():
    dataset, _ = blobs(300)
    return Engine(dataset, CONFIG, np.zeros(300, np.int32))


def poison(engine, monkeypatch, when):
    """Make the loss of the steps in `when` not a number, in the middle of a real step."""
    real = engine.network.forward

    def forward(x):
        h, p, z = real(x)
        return (h, p * math.nan, z) if engine.step_count in when else (h, p, z)

    monkeypatch.setattr(engine.network, "forward", forward)


def state_of(engine):
    return [t.clone() for t in engine.network.state_dict().values()], [t.clone() for t in engine.shown.state_dict().values()]


def test_a_step_whose_loss_is_no_number_is_taken_back_and_the_rate_is_halved_once(monkeypatch):
    engine = engine_of()
    poison(engine, monkeypatch, {3, 6})
    for _ in range(3):
        engine.step()
    before, rate = state_of(engine), engine.safety.caution
    assert not math.isfinite(engine.step().metrics["loss"])
    for was, now in zip(before, state_of(engine), strict=True):
        assert all(torch.equal(a, b) for a, b in zip(was, now, strict=True)), "weights or statistics changed"
    assert (rate, engine.safety.caution, engine.safety.undone) == (1.0, 0.5, 1)
    assert math.isfinite(engine.step().metrics["loss"])
    for _ in range(2):
        engine.step()
    assert engine.safety.undone == 2 and engine.safety.caution == 0.5
    assert np.isfinite(engine.positions()).all()


def test_gradients_that_are_no_numbers_change_no_weight(monkeypatch):
    engine = engine_of()
    engine.step()
    before = state_of(engine)
    handle = next(engine.network.parameters()).register_hook(lambda gradient: gradient * math.inf)
    engine.step()
    handle.remove()
    assert engine.safety.undone == 1
    assert all(torch.equal(a, b) for a, b in zip(before[0], state_of(engine)[0], strict=True))


def test_exploding_gradients_are_clipped_and_counted():
    engine = engine_of()
    counted = engine.safety.clipped
    handle = next(engine.network.parameters()).register_hook(lambda gradient: gradient * 1e9)
    told = engine.step().metrics["clipped"]
    handle.remove()
    assert told == counted + 1, "it is among the metrics that are shown and kept"
    norm = torch.linalg.vector_norm(torch.stack([p.grad.norm() for p in engine.network.parameters() if p.grad is not None]))
    assert engine.safety.clipped == counted + 1 and float(norm) <= GRADIENT_NORM * 1.001


def test_a_healthy_run_is_the_same_to_the_bit_with_and_without_the_watch(monkeypatch):
    watched, plain = engine_of(), engine_of()
    monkeypatch.setattr(plain.safety, "sound", lambda loss, norm: True)
    monkeypatch.setattr(plain.safety, "begin", lambda network: None)
    for engine in (watched, plain):
        engine.set_labels(labels_of(blobs(300)[1], 10))
        for _ in range(12):
            engine.step()
    assert np.array_equal(watched.positions(), plain.positions())


def test_what_was_taken_back_is_part_of_a_checkpoint():
    kept = Safety(5.0)
    kept.load_state_dict(Safety(5.0).state_dict() | {"undone": 1, "clipped": 4})
    assert (kept.undone, kept.clipped, kept.caution) == (1, 4, 0.5)
    kept.load_state_dict({})
    assert (kept.undone, kept.caution) == (0, 1.0)


def test_the_sentence_says_that_the_step_was_taken_back_and_the_second_time_that_training_paused():
    once, again = causes.of_undone(12, 1), causes.of_undone(1200, 2)
    assert (once.code, once.sentence, once.fatal) == (
        "NAN",
        "At step 12 a loss was not a number; the step was taken back, and the learning rate is half of what it was.",
        False,
    )
    assert again.code == causes.DIVERGED and all(words in again.sentence for words in ("step 1,200", "paused", "Train"))


def raised(error, name="<string>"):
    try:
        exec(compile("\n\nraise error", name, "exec"), {"error": error})
    except Exception as caught:  # noqa: BLE001 - whatever the test made
        return caught


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (RuntimeError("CUDA out of memory. Tried to allocate 20 MiB"), "CUDA", "memory ran out"),
        (RuntimeError("CUDA error: an illegal memory access was encountered\nmore"), "CUDA", "graphics card failed"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), "MEMORY", "fewer samples"),
        (MemoryError(), "MEMORY", "fewer samples"),
        (ValueError("odd"), "TRAINING", "(ValueError: odd); labels are safe"),
    ],
)
def test_the_sentence_says_what_ended_the_training(error, code, words):
    failed = causes.of_training(raised(error), "")
    assert failed.fatal and failed.code == code and words in failed.sentence


def test_an_exception_in_a_users_encoder_names_the_encoder_and_the_line():
    failed = causes.of_training(raised(ZeroDivisionError("by zero"), "mine.py"), "/somewhere/mine.py")
    assert failed.code == "ENCODER"
    assert failed.sentence.startswith("The encoder mine.py failed in line 3 (ZeroDivisionError: by zero)")


def test_the_sentence_says_what_the_trainer_died_of(tmp_path):
    say = lambda code, memory=False: causes.of_death(code, memory, tmp_path / "trainer.log").sentence  # noqa: E731
    assert "because the memory ran out" in say(-9, True) and "killed by signal 9" in say(-9)
    assert "crashed (SIGSEGV)" in say(-11) and "an access violation" in say(0xC0000005)
    assert "an access violation" in say(-1073741819), "as some versions of Windows give it"
    assert "ended with code 1;" in say(1) and "by signal 15;" in say(-15)
    for sentence in (say(-9), say(-11), say(1)):
        assert "every acknowledged label is safe" in sentence and "trainer.log" in sentence


def test_a_stopped_trainer_does_not_hold_its_client_up_and_answers_when_it_goes_on(tmp_path):
    child = Child(tmp_path)
    child.open()
    child.until(protocol.Opened)
    os.kill(child.client.pid, signal.SIGSTOP)
    try:
        for number in range(40):  # more than a pipe holds
            child.client.send(protocol.ApplyEdits([edit(range(1797), 1 + number % 3)]))
        child.client.send(protocol.AskAlive())
        child.messages.clear()
        time.sleep(0.3)
        assert not child.client.poll() and child.client.alive
    finally:
        os.kill(child.client.pid, signal.SIGCONT)
    child.until(protocol.Alive)
    assert sum(len(m.edit_ids) for m in child.messages if isinstance(m, protocol.Acknowledged)) == 40
    child.client.close()


def test_a_stopped_trainer_is_ended_when_its_client_closes(tmp_path):
    child = Child(tmp_path)
    child.open()
    child.until(protocol.Opened)
    os.kill(child.client.pid, signal.SIGSTOP)
    for _ in range(40):
        child.client.send(protocol.ApplyEdits([edit(range(1797), 1)]))
    assert child.client.close(0.5) == -signal.SIGKILL


def test_a_trainer_whose_run_without_a_window_diverges_ends_with_the_sentence():
    listener = headless.Listener(lambda share, text: None)
    listener.send(causes.of_undone(5, 1))
    assert not listener.failure and len(listener.warnings) == 1
    listener.send(causes.of_undone(9, 2))
    assert "training paused" in listener.failure


def test_the_count_of_what_the_system_killed_for_memory_is_a_number():
    assert causes.memory_kills() >= 0
    asked = [sys.executable, "-c", "import os; os.abort()"]
    assert "SIGABRT" in causes.of_death(subprocess.run(asked, check=False).returncode, False, "log").sentence
