"""`make soak-training` in short: it goes on where its table ends, and finds what grows."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tools.soak import __main__ as soak
from tools.soak.slopes import FIGURES, growing, slope

LABELS = 25
"""Of each piece; a second apart at least."""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_training_with_a_label_every_second_in_two_pieces_leaves_descriptors_and_threads_as_they_were(tmp_path):
    given = ["--labels", str(LABELS), "--points", "3000", "--every", "1", "--folder", str(tmp_path), "--python", sys.executable]
    chosen = soak.arguments(given)  # so many labels, not seconds: a loaded machine takes longer for them
    first = soak.soak(chosen)
    assert {row["piece"] for row in first} == {1} and len(first) == LABELS
    rows = soak.soak(chosen)
    assert rows[:LABELS] == first and [row["piece"] for row in rows[LABELS:]] == [2] * LABELS
    assert soak.soak(soak.arguments([*given, "--minutes", "0.5"])) == rows, "half a minute is full"
    assert rows[-1]["step"] > first[-1]["step"] > 0, "the second piece goes on with the run of the first"
    for piece in (1, 2):
        own = [row for row in rows if row["piece"] == piece]
        # a file may be open for a moment while it is counted: what stays open for good counts
        late = own[len(own) // 2 :]
        assert min(row["descriptors"] for row in late) <= min(row["descriptors"] for row in own[:5])
        assert min(row["threads"] for row in late) <= max(row["threads"] for row in own[:5])
        assert max(row["client_descriptors"] for row in late) <= max(row["client_descriptors"] for row in own[:5])


def rows_that(grow):
    """Two pieces of ten minutes whose figures stand still, but for what `grow` adds an hour; the second begins elsewhere."""
    found = []
    for piece in (1, 2):
        for second in range(5, 600, 5):
            row = {figure.field: 100.0 * piece + grow.get(figure.field, 0.0) * second / 3600 for figure in FIGURES}
            found.append({**row, "piece": piece, "at_s": float(second)})
    return found


def test_what_grows_an_hour_is_found_though_each_piece_begins_anew():
    rows = rows_that({"memory_mb": 120.0, "descriptors": 12.0})
    assert slope(rows, "memory_mb").an_hour == pytest.approx(120.0)
    titles = [sentence.split(" grows")[0] for sentence in growing(rows)]
    assert titles == ["trainer: memory of its own", "trainer: file descriptors"]
    assert growing(rows_that({"processor_ms_a_step": 5.0, "checkpoints_mb": 400.0})) == [], "these may"
