"""`make faults` in short: Blender dies, alone and with its trainer, and the saved file finds every acknowledged label."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")


@pytest.mark.parametrize("both", [False, True])
def test_a_blender_that_dies_at_any_moment_loses_no_acknowledged_label_and_leaves_no_trainer(tmp_path: Path, both: bool) -> None:
    from tools.faults import blender_kills

    for number in (1, 3):
        row = blender_kills.trial(tmp_path / "work", tmp_path / "user", "", both, number, seed=2, stop_seconds=1.0)
        assert row["survived"] and row["found"] == row["acknowledged"] and row["longest_wait_s"] < 10.0, row
