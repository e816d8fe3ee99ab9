"""What a data set holds, said before it is opened: by the command that ships, in a real child."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from latent_lasso.live.preview import PAUSE, Preview, amount


def table(path: Path, rows: int = 40) -> Path:
    """A table with two categories, one of whose labels is missing."""
    lines = [f"{i},{i * i},{'' if i == 3 else 'oak' if i % 2 else 'elm'}" for i in range(rows)]
    path.write_text("\n".join(["height,girth,label", *lines]) + "\n", encoding="utf-8")
    return path


def settle(preview: Preview, done: Callable[[str], bool], seconds: float = 600.0) -> str:
    """Tick as the timer does until what is shown is what is waited for."""
    end = time.monotonic() + seconds
    said = ""
    while time.monotonic() < end:
        preview.tick(time.monotonic())
        said = " | ".join(text for text, _icon in preview.lines)
        if done(said):
            return said
        time.sleep(0.02)
    pytest.fail(f"it never came; the last was {said!r}")


def test_a_table_says_its_samples_categories_memory_and_columns(tmp_path: Path) -> None:
    preview = Preview(sys.executable)
    preview.want(str(table(tmp_path / "trees.csv")), "auto", {"limit": 30}, time.monotonic() - 1)
    said = settle(preview, lambda text: "samples" in text)
    assert said.startswith("30 samples (vector), 2 numbers each | 2 categories: elm, oak; ")
    assert "240 bytes of memory" in said and "label from column 'label'" in said


def test_what_is_wrong_is_said_before_it_is_opened(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b,label\n1,2,x\n1,2\n", encoding="utf-8")
    preview = Preview(sys.executable)
    preview.want(str(bad), "auto", {}, time.monotonic() - 1)
    assert "bad.csv: row 3 has 2 cells where 3 belong" in settle(preview, lambda text: "bad.csv" in text)
    assert preview.lines[0][1] == "ERROR"


def test_only_the_path_that_stays_is_looked_at_and_the_last_one_wins(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", np.zeros((50, 7), dtype=np.float32))
    preview = Preview(sys.executable)
    preview.want(str(table(tmp_path / "trees.csv")), "auto", {}, 100.0)
    assert not preview.tick(100.0 + PAUSE / 2) and not preview.lines, "who goes on choosing asks for nothing"
    preview.tick(100.0 + 2 * PAUSE)
    assert preview.lines == [("Looking at it", "TIME")]
    preview.want(str(tmp_path / "vectors.npy"), "auto", {}, 101.0)
    assert not preview.lines, "what was said belongs to another file"
    assert settle(preview, lambda text: "samples" in text).startswith("50 samples (vector), 7 numbers each | No categories")


def test_closing_ends_the_child(tmp_path: Path) -> None:
    preview = Preview(sys.executable)
    preview.want(str(table(tmp_path / "trees.csv", 200_000)), "auto", {}, 0.0)
    preview.tick(PAUSE * 2)
    errand = preview._errand
    assert errand is not None
    preview.close()
    assert errand._process.poll() is not None
    assert not preview.tick(10.0), "nothing is looked at any more"


def test_amounts_are_for_people() -> None:
    assert [amount(count) for count in (720, 1_500, 2_000_000, 3_210_000_000)] == ["720 bytes", "1.5 kB", "2.0 MB", "3.2 GB"]
