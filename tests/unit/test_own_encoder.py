"""The user's own encoder: it trains, it is asked about first, and exactly what was trusted is run."""

import hashlib
import io
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from latent_lasso.training.cli import main
from latent_lasso.training.run_view import RunView

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from kinds import arrays

MODULE = """
from pathlib import Path
from torch import nn

Path({marker!r}).write_text("ran")

def build(sample_shape):
    return nn.Sequential(nn.Linear(sample_shape[0], 20), nn.ReLU(), nn.Linear(20, 17))
"""


class Plain(nn.Module):
    """Twelve numbers from six."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(6, 12)

    def forward(self, x):
        return self.layer(x).relu()


def module(folder):
    path = folder / "mine.py"
    path.write_text(MODULE.format(marker=str(folder / "marker")))
    return path


def exported(folder):
    program = torch.export.export(
        Plain(), (torch.zeros(2, 6),), dynamic_shapes=({0: torch.export.Dim("batch")},)
    )
    torch.export.save(program, folder / "mine.pt2")
    return folder / "mine.pt2"


def scripted(folder):
    torch.jit.save(torch.jit.script(Plain()), folder / "mine.pt")
    return folder / "mine.pt"


def sha(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def train(folder, encoder, *arguments, steps=8):
    command = ["train", str(arrays(folder)), "-o", str(folder / "run"), f"--steps={steps}", "--threads=1"]
    return main([*command, f"--encoder={encoder}", *arguments])


@pytest.mark.parametrize("make", [module, exported, scripted])
def test_an_encoder_of_each_kind_trains_goes_on_predicts_and_replays(tmp_path, make):
    encoder = make(tmp_path)
    run, trust = str(tmp_path / "run"), f"--trust={sha(encoder)}"
    assert train(tmp_path, encoder, trust) == 0
    start, last = RunView(run).history.records[0], RunView(run).history.records[-1]
    assert (start.step, last.step) == (0, 8)
    encoder.unlink()  # the run keeps its own copy
    assert main(["train", run, "--steps=4", trust]) == 0
    assert RunView(run).history.records[-1].step == 12
    assert main(["predict", run, str(tmp_path / "trees.npz"), "-o", str(tmp_path / "p.csv"), trust]) == 0
    assert main(["replay", run, trust]) == 0


def test_code_that_nobody_trusted_is_not_run_and_the_sentence_gives_its_hash(tmp_path, capsys, monkeypatch):
    encoder = module(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert train(tmp_path, encoder) == 1
    said = capsys.readouterr().err
    assert f"--trust {sha(encoder)}" in said and "code that would run as you" in said
    assert not (tmp_path / "marker").exists() and not (tmp_path / "run").exists()


def test_a_run_that_somebody_sent_runs_no_code_before_it_is_trusted(tmp_path, capsys, monkeypatch):
    encoder = module(tmp_path)
    assert train(tmp_path, encoder, f"--trust={sha(encoder)}") == 0
    (tmp_path / "marker").unlink()
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for command in (
        ["train", str(tmp_path / "run"), "--steps=1"],
        ["replay", str(tmp_path / "run")],
        ["predict", str(tmp_path / "run"), str(tmp_path / "trees.npz"), "-o", str(tmp_path / "p.csv")],
        ["export", str(tmp_path / "run"), "model", "-o", str(tmp_path / "m")],
    ):
        assert main(command) == 1
        assert "--trust" in capsys.readouterr().err
    assert not (tmp_path / "marker").exists()


def test_a_file_that_changed_since_it_was_trusted_is_not_run(tmp_path, capsys):
    encoder = module(tmp_path)
    trust = f"--trust={sha(encoder)}"
    assert train(tmp_path, encoder, trust) == 0
    kept = tmp_path / "run" / "encoder.py"
    kept.write_text(kept.read_text() + "\n# evil\n")
    (tmp_path / "marker").unlink()
    assert main(["train", str(tmp_path / "run"), "--steps=1", trust]) == 1
    assert "was changed since it was trusted" in capsys.readouterr().err
    assert not (tmp_path / "marker").exists()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def build(shape)\n", "cannot be run (SyntaxError"),
        ("1 / 0\n", "cannot be run (ZeroDivisionError"),
        ("x = 1\n", "has no function build(sample_shape)"),
        ("def build(shape):\n    raise ValueError('no')\n", "build((6,)) failed (ValueError: no)"),
        ("def build(shape):\n    return 7\n", "returned int; return an nn.Module"),
        (
            "from torch import nn\ndef build(shape):\n    return nn.Linear(5, 4)\n",
            "takes no batch of 2 samples of shape (6,)",
        ),
        (
            "from torch import nn\ndef build(shape):\n    return nn.Unflatten(1, (2, 3))\n",
            "it must give (2, H)",
        ),
        ("import sys\nsys.exit()\n", "cannot be run (SystemExit"),
    ],
)
def test_what_is_wrong_with_an_encoder_is_said(tmp_path, capsys, code, words):
    encoder = tmp_path / "mine.py"
    encoder.write_text(code)
    assert train(tmp_path, encoder, f"--trust={sha(encoder)}") == 1
    assert words in capsys.readouterr().err


def test_the_room_begins_at_the_components_with_an_own_encoder_too(tmp_path):
    encoder = module(tmp_path)
    assert train(tmp_path, encoder, f"--trust={sha(encoder)}", steps=0) == 0
    positions, _, _ = RunView(tmp_path / "run").newest()
    assert np.isfinite(positions).all() and np.abs(positions).std() > 1
