"""Categories and the selection in Blender's own window, by mouse and keys."""

from __future__ import annotations

from tests.window.test_window import play


def test_categories_are_named_numbered_hidden_and_shown_alone_by_mouse_and_keys() -> None:
    facts, _work = play("categories", vr=False)
    assert [name for name, *_ in facts["named"]] == ["one", "two", "three"]
