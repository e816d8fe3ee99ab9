"""Label edits as the names of timeline markers."""

from __future__ import annotations

import itertools

from latent_lasso.core.marks import LONGEST, Change, merged


def test_edits_far_apart_get_a_marker_each_and_near_ones_share_one() -> None:
    changes = [Change(50.4, 80, "three"), Change(10.0, 214, "seven"), Change(12.0, 6, "seven"), Change(14.0, 3, "")]
    assert merged(changes, 5.0) == [(10, "+220 seven, 3 cleared"), (50, "+80 three")]
    assert [frame for frame, _ in merged(changes, 1.0)] == [10, 12, 14, 50]


def test_no_two_markers_stand_closer_than_the_gap_and_no_point_is_left_out() -> None:
    changes = [Change(frame * 0.7, 2, "a") for frame in range(100)]
    found = merged(changes, 9.0)
    assert all(b[0] - a[0] >= 8 for a, b in itertools.pairwise(found))
    assert sum(int(text.split()[0]) for _, text in found) == 200


def test_a_long_text_names_the_largest_and_how_many_more() -> None:
    text = merged([Change(1.0, number, f"category {number}") for number in range(1, 30)], 5.0)[0][1]
    assert text == "+29 category 29 and 28 more"
    alone = merged([Change(1.0, 5, "x" * 200)], 5.0)[0][1]
    assert len(alone) == LONGEST and alone.endswith("…")
