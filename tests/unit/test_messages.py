"""What a user is told when something goes wrong is one plain sentence that says what to do, as far as a machine can see."""

from __future__ import annotations

import re

import pytest

from tools.layout import ROOT
from tools.messages import Sentence, Source

SENTENCES = Source(ROOT).sentences()
VALUE = re.compile(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
LONGEST = 300
OURS = re.compile(r"\b([Ee]xceptions?|[Tt]racebacks?|[Ee]rrno|None|null|NoneType|stderr|LatentError|[A-Z][a-z]+Error)\b|__")
"""Words of a program, not of whoever uses it."""
ASKS = ("Call ", "Choose ", "Draw ", "Give ", "Hold ", "Press ", "Say ", "Type ")
"""Sentences that begin so are advice from their first word on."""
NOTHING_TO_DO = {
    "{name} is at the list's end already.": "it says why the arrow did nothing",
    "There is no label edit to take back.": "it says why nothing was taken back",
    "Setting up the trainer was cancelled.": "the user did that",
    "Opening was cancelled.": "the user did that",
    "{printable(name, 60)} was not run, as you chose.": "the user did that",
    "The model doubts no label now.": "good news",
    "{sentence} The log is {self.log_path}.": "the sentence in it says what to do",
}
"""Raised and yet without advice, and why."""
ENDS_OTHERWISE = ("pip install", "-m pip", "latent-lasso unlock", "--trust", "{cause}")
"""A command to be copied or another sentence stands at the end, where a full stop would become part of it."""


def bare(text: str) -> str:
    """A sentence with its values taken out."""
    return VALUE.sub("…", text)


def where(sentences: list[Sentence]) -> list[str]:
    return [f"{one.file}:{one.line} {one.text}" for one in sentences]


def test_the_list_holds_every_kind_of_sentence():
    kinds = {one.kind for one in SENTENCES}
    assert kinds == {"ERROR", "FAILED", "WARNING", "GREYED", "MENDED", "PROBLEM"}
    assert len(SENTENCES) > 400


def test_each_sentence_ends_as_one_and_a_greyed_button_says_a_hint():
    hints = [one for one in SENTENCES if one.kind == "GREYED" and one.text.endswith(".")]
    assert not where(hints), "Blender itself sets the full stop behind why a button is greyed"
    wrong = [
        one for one in SENTENCES
        if one.kind != "GREYED" and not one.text.endswith((".", "?")) and not any(end in one.text for end in ENDS_OTHERWISE)
    ]
    assert not where(wrong)


def test_no_sentence_is_a_page_or_speaks_the_language_of_a_program():
    assert not where([one for one in SENTENCES if "\n" in one.text or len(bare(one.text)) > LONGEST])
    assert not where([one for one in SENTENCES if OURS.search(bare(one.text)) or bare(one.text).lower().startswith("error")])


def test_no_word_is_there_twice_in_a_row():
    assert not where([one for one in SENTENCES if re.search(r"\b(\w+) \1\b", bare(one.text))])


def test_each_error_says_what_to_do():
    silent = [
        one for one in SENTENCES
        if one.kind in {"ERROR", "WARNING"} and ";" not in bare(one.text) and not one.text.startswith(ASKS) and not told(one)
    ]
    assert not where(silent), "say after a semicolon what helps"


def told(one: Sentence) -> bool:
    """Whether a sentence without a semicolon is one of those whose reason is written above, or says what to do after a colon."""
    return one.text in NOTHING_TO_DO or "; " in one.text or bool(re.search(r"[:?] |\?$|, or ", bare(one.text)))


def test_every_exception_is_needed():
    assert set(NOTHING_TO_DO) <= {one.text for one in SENTENCES}


def test_a_system_s_number_and_path_are_left_out_of_its_reason():
    from latent_lasso.core.text import reason

    assert reason(FileNotFoundError(2, "No such file or directory", "/a/b")) == "No such file or directory"
    assert reason(OSError("it went away.")) == "it went away"
    assert reason(ValueError()) == "ValueError"
    assert reason(ValueError("a\nb\x1b[31m")) == "a\\nb\\x1b[31m"
    assert len(reason(ValueError("x" * 1000))) == 120


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('def f():\n    raise DataError(f"{path} is empty; save it again.")', ["{path} is empty; save it again."]),
        ('def f():\n    raise DataError("a; b." if x else "c; d.")', ["a; b.", "c; d."]),
        ('WHY = "no; go."\ndef f():\n    self.report({"ERROR"}, WHY)', ["no; go."]),
        ('def why(): return "one; two."\ndef f():\n    self.send(Failed("CODE", why(), True))', ["one; two."]),
        ('def f():\n    self.report({"INFO"}, "Saved")', []),
    ],
)
def test_the_list_finds_a_sentence_wherever_it_is_kept(tmp_path, source, texts):
    (tmp_path / "said.py").write_text(source)
    assert [one.text for one in Source(tmp_path).sentences()] == texts
