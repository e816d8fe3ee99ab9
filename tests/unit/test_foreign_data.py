"""Data and runs that somebody sent: no other program is started over them, no file elsewhere is read, no markup comes out."""

import csv
import os
import sqlite3
import struct
import sys
from contextlib import closing

import numpy as np
import pytest
from PIL import Image
from runs import made, recorded

from latent_lasso.core.errors import DataError, StoreError
from latent_lasso.training import curves, label_files
from latent_lasso.training.cells import plain, safe
from latent_lasso.training.config import TrainConfig
from latent_lasso.training.datasets import DatasetRef, open_dataset, own_file
from latent_lasso.training.datasets.preprocessing import Preprocessing
from latent_lasso.training.exports import card
from latent_lasso.training.exports.folders import file_name, write
from latent_lasso.training.run_view import RunView
from latent_lasso.training.segments import HEADER, SIGNATURE
from latent_lasso.training.store import DATABASE

POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n%%EndComments\n1 1 scale\nshowpage\n%%EOF\n"


@pytest.fixture
def run(tmp_path):
    store = made(tmp_path / "run")
    recorded(store, [1, 2])
    store.close()
    return tmp_path / "run"


def tell(run, statement, *values):
    with closing(sqlite3.connect(run / DATABASE)) as database, database:
        database.execute(statement, values)


@pytest.mark.skipif(os.name == "nt", reason="the program that is called in place of Ghostscript is a script of sh")
def test_a_postscript_that_is_called_a_picture_starts_no_ghostscript(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "gs"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "pictures").mkdir()
    for number in range(3):
        (tmp_path / "pictures" / f"{number}.png").write_bytes(POSTSCRIPT)
    with pytest.raises(DataError, match="no known kind"):
        open_dataset(DatasetRef("images", str(tmp_path / "pictures")))
    assert not (tmp_path / "started").exists()


def stored_outside(file, h5py, other):
    del file["X"]
    other.write_bytes(b"SECRETS!" * 9)
    file.create_dataset("X", (6, 3), "f4", external=[(str(other), 0, 72)])


def virtual(file, h5py, other):
    del file["X"]
    with h5py.File(other, "w") as held:
        held["d"] = np.full((6, 3), 7, np.float32)
    layout = h5py.VirtualLayout((6, 3), "f4")
    layout[:] = h5py.VirtualSource(str(other), "d", (6, 3))
    file.create_virtual_dataset("X", layout)


def deep_link(file, h5py, other):
    with h5py.File(other, "w") as held:
        held["d"] = np.arange(6.0)
    file["uns/deep/er"] = h5py.ExternalLink(str(other), "d")


@pytest.mark.parametrize("change", [stored_outside, virtual, deep_link])
def test_an_h5ad_whose_numbers_lie_in_another_file_is_refused(tmp_path, change):
    h5py, anndata = pytest.importorskip("h5py"), pytest.importorskip("anndata")
    path = tmp_path / "t.h5ad"
    anndata.AnnData(np.ones((6, 3), np.float32)).write_h5ad(path)
    with h5py.File(path, "r+") as file:
        attributes = dict(file["X"].attrs)
        change(file, h5py, tmp_path / "other.h5")
        for name, value in attributes.items():
            file["X"].attrs[name] = value
    with pytest.raises(DataError, match=r"t\.h5ad: (X|uns/deep/er) lies in another file; save it whole"):
        open_dataset(DatasetRef("auto", str(path)))


def test_metadata_of_a_projector_lies_beside_its_vectors(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "tensors.tsv").write_text("1\t2\n3\t4\n5\t7\n")
    (tmp_path / "secret.tsv").write_text("a\nb\nc\n")
    with pytest.raises(DataError, match="no metadata file"):
        open_dataset(DatasetRef("projector", str(folder / "tensors.tsv"), {"metadata": "../secret.tsv"}))
    (folder / "metadata.tsv").symlink_to(tmp_path / "secret.tsv")
    assert "a" not in open_dataset(DatasetRef("projector", str(folder / "tensors.tsv"))).names


