"""JSON from outside nests no deeper than anybody needs, wherever it comes in; that is looked at before anything is built."""

import io
import json
import sqlite3
import struct
from contextlib import closing

import numpy as np
import pytest

from latent_lasso.core import outside_json
from latent_lasso.core.errors import DataError, ProtocolError, StoreError
from latent_lasso.training import frames, label_files, run_view, runlock
from latent_lasso.training.datasets import DatasetRef, open_dataset
from latent_lasso.training.datasets.preprocessing import FILE, Preprocessing
from latent_lasso.training.store import DATABASE, RunStore

DEEP = outside_json.MOST_DEPTH + 1


def nested(levels):
    return "[" * levels + "]" * levels


def test_what_nests_as_deep_as_may_be_is_read_and_one_level_more_is_refused_before_it_is_built(monkeypatch):
    assert outside_json.parse(nested(DEEP - 1)) is not None
    monkeypatch.setattr(json, "loads", lambda text: pytest.fail("it was built"))
    for text in (nested(DEEP), '{"a":' * DEEP + "1" + "}" * DEEP, "[" * 1_000_000, '[{"a":' * DEEP):
        with pytest.raises(ValueError, match="deeper than 64 levels"):
            outside_json.parse(text)


def test_brackets_in_strings_and_side_by_side_count_for_nothing():
    value = {"a": "[" * 500 + '\\"[{' + "\\", "b": [[n] for n in range(500)], "c]": {"d": '"' * 9}}
    assert outside_json.parse(json.dumps(value)) == value == outside_json.parse(json.dumps(value).encode())
    with pytest.raises(json.JSONDecodeError):
        outside_json.parse('["' + "[" * 500)


def test_a_message_that_nests_too_deep_is_refused():
    header = f'{{"type":"Lease","fields":{{"until_step":{nested(DEEP)}}},"arrays":[]}}'.encode()
    with pytest.raises(ProtocolError, match="is not JSON"):
        frames.read(io.BytesIO(struct.pack("<4sIQ", b"LLF1", len(header), 0) + header))


def test_data_and_labels_that_nest_too_deep_are_one_sentence_that_names_the_file(tmp_path):
    (tmp_path / "t.jsonl").write_text(f'{{"text": "oak"}}\n{{"text": "elm", "more": {nested(DEEP)}}}\n')
    with pytest.raises(DataError, match=r"t\.jsonl: line 2 is no JSON \(too deep\)"):
        open_dataset(DatasetRef("auto", str(tmp_path / "t.jsonl")))
    (tmp_path / "labels.json").write_text(nested(DEEP))
    with pytest.raises(DataError, match=r"labels\.json cannot be read as labels \(it nests deeper than 64 levels\)"):
        label_files.read(tmp_path / "labels.json")


def test_a_run_folder_whose_notes_nest_too_deep_is_refused(tmp_path):
    run = tmp_path / "run"
    RunStore.create(run, ["a", "b"], ["a", "b"], np.full(2, -1, np.int32), {"dataset": {"path": ""}}).close()
    with closing(sqlite3.connect(run / DATABASE)) as database, database:
        database.execute("UPDATE meta SET value = ? WHERE key = 'dataset'", (nested(DEEP),))
    for opening in (run_view.data_folder, run_view.RunView, RunStore.open_run):
        with pytest.raises(StoreError, match=r"damaged|cannot be read"):
            opening(run)
    np.savez(run / FILE, steps=np.frombuffer(nested(DEEP).encode(), np.uint8))
    with pytest.raises(StoreError, match="damaged"):
        Preprocessing.load(run)
    (run / runlock.NAME).write_text(nested(DEEP))
    assert runlock.holder(run) is None
