"""The wire: whatever is sent arrives, and whatever is hostile is refused before it costs memory."""

import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from latent_lasso.core.categories import Category
from latent_lasso.core.edits import LabelEdit
from latent_lasso.core.errors import ProtocolError
from latent_lasso.training import frames, protocol
from latent_lasso.training.datasets.reference import DatasetRef


def wire(message):
    return b"".join(bytes(piece) for piece in frames.encode(message))


def there_and_back(message):
    return frames.read(io.BytesIO(wire(message)))


@settings(deadline=None, max_examples=60)
@given(
    positions=hnp.arrays(np.float32, st.tuples(st.integers(0, 50), st.just(3)), elements=st.floats(width=32)),
    step=st.integers(0, 2**31 - 1),
    metrics=st.dictionaries(st.text(max_size=20), st.floats(allow_nan=False, allow_infinity=False), max_size=5),
)
def test_snapshots_arrive_as_they_were_sent(positions, step, metrics):
    got = there_and_back(protocol.Snapshot(step, 1.5, metrics, 3, positions))
    assert got.step == step and got.metrics == metrics and got.prediction is None
    assert got.positions.tobytes() == positions.tobytes() and got.positions.shape == positions.shape


def test_edits_arrive_with_polygon_view_and_old_labels():
    edit = LabelEdit(
        "e", "g", "c", "MOUSE", "ASSIGN",
        np.array([1, 5], np.int32), np.array([0, 2], np.int32), np.array([3, 3], np.int32),
        7, "ana", np.ones((4, 2), np.float32), np.eye(4), (640, 480), 1.25, 99.5,
    )  # fmt: skip
    (got,) = there_and_back(protocol.ApplyEdits([edit])).edits
    assert (got.edit_id, got.viewport, got.duration_s, got.annotator) == ("e", (640, 480), 1.25, "ana")
    for name in ("samples", "old", "new", "polygon", "view"):
        assert np.array_equal(getattr(got, name), getattr(edit, name)) and getattr(got, name).dtype == getattr(edit, name).dtype


def test_nested_values_keep_their_types():
    got = there_and_back(protocol.Open("1", 1, "c", "/run", DatasetRef("arrays", "/x", {"k": 2}), {"seed": 3}))
    assert got.dataset == DatasetRef("arrays", "/x", {"k": 2})
    got = there_and_back(protocol.SetCategories("r", [Category(1, "a\n", (0.1, 0.2, 0.3))]))
    assert got.categories == [Category(1, "a\n", (0.1, 0.2, 0.3))]


def test_the_end_between_frames_is_an_end_and_inside_one_an_error():
    assert frames.read(io.BytesIO(b"")) is None
    whole = wire(protocol.Snapshot(1, 0.0, {}, 0, np.zeros((5, 3), np.float32)))
    for cut in (1, 10, 20, len(whole) - 1):
        with pytest.raises(ProtocolError, match="ended in the middle"):
            frames.read(io.BytesIO(whole[:cut]))


def hostile(header, payload=b"", claimed=None):
    raw = json.dumps(header).encode() if not isinstance(header, bytes) else header
    return struct.pack("<4sIQ", b"LLF1", len(raw), len(payload) if claimed is None else claimed) + raw + payload


BIG = {"type": "Snapshot", "fields": {}, "arrays": [["<f4", [2**40]]]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"XXXX" + b"\0" * 12, "out of step"),
        (struct.pack("<4sIQ", b"LLF1", 2**31, 0), "over the limit"),
        (struct.pack("<4sIQ", b"LLF1", 2, 2**62) + b"{}", "over the limit"),
        (hostile(b"\xff\xfe"), "not JSON"),
        (hostile(b"[" * 100_000), "not JSON"),
        (hostile([1]), "not an object"),
        (hostile({"type": "Evil", "fields": {}, "arrays": []}), "no message of type 'Evil'"),
        (hostile({"type": "Pause", "fields": {"x": 1}, "arrays": []}), "unknown field"),
        (hostile({"type": "Lease", "fields": {"until_step": 1}, "arrays": []}), "lacks its field 'ttl_s'"),
        (hostile({"type": "Lease", "fields": {"until_step": "1", "ttl_s": 1}, "arrays": []}), "until_step must be int"),
        (hostile({"type": "Lease", "fields": {"until_step": True, "ttl_s": 1}, "arrays": []}), "until_step must be int"),
        (hostile(BIG, claimed=2**31), "over the size limit"),
        (hostile({**BIG, "arrays": [["|O", [1]]]}, b"12345678"), "not allowed"),
        (hostile({**BIG, "arrays": [["<f4", [-1]]]}), "impossible shape"),
        (hostile({**BIG, "arrays": [["<f4", [2]]]}, b"1234"), "arrays take 8"),
    ],
)
def test_damaged_and_hostile_frames_are_refused_by_name_before_anything_is_allocated(data, words):
    def never(*_):
        raise AssertionError("something was allocated")

    with pytest.raises(ProtocolError, match=words):
        frames.read(io.BytesIO(data), never)


def test_an_array_of_another_dtype_than_the_field_is_refused():
    message = wire(protocol.Snapshot(1, 0.0, {}, 0, np.zeros((2, 3), np.float32))).replace(b"<f4", b"<i4")
    with pytest.raises(ProtocolError, match="positions must hold float32"):
        frames.read(io.BytesIO(message))


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=400))
def test_noise_never_does_anything_but_a_named_error(noise):
    for data in (noise, b"LLF1" + noise):
        try:
            frames.read(io.BytesIO(data))
        except ProtocolError:
            continue
