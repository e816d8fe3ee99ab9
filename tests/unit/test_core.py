"""Categories, colours, timeline, measures, edits."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_lasso.core import arrows, categories, edits, metrics, palette
from latent_lasso.core.categories import Category
from latent_lasso.core.errors import LabelError
from latent_lasso.core.timeline import Timeline

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB
VISION = {
    "usual": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip


def lab(rgb):
    """CIE L*a*b* of linear RGB, D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz / (0.9505, 1.0, 1.089))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
def test_the_first_colours_and_the_unlabelled_grey_are_told_apart_by_everybody(vision):
    colours = [palette.colour_for(number) for number in range(1, 11)]
    seen = [lab(VISION[vision] @ np.array(palette.linear(c))) for c in [palette.UNLABELLED, *colours]]
    distances = {(i, j): float(np.linalg.norm(seen[i] - seen[j])) for i, j in itertools.combinations(range(11), 2)}
    nearest = min(distances, key=distances.get)
    assert distances[nearest] > 8, f"{nearest} differ by {distances[nearest]:.1f}; 2.3 is just noticeable"


@pytest.mark.parametrize("vision", VISION)
def test_no_kind_of_arrow_is_taken_for_another_by_anybody(vision):
    seen = [lab(VISION[vision] @ np.array(palette.linear(channel.colour))) for channel in arrows.CHANNELS]
    assert min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)) > 25


def test_a_category_keeps_its_colour_and_the_table_is_by_number():
    assert palette.colour_for(40) == palette.colour_for(40)
    table = palette.table([Category(3, "c", (1.0, 0.0, 0.0))])
    assert table.shape == (4, 4) and table[3].tolist() == [1.0, 0.0, 0.0, 1.0]
    assert np.allclose(table[0], table[1])
    assert palette.table([]).shape == (1, 4)


@pytest.mark.parametrize(
    ("name", "words"), [("  ", "Give the category a name"), ("x" * 70, "too long"), ("a\nb", "control"), ("cat", "already")]
)
def test_a_name_that_cannot_be_is_refused_in_a_sentence(name, words):
    with pytest.raises(LabelError, match=words):
        categories.validate_name(name, taken=["cat"])


def test_numbers_of_deleted_categories_never_come_back():
    assert categories.next_id([Category(1, "a", (0, 0, 0))], highest_ever=4) == 5
    assert categories.validate_name(" Über-Kategorie 7 ") == "Über-Kategorie 7"


@given(st.integers(0, 10**6), st.floats(0.1, 100), st.integers(1, 5000), st.data())
def test_frames_and_records_are_each_others_inverse(first, rate, records, data):
    timeline = Timeline(first, rate, records)
    record = data.draw(st.integers(0, records - 1))
    assert timeline.record_of_frame(timeline.frame_of_record(record)) == pytest.approx(record, abs=1e-4)
    assert timeline.record_of_frame(first - 1) == 0
    assert timeline.record_of_frame(timeline.last_frame + 1000) == records - 1


def test_a_step_belongs_to_the_first_record_at_or_after_it():
    assert [Timeline.record_of_step([0, 10, 20], step) for step in (0, 1, 10, 11, 20, 99)] == [0, 1, 1, 2, 2, 2]
    assert Timeline.record_of_step([], 5) == 0


def test_a_label_is_in_the_first_record_after_the_step_that_took_it_in():
    assert [Timeline.record_of_label([0, 8, 16], step) for step in (0, 7, 8, 15, 16)] == [1, 1, 2, 2, 2]


def test_accuracy_is_that_of_neighbours_counted_by_hand():
    rng = np.random.default_rng(1)
    positions = rng.normal(size=(200, 3)).astype(np.float32)
    truth = rng.integers(1, 4, 200).astype(np.int32)
    labels = np.where(np.arange(200) < 60, truth, 0).astype(np.int32)
    evaluate = np.arange(200) >= 60
    right = 0
    for row in range(60, 200):
        order = np.argsort(((positions[:60] - positions[row]) ** 2).sum(1))[:3]
        votes = truth[order].tolist()
        right += max(votes, key=lambda v: (votes.count(v), -votes.index(v))) == truth[row]
    assert metrics.neighbours_for(60) == 3
    assert metrics.knn_accuracy(positions, labels, truth, evaluate) == pytest.approx(right / 140)
    assert metrics.knn_accuracy(positions, labels * 0, truth, evaluate) == 0.0


def test_fill_is_one_for_an_even_room_and_small_for_clumps():
    rng = np.random.default_rng(0)
    even = rng.uniform(-1, 1, (20000, 3)).astype(np.float32)
    clumps = (rng.normal(0, 0.01, (20000, 3)) + rng.choice([-1, 1], (20000, 1))).astype(np.float32)
    assert metrics.fill(even) > 0.97 > 0.4 > metrics.fill(clumps)
    assert metrics.fill(even * 7 + 3) == pytest.approx(metrics.fill(even), abs=1e-3)


LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=30)


@given(LABELS, st.data())
def test_an_edit_takes_one_labelling_to_another_and_its_inverse_back(old, data):
    new = data.draw(st.lists(st.integers(0, 4), min_size=len(old), max_size=len(old)))
    old, new = np.array(old, np.int32), np.array(new, np.int32)
    samples = np.arange(len(old), dtype=np.int32)
    changed, was, now = edits.difference(samples, old, new)
    edit = edits.LabelEdit(edits.new_id(), "g", "c", "SCRIPT", "ASSIGN", changed, was, now)
    assert np.array_equal(edits.apply(old, changed, edit), new)
    assert np.array_equal(edits.apply(new, changed, edits.inverse(edit, "c", 0, 0.0)), old)
    assert len(changed) == np.count_nonzero(old != new)


def test_an_edit_that_cannot_be_is_refused():
    one = np.array([1], np.int32)
    with pytest.raises(LabelError, match="came from"):
        edits.LabelEdit("e", "g", "c", "MAGIC", "ASSIGN", one, one, one)
    two = np.array([5, 5], np.int32)
    with pytest.raises(LabelError, match="ascending"):
        edits.LabelEdit("e", "g", "c", "SCRIPT", "ASSIGN", two, two, two)
