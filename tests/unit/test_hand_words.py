"""The palette's words are looked up before their values are filled in; names, and what the trainer says, stay as they are."""

from __future__ import annotations

import re
import string

import pytest

from latent_lasso.core.errors import LabelError, LassoError
from latent_lasso.core.hand_pages import Named, Place, Shown, menu

PAGES = ("labels", "new", "category", "merge", "tools", "train", "time", "places")
OWN = {"owl", "wren", "lark", "A group nobody named", "p", "h", "…"}
"""Names, a sentence of the trainer's, layers: these are not of any language."""
NUMBERED = re.compile(r"Category \d+|\d+  A group nobody named")


def marked(text: str, **values: object) -> str:
    """What a catalogue gives: it knows the text with its braces only."""
    return f"«{text.format(**values)}»"


def states() -> list[Shown]:
    named = tuple(Named(n, ("owl", "wren", "lark")[n % 3], (0.5, 0.5, 0.5), 7, n == 1, n == 2, n == 1, n) for n in range(1, 12))
    many = {"categories": named, "names": ("owl", "lark"), "places": (Place("core", "A group nobody named"),), "category": 1}
    return [
        Shown(say=marked, page=page, sure=sure, **more, **rest)
        for page in PAGES
        for sure in ("", "delete 1", "merge 2")
        for more in ({}, many)
        for rest in ({}, {"selected": 9, "history": True, "playing": True, "training": True, "arrows": True, "records": 4})
    ]


def test_every_word_of_the_palette_is_looked_up() -> None:
    said = set()
    for shown in states():
        for button in menu(shown).buttons:
            for text in (button.text, button.value):
                known = text in OWN or NUMBERED.fullmatch(text) or not any(map(str.isalpha, text))
                # a value may say what a category is, and how many points it has
                looked_up = all(part in OWN or part[0] in "«0123456789" for part in re.findall(r"«[^»]*»|\S+", text))
                assert known or looked_up, f"{shown.page}: {text!r}"
                said.add(text)
    assert {"«Train»", "«Nothing is selected»", "«9 points selected»", "«Delete 7 Labels?»", "«hidden» «locked» 7"} <= said


PLAIN, FILLED = LassoError("No braces {at} all"), LabelError("The {what} is {wide:.0f}° wide", what="{loop}", wide=3.2)


@pytest.mark.parametrize("error", [PLAIN, FILLED])
def test_an_error_is_looked_up_before_its_values_are_filled_in(error: LassoError | LabelError) -> None:
    assert error.spoken(lambda text: text) == error.sentence == str(error)
    heard: list[str] = []
    error.spoken(lambda text: heard.append(text) or text)
    assert heard == [error.text]
    if error.values:
        fields = {name for _, name, _, _ in string.Formatter().parse(error.text) if name}
        assert fields == set(error.values) and error.sentence == "The {loop} is 3° wide"
        assert error.spoken(lambda text: "{wide:.0f}° ist {what} weit") == "3° ist {loop} weit"
