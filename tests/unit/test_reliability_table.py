"""docs/reliability.md names a test for each line of recovery and hostile input: each of them is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_test_that_the_table_names_is_there_and_no_line_is_without_one():
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    section = text.split("## Every line of recovery and hostile input")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    there = {
        name
        for folder in ("unit", "blender", "window")
        for path in (ROOT / "tests" / folder).rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(lines) > 25
    for line in lines:
        named = re.findall(r"`(test_\w+)`", line)
        assert named, line
        assert not set(named) - there, set(named) - there
