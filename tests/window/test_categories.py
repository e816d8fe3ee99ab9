"""Categories and the selection in Blender's own window, by mouse and keys."""

from __future__ import annotations

from tests.window.test_window import colourful, play


def test_categories_are_named_numbered_hidden_and_shown_alone_by_mouse_and_keys() -> None:
    facts, work = play("categories", vr=False)
    one, two, three = (count for _, count, *_ in facts["named"])
    assert [name for name, *_ in facts["named"]] == ["one", "two", "three"] and min(one, two, three) > 5
    assert [row[:2] for row in facts["undo"]] == [["one", one], ["two", two]], "a name is one step of undo"
    assert facts["redo"] == facts["named"] == facts["given_up"], "Esc gives a name up"
    assert facts["numbered"][1][1] == two + facts["selected"], "2 gives what a loop took the second category"
    assert len(facts["strip"]) == 12 and all(pictured for _, pictured in facts["strip"])
    like, better = facts["alike"]
    assert like > 0.8 and better == 0, "a thumbnail is the sample's own picture, and no other's"
    assert facts["eye"][0] == ["one", one, True, False, False] and facts["hidden_by_eye"] == one and not facts["hidden_after"]
    two = facts["numbered"][1][1]
    assert facts["solo"][1] == ["two", two, False, True, False] and facts["hidden_by_solo"] == 1797 - two
    assert 0 < facts["taken_while_solo"] <= two and not facts["hidden_at_last"]
    assert facts["locked"][1] == ["two", two, False, False, True] and facts["locked"][0][1] > one
    assert [row[1] for row in facts["undone"]] == [one, two, three], "one undo takes an assignment back"
    assert facts["renamed"][2][0] == "x" and facts["sent"] == ["one", "two", "x"], "the run hears of a name typed into the list"
    assert facts["agreement"] and all(0 <= share <= 1 for share in facts["agreement"])
    assert colourful(work / "shapes.png") > colourful(work / "selected.png")
