"""What make fuzz found in Arrow and AnnData files: columns whose inside does not hold together are a sentence, not a crash."""

import io
import sys

import numpy as np
import pytest

from latent_lasso.core.errors import DataError
from latent_lasso.training import label_files
from latent_lasso.training.datasets import DatasetRef, describe, hdf5_apart, open_dataset

pa = pytest.importorskip("pyarrow")


OFFSETS = np.arange(4, dtype="<i4")


def saved(folder, change):
    """A Hugging Face folder of three rows, its one shard changed."""
    batch, stream = pa.RecordBatch.from_arrays([pa.array([1.0, 2.0, 3.0]), pa.array(["x", "y", "z"])], ["a", "label"]), io.BytesIO()
    with pa.ipc.new_stream(stream, batch.schema) as writer:
        writer.write_batch(batch)
    folder.mkdir()
    raw = stream.getvalue()
    assert raw.count(OFFSETS.tobytes()) == 1 and raw.count(b"xyz") == 1
    (folder / "data-00000-of-00001.arrow").write_bytes(change(raw))
    (folder / "dataset_info.json").write_text("{}")
    return folder


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(OFFSETS.tobytes(), np.array([0, 1, 2, 2**30], dtype="<i4").tobytes()),
        lambda raw: raw.replace(OFFSETS.tobytes(), np.array([9, 1, 2, 3], dtype="<i4").tobytes()),
        lambda raw: raw.replace(b"xyz", b"x\xffz"),
        lambda raw: raw.replace(b"label", b"la\xffel"),
    ],
    ids=[
        "a text that ends beyond the file", "a text that ends before it begins", "bytes that are no text", "a name that is no text",
    ],
)
def test_a_shard_whose_offsets_or_texts_are_wrong_is_refused_before_it_is_read(tmp_path, change):
    with pytest.raises(DataError, match=r"is damaged .*; save the folder again"):
        open_dataset(DatasetRef("auto", str(saved(tmp_path / "saved", change))))
    assert open_dataset(DatasetRef("auto", str(saved(tmp_path / "good", lambda raw: raw)))).size == 3


@pytest.mark.parametrize("name", ["label", "id"])
def test_a_column_of_lists_or_records_is_no_label_and_no_name(tmp_path, name):
    import pyarrow.parquet as pq

    for wrong in (pa.array([[1], [2, 3], []]), pa.array([{"x": 1}, {"x": 2}, {"x": 3}])):
        table = pa.table({"a": [1.0, 2.0, 3.0], "b": [3.0, 1.0, 2.0], name: wrong})
        pq.write_table(table, tmp_path / "t.parquet")
        with pytest.raises(DataError, match=rf"t\.parquet.*: column '{name}' holds .*; choose another"):
            open_dataset(DatasetRef("auto", str(tmp_path / "t.parquet")))


def test_an_h5ad_whose_matrix_cannot_be_opened_is_a_sentence(tmp_path):
    h5py, anndata = pytest.importorskip("h5py"), pytest.importorskip("anndata")
    path = tmp_path / "t.h5ad"
    anndata.AnnData(np.ones((6, 3), np.float32)).write_h5ad(path)
    with h5py.File(path, "r+") as file:
        del file["X"]
    for looking in (describe, open_dataset):
        with pytest.raises(DataError, match=r"t\.h5ad .*damaged"):
            looking(DatasetRef("auto", str(path)))


def test_labels_in_parquet_are_read_as_a_table_is(tmp_path):
    import pyarrow.parquet as pq

    path = tmp_path / "labels.parquet"
    pq.write_table(pa.table({"id": ["a", "b"], "category": ["oak", "elm"]}), path)
    assert label_files.read(path) == {"a": "oak", "b": "elm"}
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(DataError, match=r"labels\.parquet is damaged or no Parquet file"):
        label_files.read(path)


def h5ad(path):
    anndata = pytest.importorskip("anndata")
    anndata.AnnData(np.arange(18, dtype=np.float32).reshape(6, 3)).write_h5ad(path)
    return DatasetRef("auto", str(path))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends no process that takes too much")
@pytest.mark.parametrize("act", ["bytearray(2**30)", "[None for _ in iter(int, 1)]"], ids=["too much memory", "too long"])
def test_a_reader_of_hdf5_that_takes_too_much_is_ended_and_that_is_a_sentence(tmp_path, monkeypatch, act):
    reference, real = h5ad(tmp_path / "t.h5ad"), hdf5_apart.ENTRY
    entry = tmp_path / "training"
    entry.mkdir()
    (entry / "__main__.py").write_text(
        f"import sys; sys.path[:] = [{str(real.parents[0].parent)!r}, *sys.path[1:]]\n"
        "from pathlib import Path\n"
        "from latent_lasso.training.datasets import hdf5_apart as apart\n"
        "apart.SECONDS = 2\n"
        "apart.limit(Path(sys.argv[2]))\n"
        f"{act}\n"
        "sys.stdout.write('it was not ended')\n"
    )
    monkeypatch.setattr(hdf5_apart, "ENTRY", entry)
    for looking in (describe, open_dataset):
        with pytest.raises(DataError, match=r"t\.h5ad is damaged \(HDF5 came to a bad end"):
            looking(reference)
    monkeypatch.undo()
    assert open_dataset(reference).features.shape == (6, 3)


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0" * 5, (9).to_bytes(8, "little") + b"[1, 2, 3]", (2**40).to_bytes(8, "little"), b"\x02" + bytes(7) + b"{}"],
    ids=["nothing", "half a length", "a list", "too much", "no counts"],
)
def test_what_a_reader_that_was_taken_over_says_is_refused(tmp_path, monkeypatch, answer):
    reference = h5ad(tmp_path / "t.h5ad")
    entry = tmp_path / "training"
    entry.mkdir()
    (entry / "__main__.py").write_text(f"import sys; sys.stdout.buffer.write({answer!r})")
    monkeypatch.setattr(hdf5_apart, "ENTRY", entry)
    with pytest.raises(DataError, match=r"t\.h5ad is damaged \(HDF5 came to a bad end"):
        open_dataset(reference)
