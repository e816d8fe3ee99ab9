"""The past and its video in Blender's own window."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from test_window import colourful, play


def test_the_past_is_scrubbed_compared_and_filmed_beside_the_work() -> None:
    facts, work = play("film", vr=False)
    assert len(facts["markers"]) == 4 and all(name.startswith("◆ +") for name in facts["markers"])
    assert facts["preview"].startswith("Frame ") and facts["windows"] == 2
    assert facts["steps_beside"] > 0 and " left" in facts["telling"]
    assert facts["cancelled"].startswith("Cancelled with ") and facts["kept"] > 0 and not facts["there"]
    assert facts["told"].startswith("Rendered ") and facts["film"] > 5_000 and not facts["frames_left"]
    assert facts["back"] and facts["left"] == 0, "the scene has its own frames again, and our markers are gone"
    assert colourful(work / "scrub 1.0.png") > colourful(work / "scrub 0.0.png") + 0.003
