"""The palette in a real OpenXR session, by scripted hands."""

from __future__ import annotations

from tests.window.test_window import play


def test_the_palette_opens_by_button_names_by_ray_and_touch_and_pauses_the_training() -> None:
    facts, _work = play("xr/palette", vr=True)
    assert facts["opened"] and facts["closed"]
    assert facts["by_ray"], "exactly the selection, and a category made in the hand"
    assert facts["by_touch"], "a fingertip through a button gives that category"
    assert facts["paused"]
