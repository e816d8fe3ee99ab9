"""Seeing it learn in Blender's real window."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from test_window import colourful, play


def test_learn_arrows_curves_and_the_status_line_are_seen() -> None:
    facts, work = play("learn", vr=False)
    assert facts["reached"] == ["arrows", "curves", "end"]
    assert colourful(work / "arrows-solid.png") > 0.002, "each term has its colour in Solid shading too"
