"""What the hands do in a real OpenXR session: the room around them, loops, names, brush, touch; and no session at all."""

from __future__ import annotations

from tests.window.test_window import play


def test_the_room_is_put_at_the_person_loops_add_and_take_out_and_a_button_names_and_takes_back() -> None:
    facts, _work = play("xr/air", vr=True)
    assert facts["given_back"], "the session's settings are as they were found"
    spare = [limit - side for side, limit in zip(facts["room"], (3.0, 3.0, 2.5), strict=True)]
    assert -0.01 < min(spare) < 0.01, "as large as 3 by 3 by 2.5 metres allow"
    middle = [side / 2 for side in facts["room"]]
    assert all(abs(facts["eyes"][axis] - middle[axis]) < 0.02 for axis in (0, 1)), "the person stands in the middle"
    assert abs(facts["eyes"][2] - 1.7) < 0.02, "the floor is the floor"
    assert facts["loop"][0] > 30 and facts["loop"][1] == 0
    assert facts["anew"][0] > 10 and facts["anew"][1] == 0, "after a name the next gesture begins anew"
    assert facts["given"].endswith("points are now one") and facts["taken_back"].startswith("Took back")
    assert facts["added"][0] > facts["loop"][0] and facts["added"][1] == 0
    assert facts["left"][1] == 0 and facts["left"][0] > 0, "a closed hand takes out"


def test_brush_and_touch_in_the_air_a_loop_too_wide_a_stop_in_the_middle_and_the_extension_disabled() -> None:
    facts, _work = play("xr/ends", vr=True)
    assert facts["radius"] > 0.06
    assert facts["brush"][0] > 30 and facts["brush"][1] == 0
    assert facts["touched"][0] == facts["touched"][1]
    assert "keep it under 120°" in facts["wide"] and facts["holds"] == []
    assert facts["undo"] == "There is no label edit to take back."
    assert facts["again"] == "No category was given yet; open the palette and choose one."
    assert facts["palette"], "a tap with something selected opens the palette"
    assert facts["stopped"] == [0, True], "a session that ends leaves the selection and no light"
    assert facts["disabled"] == [False, False], "the extension takes its session with it"


def test_without_a_headset_the_button_says_what_to_do_and_blender_goes_on() -> None:
    facts, _work = play("xr/alone", vr=False)
    assert all("No headset answers" in answer and "Monado" in answer for answer in facts["answers"])
    assert "No headset answers" in facts["problem"] and facts["state"] and facts["alive"]
