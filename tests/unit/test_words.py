"""A sentence with values in it is looked up before they are filled in: an f-string is in no catalogue."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from latent_lasso.core.errors import LatentError

ROOT = Path(__file__).resolve().parents[2]

HEADSET = {"hand_menu.py", "hand_pages.py"}
"""What is drawn in the headset alone."""
SHOWN = sorted(
    path
    for package in ("core", "live", "operators", "panels", "properties", "scene")
    for path in ROOT.glob(f"{package}/*.py")
    if path.name not in HEADSET
)
KEYWORDS = {"text", "title", "message"}
SPEAKING = {"act", "finish", "description"}
"""Methods whose answer is shown: what was done, or a tooltip."""
CALLS = {"report", "poll_message_set", "sentence", "Line", "Row"}
ERRORS = {"LatentError", "LassoError", "LabelError", "DataError", "InterpreterError", "ProtocolError", "StoreError", "TrainerError"}
LOOKED_UP = {"label", "tooltip", "report"}
KEPT = {"problem", "failure", "sentence", "note", "video", "filming", "line"}
"""What is set to these is shown in a panel later."""


def letters(node: ast.AST) -> bool:
    """Whether an expression holds an f-string with words in it; one of values alone needs no language."""
    return any(
        isinstance(inner, ast.JoinedStr)
        and any(isinstance(part, ast.Constant) and any(map(str.isalpha, part.value)) for part in inner.values)
        for inner in ast.walk(node)
    )



def spoken(tree: ast.AST) -> list[ast.AST]:
    """Expressions whose value is shown as it is."""
    found: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found += [word.value for word in node.keywords if word.arg in KEYWORDS]
            found += node.args if name in CALLS | ERRORS else []
        if isinstance(node, ast.Assign):
            kept = [target.attr for target in ast.walk(node) if isinstance(target, ast.Attribute)]
            found += [node.value] if KEPT & set(kept) and isinstance(node.targets[0], ast.Attribute | ast.Tuple) else []
        if isinstance(node, ast.FunctionDef) and node.name in SPEAKING:
            found += [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return) and inner.value]
    return found


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_sentence_is_put_together_before_it_is_looked_up(path):
    wrong = [f"{path.name}:{node.lineno}" for node in spoken(ast.parse(path.read_text(encoding="utf-8"))) if letters(node)]
    assert not wrong, "write it with {braces} and properties/words.py"


def places(path: Path) -> list[str]:
    """Calls whose sentence has other places for values than values are given: it would fail when it is said."""
    wrong = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args or any(word.arg is None for word in node.keywords):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        spoken = name in ERRORS or (name in LOOKED_UP and getattr(getattr(node.func, "value", None), "id", "") == "words")
        text = node.args[0]
        if spoken and isinstance(text, ast.Constant) and isinstance(text.value, str) and node.keywords:
            wanted = {field.partition(".")[0].partition("[")[0] for _, field, *_ in string.Formatter().parse(text.value) if field}
            if wanted != {word.arg for word in node.keywords}:
                wrong.append(f"{path.name}:{node.lineno}")
    return wrong


TRAINER = sorted(ROOT.glob("training/**/*.py"))


@pytest.mark.parametrize("path", [*SHOWN, *TRAINER], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_place_for_a_value_is_filled(path):
    assert not places(path)


def test_a_place_that_nothing_fills_is_found(tmp_path):
    path = tmp_path / "said.py"
    path.write_text('words.label("{a} of {b:,}", a=1)\nraise LabelError("{name} is gone", name=1)\nwords.report("{a!r}", a=2)\n')
    assert places(path) == ["said.py:1"]


def test_the_search_finds_an_f_string():
    tree = ast.parse('self.report({"INFO"}, f"{count} points")\nrow.label(text=f"{a}/{b}")\nrow.label(text=f"{a} of {b}")')
    assert [letters(node) for node in spoken(tree)] == [False, True, False, True]
    tree = ast.parse('raise LabelError(f"No {name}")\ntrainer.problem = f"It said {why}"\nraise LabelError("No {name}", name=name)')
    assert [letters(node) for node in spoken(tree)] == [True, True, False]


class Refused(LatentError):
    """An error of a test."""


def test_an_error_is_looked_up_before_its_values_are_filled_in():
    catalogue = {"{name} is locked; unlock it.": "{name} ist gesperrt; entsperre sie.", "As it came.": "Wie es kam."}

    def look_up(text):
        return catalogue.get(text, text)

    error = Refused("{name} is locked; unlock it.", name="a {brace}\n")
    assert error.sentence.startswith("a {brace}") and "\n" not in error.sentence
    assert error.spoken(look_up).startswith("a {brace}") and "ist gesperrt" in error.spoken(look_up)
    assert error.spoken(str) == error.sentence
    assert Refused("As it came.").spoken(look_up) == "Wie es kam."
    assert Refused("100 % of {what}").spoken(look_up) == "100 % of {what}", "what came whole holds no places for values"
