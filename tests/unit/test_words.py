"""A sentence with values in it is looked up before they are filled in: an f-string is in no catalogue."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SHOWN = sorted([*ROOT.glob("panels/*.py"), *ROOT.glob("operators/*.py")])
KEYWORDS = {"text", "title", "message"}
SPEAKING = {"act", "finish", "description"}
"""Methods whose answer is shown: what was done, or a tooltip."""
CALLS = {"report", "poll_message_set", "sentence"}


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
            found += node.args if name in CALLS else []
        if isinstance(node, ast.FunctionDef) and node.name in SPEAKING:
            found += [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return) and inner.value]
    return found


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_sentence_is_put_together_before_it_is_looked_up(path):
    wrong = [f"{path.name}:{node.lineno}" for node in spoken(ast.parse(path.read_text(encoding="utf-8"))) if letters(node)]
    assert not wrong, "write it with {braces} and properties/words.py"


def test_the_search_finds_an_f_string():
    tree = ast.parse('self.report({"INFO"}, f"{count} points")\nrow.label(text=f"{a}/{b}")\nrow.label(text=f"{a} of {b}")')
    assert [letters(node) for node in spoken(tree)] == [False, True, False, True]
