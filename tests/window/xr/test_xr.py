"""A real OpenXR session in Blender's real window: scripted head and hands, judged by geometry and by what the run holds."""

from __future__ import annotations

from tests.window.test_window import play


def test_loops_in_the_air_take_what_lies_in_them_in_three_sessions_of_one_blender() -> None:
    facts, _work = play("xr/loops", vr=True)
    assert len(facts["turns"]) == 3
    for found in facts["turns"]:
        assert found["taken"] > 30 and found["wrong"] == 0, found
        assert found["held"] == [], "the cloud is let go when the trigger is"
        assert found["source"] == "VR"
        assert found["refused"] == "", "every action of the table was taken by a real runtime"
    assert facts["handlers"][0] == facts["handlers"][1], "sessions leave no handler behind"
