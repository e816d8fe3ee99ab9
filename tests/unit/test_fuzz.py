"""make fuzz in short: the same few inputs on every machine, without a crash, a hang or another error than a sentence."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tools.fuzz.__main__ import piece
from tools.fuzz.decoders import DECODERS

INPUTS, SECONDS = 400, 60.0


@pytest.mark.parametrize("name", DECODERS)
def test_a_decoder_answers_nonsense_with_a_sentence(tmp_path, name):
    done = piece(name, SECONDS, tmp_path, 1, INPUTS)
    found = "\n".join(path.read_text() for path in (tmp_path / "findings").glob("*.txt"))
    assert done.inputs > 0 and (done.hangs, done.crashes, done.findings) == (0, 0, 0), found
