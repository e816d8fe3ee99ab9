"""The stream cut anywhere: whatever comes of a 64 kB conversation, it is what was sent or a named error, in bounded memory."""

import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from latent_lasso.core.categories import Category
from latent_lasso.core.edits import LabelEdit
from latent_lasso.core.errors import ProtocolError
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


def test_the_child_gets_an_environment_without_what_belongs_to_blender_s_python(monkeypatch):
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "LD_PRELOAD", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "/evil")
    clean = interpreter.child_environment()
    assert not any("/evil" in value for value in clean.values())
    assert "-I" in interpreter.command("python", Path("x"))
