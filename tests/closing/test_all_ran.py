"""Reads the results of every suite of this run again, so that the last closing line counts all of its tests.

Fails for a suite that crashed, was ended, collected nothing or, where LATENT_LASSO_REQUIRE_WINDOW is set as on CI,
skipped anything: a Blender or a window that is missing there must not look like a success.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

RESULTS = Path(__file__).resolve().parents[2] / "out" / "test-results"


class Result(NamedTuple):
    """One test of the run: its suite, its name, "passed", "failed" or "skipped", and why."""

    suite: str
    name: str
    outcome: str
    reason: str


def read(path: Path) -> list[Result]:
    """The results that one suite wrote down; none if it wrote nothing or its file was cut short."""
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return []
    results = []
    for case in root.iter("testcase"):
        outcome, reason = "passed", ""
        for child in case:
            if child.tag in ("failure", "error"):
                outcome, reason = "failed", child.get("message", "")
            elif child.tag == "skipped" and outcome == "passed":
                outcome, reason = "skipped", child.get("message", "")
        name = "::".join(filter(None, (case.get("classname"), case.get("name"))))
        results.append(Result(path.stem, name, outcome, reason))
    return results


def statuses() -> dict[str, int]:
    """Exit status by suite; empty if nothing ran."""
    try:
        known: dict[str, int] = json.loads((RESULTS / "suites.json").read_text(encoding="ascii"))
    except OSError:
        return {}
    return known


STATUSES = statuses()
ALL = [result for suite in STATUSES for result in read(RESULTS / f"{suite}.xml")]


def test_some_suite_ran() -> None:
    assert STATUSES, "no suite has run; run: make test"


@pytest.mark.parametrize("suite", STATUSES)
def test_suite_ran_to_its_end(suite: str) -> None:
    results = [result for result in ALL if result.suite == suite]
    assert any(result.outcome == "passed" for result in results), f"{suite} passed no test at all"
    assert STATUSES[suite] == 0, f"{suite} ended with status {STATUSES[suite]}"


@pytest.mark.parametrize("result", ALL, ids=[f"{result.suite}:{result.name}" for result in ALL])
def test_result(result: Result) -> None:
    if result.outcome == "skipped" and os.environ.get("LATENT_LASSO_REQUIRE_WINDOW") != "1":
        pytest.skip(result.reason)
    assert result.outcome == "passed", result.reason
