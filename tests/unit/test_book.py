"""The label difference: what is sent, acknowledged, sent again and taken back."""

import numpy as np

from latent_lasso.live.book import Gesture, LabelBook


def book(size=6, labels=None):
    labels = np.zeros(size, np.int32) if labels is None else np.asarray(labels, np.int32)
    return LabelBook(np.arange(size, dtype=np.int32), labels, "client", "ana")


def test_no_change_sends_nothing():
    b = book()
    assert b.difference(np.zeros(6, np.int32), Gesture(), 1) is None
    assert not b.pending


def test_an_edit_holds_what_changed_with_old_and_new():
    b = book(labels=[0, 2, 0, 0, 0, 1])
    edit = b.difference(np.array([3, 2, 0, 3, 0, 0], np.int32), Gesture(source="MOUSE"), 17)
    assert edit.samples.tolist() == [0, 3, 5]
    assert edit.old.tolist() == [0, 0, 1]
    assert edit.new.tolist() == [3, 3, 0]
    assert (edit.source, edit.displayed_step, edit.annotator) == ("MOUSE", 17, "ana")


def test_two_gestures_before_any_answer_stay_two_edits():
    b = book()
    first = b.difference(np.array([1, 1, 0, 0, 0, 0], np.int32), Gesture(gesture_id="a"), 1)
    second = b.difference(np.array([1, 1, 2, 2, 0, 0], np.int32), Gesture(gesture_id="b"), 1)
    assert first.samples.tolist() == [0, 1] and second.samples.tolist() == [2, 3]
    assert list(b.pending) == [first.edit_id, second.edit_id]


def test_only_acknowledged_labels_count_as_stored_and_twice_is_once():
    b = book()
    edit = b.difference(np.array([1, 1, 0, 0, 0, 0], np.int32), Gesture(), 1)
    assert b.acknowledged.tolist() == [0] * 6
    assert b.acknowledge([edit.edit_id]) == 2
    assert b.acknowledge([edit.edit_id]) == 0
    assert b.acknowledged.tolist() == [1, 1, 0, 0, 0, 0] and b.acknowledged_count == 2


def test_a_new_trainer_is_sent_what_the_old_one_never_acknowledged_under_the_same_id():
    old = book()
    done = old.difference(np.array([1, 0, 0, 0, 0, 0], np.int32), Gesture(), 1)
    old.acknowledge([done.edit_id])
    lost = old.difference(np.array([1, 2, 0, 0, 0, 0], np.int32), Gesture(), 2)
    new = book(labels=[1, 0, 0, 0, 0, 0])
    new.carry_over(old)
    assert [edit.edit_id for edit in new.unsent()] == [lost.edit_id]
    assert new.sent.tolist() == [1, 2, 0, 0, 0, 0]
    assert new.difference(np.array([1, 2, 0, 0, 0, 0], np.int32), Gesture(), 3) is None


def test_taking_back_walks_back_one_gesture_at_a_time():
    b = book()
    first = b.difference(np.array([1, 0, 0, 0, 0, 0], np.int32), Gesture(gesture_id="a"), 1)
    second = b.difference(np.array([1, 1, 0, 0, 0, 0], np.int32), Gesture(gesture_id="b"), 1)
    assert b.last() is second
    b.difference(np.array([1, 0, 0, 0, 0, 0], np.int32), Gesture(mode="UNDO", source="UNDO", gesture_id="b"), 1)
    assert b.last() is first
    b.difference(np.zeros(6, np.int32), Gesture(mode="UNDO", source="UNDO", gesture_id="a"), 1)
    assert b.last() is None
