"""The stream cut anywhere: whatever comes of a 64 kB conversation, it is what was sent or a named error, in bounded memory."""

import io
import queue
import subprocess
import sys
import textwrap
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from latent_lasso import training
from latent_lasso.core.categories import Category
from latent_lasso.core.edits import LabelEdit
from latent_lasso.core.errors import ProtocolError
from latent_lasso.core.version import PROTOCOL, VERSION
from latent_lasso.training import frames, interpreter, protocol
from latent_lasso.training.datasets import DatasetRef

RNG = np.random.default_rng(0)


def wire(message):
    return b"".join(bytes(piece) for piece in frames.encode(message))


def conversation():
    """Some 64 kB in both directions' messages."""
    messages = [
        protocol.Open("1", 1, "c", "/run", DatasetRef("arrays", "/x", {"k": 2}), {"seed": 3}),
        protocol.SetCategories("r", [Category(n, f"kind {n}", (0.1, 0.2, 0.3)) for n in range(1, 20)]),
    ]
    while sum(len(wire(message)) for message in messages) < 2**16:
        some = np.sort(RNG.choice(1000, 60, replace=False)).astype(np.int32)
        messages.append(
            protocol.ApplyEdits(
                [LabelEdit(f"e{len(messages)}", "g", "c", "MOUSE", "ASSIGN", some, some * 0, some)]
            )
        )
        messages.append(
            protocol.Snapshot(
                len(messages), 1.0, {"loss": 1.0}, 3, RNG.normal(size=(200, 3)).astype(np.float32)
            )
        )
        messages.append(protocol.Lease(10, 2.0))
    return messages


def test_a_conversation_of_64_kb_cut_at_every_byte_offset_ends_in_a_named_error_or_between_two_messages():
    whole = [wire(message) for message in conversation()]
    assert sum(map(len, whole)) >= 2**16
    tried = 0
    for raw in whole:  # a reader keeps nothing from one message to the next, so each is cut by itself
        view = memoryview(raw)
        for cut in range(len(raw)):
            source = io.BytesIO(view[:cut])
            if cut == 0:
                assert frames.read(source) is None
            else:
                with pytest.raises(ProtocolError, match="ended in the middle"):
                    frames.read(source)
            tried += 1
        assert frames.read(io.BytesIO(raw)) is not None
    assert tried >= 2**16


def test_a_frame_with_one_wrong_byte_is_read_or_refused_and_takes_no_memory_to_speak_of():
    tracemalloc.start()
    for raw in (wire(message) for message in conversation()[:5]):
        for place in range(0, len(raw), 3):
            changed = bytearray(raw)
            changed[place] ^= 1 << int(RNG.integers(8))
            try:
                frames.read(io.BytesIO(changed))
            except ProtocolError as error:
                assert error.sentence.isprintable() and error.sentence.endswith((".", "?"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * 2**20


def serve(data, environment=None):
    """What a trainer without a run answers to these bytes: (code, its messages, its log)."""
    done = subprocess.run(
        interpreter.command(sys.executable, Path(training.__file__).parent),
        input=data, capture_output=True, timeout=600, check=False, env=environment or interpreter.child_environment(),
    )  # fmt: skip
    stream, messages = io.BytesIO(done.stdout), []
    while (message := frames.read(stream)) is not None:
        messages.append(message)
    return done.returncode, messages, done.stderr.decode()


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"LLF1" + b"\xff" * 400,
        b"LLF1\x02\0\0\0\0\0\0\0\0\0\0\0{}",
        wire(protocol.Closed(1)),
        wire(protocol.Pause()),
    ],
    ids=["http", "lengths", "empty header", "a message of the other end", "before a run is open"],
)
def test_whatever_comes_in_is_answered_by_a_named_error_and_a_clean_end(data):
    _, messages, log = serve(data)
    failed = [message for message in messages if isinstance(message, protocol.Failed)]
    assert len(failed) == 1 and failed[0].sentence.isprintable() and failed[0].sentence.endswith((".", "?"))
    assert isinstance(messages[-1], protocol.Closed) and "Traceback" not in log


def test_a_stream_cut_end_to_end_ends_cleanly_and_says_so(tmp_path):
    opening = wire(
        protocol.Open(VERSION, PROTOCOL, "c", str(tmp_path / "run"), DatasetRef("digits"), {"threads": 1})
    )
    for cut in (1, 15, 40, len(opening) - 1):
        code, messages, log = serve(opening[:cut])
        assert [type(message).__name__ for message in messages] == ["Hello", "Failed", "Closed"] and code == 1
        assert "in the middle of a message" in messages[1].sentence and "Traceback" not in log
    assert not (tmp_path / "run").exists()


def test_what_a_hostile_trainer_sends_is_a_sentence_in_blender_and_its_process_is_ended(tmp_path):
    from latent_lasso.training.client import TrainerClient

    entry = tmp_path / "evil.py"
    entry.write_text(
        textwrap.dedent("""
        import sys, time
        sys.stdout.buffer.write(b"LLF1" + bytes([255]) * 5000); sys.stdout.buffer.flush(); time.sleep(6000)
    """)
    )
    client = TrainerClient.start(sys.executable, tmp_path / "log.txt", entry)
    said = queue.SimpleQueue()
    import time

    ends = time.monotonic() + 600
    while time.monotonic() < ends and said.empty():
        for message in client.poll():
            said.put(message)
        time.sleep(0.01)
    failed = said.get(timeout=1)
    assert isinstance(failed, protocol.Failed) and failed.fatal and "over the limit" in failed.sentence
    client.close(timeout=2.0)
    assert not client.alive


def test_the_child_gets_an_environment_without_what_belongs_to_blender_s_python(monkeypatch):
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "LD_PRELOAD", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "/evil")
    clean = interpreter.child_environment()
    assert not any("/evil" in value for value in clean.values())
    assert "-I" in interpreter.command("python", Path("x"))


def test_the_log_holds_no_text_of_the_users_data(tmp_path):
    secret = "my-secret-diary"
    (tmp_path / "notes.jsonl").write_text("".join(f'{{"text": "{secret} {n} tree oak"}}\n' for n in range(9)))
    opening = wire(
        protocol.Open(
            VERSION,
            PROTOCOL,
            "c",
            str(tmp_path / "run"),
            DatasetRef("auto", str(tmp_path / "notes.jsonl")),
            {"threads": 1},
        )
    )
    _, messages, log = serve(opening + wire(protocol.Close()))
    assert any(isinstance(message, protocol.Hello) for message in messages) and secret not in log
