"""Seeing it learn in Blender's real window."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from test_window import colourful, play


def test_learn_arrows_curves_and_the_status_line_are_seen() -> None:
    facts, work = play("learn", vr=False)
    assert facts["reached"] == ["arrows", "curves", "status", "branch", "end"]
    assert "steps a second; last label taken in" in facts["line"]
    assert "killed by signal 9" in facts["failed"] and "with every label" in facts["failed"]
    assert facts["remedy"] == "latent.open_log", "the log is one click away"
    assert facts["clouds"] == 2 and facts["ticking"]
    assert any(line.startswith("labels") for line in facts["curves"]) and (work / "curves.csv").stat().st_size > 500
    assert colourful(work / "arrows-solid.png") > 0.002, "each term has its colour in Solid shading too"
