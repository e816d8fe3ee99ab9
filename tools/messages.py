"""Every sentence that a user can be shown when something goes wrong: `python -m tools.messages [FOLDER]`.

Read from the source, which is not imported: errors, what the trainer sends as Failed, warnings, why a button is greyed, what was
found and mended in a run, what a panel keeps as a problem. A value stands in {braces}. A sentence that lies elsewhere (a constant,
a function that answers with it) is found by that name; one that came with another error is listed where that is raised.
"""

from __future__ import annotations

import ast
import itertools
import sys
from dataclasses import dataclass
from pathlib import Path

from .layout import PACKAGES, ROOT

ERRORS = {"LatentError", "LassoError", "LabelError", "DataError", "InterpreterError", "ProtocolError", "StoreError"}
ERRORS |= {"OtherDataError", "LeftLockError", "TrainerError", "ArgumentTypeError"}
KEPT = {"problem", "failure"}
"""Sentences that a panel shows later are assigned to attributes of these names."""
LOOKED_UP = {"label", "tooltip", "report"}


@dataclass(frozen=True, order=True)
class Sentence:
    """kind: ERROR, FAILED, WARNING, GREYED, MENDED or PROBLEM."""
    file: str
    line: int
    text: str
    kind: str


def name(node: ast.AST) -> str:
    """The last part of what is called or named."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


class Source:
    """All of our code, and what its names stand for."""

    def __init__(self, root: Path) -> None:
        paths = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))] + sorted(root.glob("*.py"))
        self.trees = {path.relative_to(root).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}
        self.constants: dict[str, list[ast.expr]] = {}
        self.functions: dict[str, list[ast.FunctionDef]] = {}
        for tree in self.trees.values():
            for node in ast.walk(tree):
                if isinstance(node, ast.Assign) and name(node.targets[0]).isupper():
                    self.constants[name(node.targets[0])] = [node.value]
                if isinstance(node, ast.FunctionDef):
                    self.functions.setdefault(node.name, []).append(node)

    def texts(self, node: ast.AST, local: dict[str, list[ast.expr]], depth: int = 0) -> list[str]:
        """What an expression can say; nothing where that comes from elsewhere."""
        if depth > 4:
            return []
        match node:
            case ast.Constant(value=str(text)):
                return [text] if text else []
            case ast.JoinedStr():
                parts = [self.parts(part, local, depth) for part in node.values]
                return ["".join(chosen) for chosen in itertools.product(*parts)]
            case ast.BinOp(op=ast.Add()):
                sides = [self.texts(side, local, depth) or [braces(side)] for side in (node.left, node.right)]
                return ["".join(chosen) for chosen in itertools.product(*sides)]
            case ast.IfExp() | ast.BoolOp() | ast.Dict():
                either = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
                return [text for value in either for text in self.texts(value, local, depth)]
            case ast.Tuple() | ast.List():
                return self.texts(node.elts[-1], local, depth) if node.elts else []
            case ast.Starred() | ast.Subscript():
                return self.texts(node.value, local, depth)
            case ast.Name() | ast.Attribute():
                known = local.get(name(node)) or self.constants.get(name(node), [])
                return [text for value in known for text in self.texts(value, {}, depth + 1)]
            case ast.Call():
                called = name(node.func)
                if called in LOOKED_UP | ERRORS and node.args:
                    return self.texts(node.args[0], local, depth)
                there = self.functions.get(called, [])
                return [text for one in there for text in self.answers(one, depth + 1)] if 0 < len(there) < 4 else []
        return []

    def parts(self, part: ast.expr, local: dict[str, list[ast.expr]], depth: int) -> list[str]:
        """What one piece of an f-string can be: its words, those that a name was given just before, or the value in braces."""
        if not isinstance(part, ast.FormattedValue):
            return self.texts(part, local, depth)
        return (self.texts(part.value, local, depth + 1) if isinstance(part.value, ast.Name) else []) or [braces(part.value)]

    def answers(self, function: ast.FunctionDef, depth: int = 0) -> list[str]:
        """The sentences that a function returns."""
        local = assigned(function)
        returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
        return [text for value in returned for text in self.texts(value, local, depth)]

    def sentences(self) -> list[Sentence]:
        """All of them, in order; one that is said at several places is listed at each."""
        found = set()
        for file, tree in self.trees.items():
            for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
                local = assigned(function)
                for node in ast.walk(function):
                    kind, spoken = said(node)
                    if spoken is not None:
                        found |= {Sentence(file, spoken.lineno, text, kind) for text in self.texts(spoken, local)}
        return sorted(found)


def braces(node: ast.AST) -> str:
    """A value in a sentence, by what stands for it."""
    return f"{{{ast.unparse(node)}}}"


def assigned(function: ast.FunctionDef) -> dict[str, list[ast.expr]]:
    """What the names of a function are set to in it."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            for single in target.elts if isinstance(target, ast.Tuple) else [target]:
                found.setdefault(name(single), []).append(node.value)
    return found


def said(node: ast.AST) -> tuple[str, ast.expr | None]:
    """(kind, expression) of what this call or assignment shows."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute) and node.targets[0].attr in KEPT:
        return "PROBLEM", node.value
    if not isinstance(node, ast.Call) or not node.args:
        return "", None
    called, first, last = name(node.func), node.args[0], node.args[-1]
    if called in ERRORS:
        return "ERROR", first
    if called == "Failed":
        return "FAILED", first if isinstance(first, ast.Starred) else node.args[1]
    if called == "poll_message_set":
        return "GREYED", first
    if called == "report" and len(node.args) > 1 and any(f"'{kind}'" in ast.unparse(first) for kind in ("ERROR", "WARNING")):
        return "WARNING", last
    if called in {"append", "insert"} and name(getattr(node.func, "value", node)) == "notices":
        return "MENDED", last
    return "", None


def main(folder: str = "") -> None:
    """Print them."""
    found = [one for one in Source(ROOT).sentences() if one.file.startswith(folder)]
    for file, group in itertools.groupby(found, key=lambda one: one.file):
        print(f"\n{file}")
        for one in group:
            print(f"  {one.line:4} {one.kind:8} {one.text}")
    print(f"\n{len(found)} sentences")


if __name__ == "__main__":
    main(*sys.argv[1:])
