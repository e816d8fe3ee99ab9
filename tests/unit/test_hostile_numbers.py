"""Numbers, texts and shapes that no end of the stream sends: a named error, at either end, and never a reader that is gone."""

import io
import json
import struct
import threading
import time

import numpy as np
import pytest
from runs import made
from test_hostile_stream import serve, wire
from test_store import edit

from latent_lasso.core.categories import Category
from latent_lasso.core.edits import LabelEdit
from latent_lasso.core.errors import LabelError, ProtocolError, StoreError
from latent_lasso.training import frames, held, placed, protocol, told


def framed(header, payload=b""):
    return struct.pack("<4sIQ", frames.MAGIC, len(header), len(payload)) + header + payload


LEASE = b'{"type":"Lease","fields":{"until_step":%b,"ttl_s":%b},"arrays":[]}'
HUGE = b"1" + b"0" * 400
HOSTILE = {
    "a number for a float": LEASE % (b"1", HUGE),
    "a number for an int": LEASE % (HUGE, b"1"),
    "a side beside none": b'{"type":"Pause","fields":{},"arrays":[["<f4",[0,' + HUGE + b"]]]}",
    "sides beside none": b'{"type":"Pause","fields":{},"arrays":[["<f4",[0,2147483648,2147483648,2147483648]]]}',
    "half a character": b'{"type":"Save","fields":{"request":"\\ud800"},"arrays":[]}',
}


@pytest.mark.parametrize("header", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_number_a_text_or_a_shape_that_cannot_be_is_a_named_error(header):
    with pytest.raises(ProtocolError, match=r"restart the trainer\.$"):
        frames.read(io.BytesIO(framed(header)))


def test_a_trainer_that_is_sent_such_a_number_says_so_and_ends():
    code, messages, log = serve(framed(HOSTILE["a number for a float"]))
    assert [type(message).__name__ for message in messages] == ["Hello", "Failed", "Closed"] and code == 1
    assert "Traceback" not in log


def test_a_file_whose_name_is_no_utf_8_still_travels():
    sent = protocol.Save("caf\udce9")
    assert frames.read(io.BytesIO(wire(sent))) == sent


@pytest.mark.parametrize("shape", [(), (2, 2)])
def test_an_edit_whose_samples_are_no_list_is_refused(shape):
    values = np.zeros(shape, np.int32)
    with pytest.raises(LabelError, match="one after another"):
        LabelEdit("e", "g", "c", "MOUSE", "ASSIGN", values, values, values)


def test_a_text_that_no_file_takes_is_one_sentence_and_stores_nothing(tmp_path):
    store = made(tmp_path / "run")
    with pytest.raises(StoreError, match="half a character"):
        store.apply_edits([edit([1], 1), edit([2], 1, annotator="\udce9")])
    with pytest.raises(StoreError, match="half a character"):
        store.set_categories([Category(1, "a", (0, 0, 0)), Category(2, "\udce9", (0, 0, 0))])
    assert store.edits == 0 and not store.labels.any() and not store.categories()
    store.close()


def opened(count=3, **changed):
    values = {
        "run_id": "r", "run_path": "/r", "step": 0, "epoch": 0.0, "samples": np.arange(count, dtype=np.int32),
        "positions": np.zeros((count, 3), np.float32), "category": np.zeros(count, np.int32), "tile": np.zeros(count, np.int32),
        "atlas": "", "tile_px": 0, "tile_columns": 0, "tile_rows": 0, "tile_gutter": 0, "categories": [], "records": 0, "edits": 0,
        "kind": "vector", "source": "s", "can_train": True, "missing": "", **changed,
    }  # fmt: skip
    return protocol.Opened(**values)


@pytest.mark.parametrize(
    "changed",
    [
        {"positions": np.zeros((2, 3), np.float32)},
        {"positions": np.zeros(9, np.float32)},
        {"category": np.zeros((3, 1), np.int32)},
        {"tile": np.zeros(2, np.int32)},
        {"samples": np.array([1, 1, 2], np.int32)},
        {"edits": placed.MOST},
        {"tile_px": -1},
        {"categories": [Category(placed.MOST, "a", (0, 0, 0))]},
    ],
)
def test_a_run_that_does_not_fit_together_is_not_opened_in_blender(changed):
    assert len(opened().samples) == 3
    with pytest.raises(ProtocolError):
        opened(**changed)


def test_a_snapshot_or_a_picture_of_another_shape_is_refused():
    with pytest.raises(ProtocolError):
        protocol.Snapshot(1, 0.1, {}, 0, np.zeros((3, 2), np.float32))
    with pytest.raises(ProtocolError):
        protocol.Snapshot(1, 0.1, {}, 0, np.zeros((3, 3), np.float32), np.zeros(2, np.int32))
    with pytest.raises(ProtocolError):
        told.PictureTold("r", 1, np.zeros((4, 4), np.uint8))


def test_messages_that_nobody_takes_are_held_in_bounded_memory_and_none_is_lost():
    inbox, sent = held.Held(), held.MOST_BYTES // 4
    writer = threading.Thread(target=lambda: [inbox.put(number, sent) for number in range(20)], daemon=True)
    writer.start()
    while len(inbox._items) < 4:
        time.sleep(0.01)
    time.sleep(0.2)
    assert len(inbox._items) == 4, "the fifth would be over the limit, so its writer waits"
    assert [inbox.get(60) for _ in range(20)] == list(range(20))
    inbox.put("large", 9 * held.MOST_BYTES)
    waiting = threading.Thread(target=inbox.put, args=("late", 1), daemon=True)
    waiting.start()
    inbox.end()
    waiting.join(60)
    assert not waiting.is_alive(), "who closes holds no reader up"


def test_what_is_read_is_counted_a_message():
    source = held.Counted(io.BytesIO(wire(protocol.Pause()) + wire(protocol.Save("r"))))
    for message in (protocol.Pause(), protocol.Save("r")):
        assert frames.read(source) == message and source.since() == len(wire(message))


def test_json_of_a_number_with_too_many_digits_is_a_named_error():
    header = json.dumps({"type": "Pause", "fields": {}, "arrays": []}).replace("{}", '{"a": 1' + "0" * 5000 + "}")
    with pytest.raises(ProtocolError, match="is not JSON"):
        frames.read(io.BytesIO(framed(header.encode())))