@pytest.mark.parametrize(
    "options",
    [{"limit": float("inf")}, {"window": float("inf")}, {"encoding": "a\0"}, {"separator": "\0"}, {"limit": float("nan")}],
)
def test_an_option_that_cannot_be_is_one_sentence(tmp_path, options):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n5,7\n")
    with pytest.raises(DataError, match="The data option"):
        open_dataset(DatasetRef("auto", str(tmp_path / "t.csv"), options))


@pytest.mark.parametrize(
    "settings",
    [
        {"batch": float("inf")}, {"rate_high": float("nan")}, {"batch": 10**12}, {"threads": 10**6}, {"seed": 10**30},
        {"neighbours": 10**9}, {"forces": [1]}, {"forces": {"x": 1}}, {"forces": {"attract": "1"}},
    ],
)  # fmt: skip
def test_a_training_setting_that_would_take_any_amount_of_memory_is_one_sentence(settings):
    with pytest.raises(DataError, match=r"The (training setting|force)"):
        TrainConfig.from_dict(settings)


def test_only_pictures_sounds_and_texts_are_handed_to_other_programs(tmp_path):
    for name in ("cat.png", "tune.WAV", "note.txt", "run.exe", "x.desktop", "x.png.bat", "noend"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "link.png").symlink_to(tmp_path / "run.exe")
    for name in ("cat.png", "tune.WAV", "note.txt"):
        assert own_file.lies_at(tmp_path, name) == tmp_path / name
    for name in ("run.exe", "x.desktop", "x.png.bat", "noend", "link.png"):
        with pytest.raises(DataError, match="neither picture, sound nor text"):
            own_file.lies_at(tmp_path, name)
    for name in ("../x.png", "/etc/passwd", "gone.png"):
        with pytest.raises(DataError, match="is not below"):
            own_file.lies_at(tmp_path, name)


@pytest.mark.parametrize("text", ["\n=1", "＝1+1", "＋1", "－2", "＠sum", "'＝1", "\r=1"])
def test_a_formula_in_wide_letters_or_behind_an_end_of_line_is_made_safe_too(text):
    assert safe(text) == f"'{text}" and plain(safe(text)) == text


def test_the_values_of_a_run_are_written_as_numbers_below_names_that_are_no_formulas(run, tmp_path):
    tell(run, "INSERT INTO metrics VALUES (1, '=cmd|calc', 0.5)")
    curves.write_csv(run, tmp_path / "values.csv")
    with (tmp_path / "values.csv").open(encoding="utf-8", newline="") as stream:
        assert "'=cmd|calc" in next(csv.reader(stream))
    tell(run, "INSERT INTO metrics VALUES (2, 'loss', '=cmd')")
    for looking in (curves.read, lambda folder: curves.write_csv(folder, tmp_path / "more.csv")):
        with pytest.raises(StoreError, match="is damaged"):
            looking(run)


def test_a_point_cache_of_no_points_is_one_sentence_in_the_chart(run):
    (run / "segment-0001.pc2").write_bytes(HEADER.pack(SIGNATURE, 1, 0, 0.0, 1.0, 2))
    with pytest.raises(StoreError, match="is damaged"):
        curves.read(run)


