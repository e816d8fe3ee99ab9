"""What a dropped file may mean: a data set of its own, or one sample of a folder, or of folders that are categories."""

from pathlib import Path

from latent_lasso.live import dropped
from latent_lasso.training.datasets import file_kind
from latent_lasso.training.datasets.reference import PICTURES, SOUNDS, SUFFIXES


def make(folder: Path, *names: str) -> Path:
    """Empty files below a folder; the first of them."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder / names[0]


def test_a_sample_among_folders_of_its_kind_offers_the_folder_above(tmp_path: Path) -> None:
    sample = make(tmp_path, "birds/robin/1.wav", "birds/wren/2.WAV", "birds/notes.md")
    assert dropped.what(sample) == "sound"
    assert dropped.folder_above(sample) == tmp_path / "birds"


def test_a_sample_whose_folder_stands_alone_offers_that_folder_only(tmp_path: Path) -> None:
    sample = make(tmp_path, "birds/1.png", "letters/readme.txt", "letters/talk.wav")
    assert dropped.what(sample) == "picture"
    assert dropped.folder_above(sample) is None, "beside it lie no pictures"
    assert dropped.folder_above(Path("/1.png")) is None, "nothing is above the root"
    assert dropped.folder_above(tmp_path / "gone" / "deeper" / "1.png") is None


def test_a_data_set_is_no_sample(tmp_path: Path) -> None:
    for name in ("trees.csv", "trees.PARQUET", "x.npz", "cells.h5ad", "train-images-idx3-ubyte.gz"):
        assert dropped.what(Path(name)) == ""


def test_all_that_a_drop_takes_can_be_opened() -> None:
    assert set(dropped.ENDINGS) >= {*SUFFIXES, *PICTURES, *SOUNDS}
    assert all(ending.startswith(".") and ending == ending.lower() for ending in dropped.ENDINGS)
    for ending in SUFFIXES:
        assert file_kind("auto", Path("anything" + ending)) == SUFFIXES[ending]
