"""What make fuzz found in Arrow and AnnData files: columns whose inside does not hold together are a sentence, not a crash."""

import io

import numpy as np
import pytest

from latent_lasso.core.errors import DataError
from latent_lasso.training import label_files
from latent_lasso.training.datasets import DatasetRef, describe, open_dataset

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