def test_no_field_of_a_run_is_markup_in_its_card(run):
    for key in ("run_id", "dataset_hash"):
        tell(run, "INSERT OR REPLACE INTO meta VALUES (?, '\"<script>x</script>\"')", key)
    described = '{"source": "<b>", "kind": "<b>", "samples": 12, "shape": [4], "notes": ["<b>"]}'
    for key, value in {"description": described, "configuration": '{"<b>": "<b>"}', "versions": '{"<b>": "<b>"}'}.items():
        tell(run, "INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)
    view = RunView(run)
    assert "<" not in card.card(view, "<b>", [1])
    view.close()


@pytest.mark.parametrize("name", ["con .txt", "COM¹", "conin$", "a\u202egnp.exe", "a\x85b", "日" * 80, "\U0001f9ff" * 90, "\ud800"])
def test_a_name_that_misleads_or_that_some_system_cannot_write_becomes_one_that_is_what_it_looks_like(tmp_path, name):
    made_of = file_name(name)
    assert made_of.isprintable() and len(made_of.encode()) <= 101 and not made_of.lower().startswith(("con", "com"))
    (tmp_path / made_of).mkdir()


def test_categories_whose_folders_would_be_one_get_a_folder_each(tmp_path):
    names = {1: "Cat", 2: "cat", 3: "CAT", 4: "cat_2", 5: "cafe\u0301", 6: "caf\u00e9"}

    class View:
        meta = {"dataset": {"path": str(tmp_path)}}
        labels = np.array(sorted(names))

        def media(self):
            return dict.fromkeys(range(6), ("a.txt", 0.0, 0.0))

        def name_of(self, number):
            return names[number]

    (tmp_path / "a.txt").write_text("x")
    write(View(), tmp_path / "out", lambda share, text: None)
    made_folders = [path.name.casefold() for path in (tmp_path / "out").iterdir()]
    assert len(set(made_folders)) == len(made_folders) == 6


def hugging_face(folder, rows=3):
    pa = pytest.importorskip("pyarrow")
    folder.mkdir()
    batch = pa.RecordBatch.from_arrays([pa.array(range(rows)), pa.array([0.5, 1.5, 4.0])], ["a", "b"])
    with pa.OSFile(str(folder / "data-00000-of-00001.arrow"), "wb") as file, pa.ipc.new_stream(file, batch.schema) as writer:
        writer.write_batch(batch)
    return folder


def test_a_description_that_is_a_pipe_or_a_link_out_of_its_folder_is_not_opened(tmp_path):
    saved = hugging_face(tmp_path / "saved")
    os.mkfifo(saved / "dataset_info.json")
    with pytest.raises(DataError, match="no file of this folder"):
        open_dataset(DatasetRef("huggingface", str(saved)))
    (saved / "dataset_info.json").unlink()
    (tmp_path / "secret.json").write_text("{}")
    (saved / "dataset_info.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(DataError, match="no file of this folder"):
        open_dataset(DatasetRef("huggingface", str(saved)))


def test_labels_of_idx_lie_beside_their_pictures(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "t-images-idx3-ubyte").write_bytes(struct.pack(">4i", 0x803, 3, 8, 8) + bytes(range(192)))
    (tmp_path / "secret").write_bytes(struct.pack(">2i", 0x801, 3) + bytes([1, 2, 1]))
    (folder / "t-labels-idx1-ubyte").symlink_to(tmp_path / "secret")
    assert not open_dataset(DatasetRef("auto", str(folder / "t-images-idx3-ubyte"))).labels.any()


@pytest.mark.parametrize("name", ["labels.csv", "labels.json", "labels.parquet"])
def test_a_pipe_that_is_called_labels_holds_nobody_up(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(DataError, match="no file but"):
        label_files.read(tmp_path / name)


@pytest.mark.parametrize("steps", [{}, {"columns": [{"evil": 1}]}, {"columns": 7}, {"columns": [{"name": "a", "type": "x"}]}])
def test_a_preprocessing_of_other_data_is_one_sentence(tmp_path, steps):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n5,7\n")
    for arrays in ({}, {"mean": np.zeros((2, 2)), "scale": np.array("x")}):
        with pytest.raises(DataError, match=r"t\.csv.*\.$"):
            open_dataset(DatasetRef("auto", str(tmp_path / "t.csv")), None, Preprocessing(steps, arrays))


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names are always Unicode there")
def test_files_whose_names_are_no_utf_8_are_left_out_and_that_is_said(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(4):
        Image.new("RGB", (8, 8), (9 * number, 0, 0)).save(folder / f"{number}.png")
    os.rename(folder / "0.png", os.fsencode(folder) + b"/caf\xe9.png")
    os.mkdir(os.fsencode(folder) + b"/kla\xdfe")
    os.rename(folder / "1.png", os.fsencode(folder) + b"/kla\xdfe/1.png")
    found = open_dataset(DatasetRef("auto", str(folder)))
    assert found.ids == ["2.png", "3.png"] and any("2 files whose names are no UTF-8" in note for note in found.description.notes)
    for number in (2, 3):
        (folder / f"{number}.png").unlink()
    with pytest.raises(DataError, match="are no UTF-8; rename them"):
        open_dataset(DatasetRef("images", str(folder)))
