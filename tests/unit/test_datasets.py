"""Reading data: what people have, and what is wrong with it in one sentence."""

import struct
import zipfile

import numpy as np
import pytest
from PIL import Image

from latent_lasso.core.errors import DataError
from latent_lasso.training.datasets import DatasetRef, describe, open_dataset
from latent_lasso.training.datasets.atlas import write_atlas
from latent_lasso.training.datasets.pca import pca_room

RNG = np.random.default_rng(0)


def opened(path, kind="auto"):
    return open_dataset(DatasetRef(kind, str(path)))


def folder_of_pictures(root, modes=("L",), side=12):
    for number, name in enumerate(("cats", "dogs", "unlabelled")):
        (root / name).mkdir(parents=True)
        for index in range(3):
            mode = modes[(number + index) % len(modes)]
            pixels = RNG.integers(0, 255, (side, side, 3), dtype=np.uint8)
            Image.fromarray(pixels).convert(mode).save(root / name / f"{index}.png")
    return root


def test_digits_are_whole_offline_and_come_without_labels():
    data = open_dataset(DatasetRef("digits"))
    assert data.features.shape == (1797, 1, 8, 8) and data.features.max() == 1.0
    assert not data.labels.any()
    assert np.bincount(data.truth).tolist()[1:] == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_a_description_is_made_from_headers_and_agrees_with_what_is_loaded(tmp_path):
    path = tmp_path / "set.npz"
    np.savez(path, x=RNG.normal(size=(50, 7)), y=np.arange(50) % 3, names=np.array([f"n{i}" for i in range(50)]))
    said, data = describe(DatasetRef("auto", str(path))), opened(path)
    assert (said.kind, said.samples, said.shape) == ("vector", 50, (7,))
    assert (data.description.kind, data.size, data.features.shape[1:]) == ("vector", 50, (7,))
    assert said.memory_bytes == data.features.nbytes
    assert data.names[3] == "n3"


def test_vectors_are_standardised_and_a_constant_column_is_told(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, np.column_stack([RNG.normal(5, 3, 200), np.full(200, 7.0)]))
    data = opened(path)
    assert np.allclose(data.features[:, 0].mean(), 0, atol=1e-5) and np.allclose(data.features[:, 0].std(), 1, atol=1e-4)
    assert not data.features[:, 1].any()
    assert "1 constant" in data.description.notes[0]


@pytest.mark.parametrize(
    ("y", "labelled", "classes"),
    [
        (np.array([0, 1, -1, 10, 2, -1]), 4, ("0", "1", "2", "10")),
        (np.array([0.0, np.nan, 1.0, np.nan, 1.0, 0.0]), 4, ("0", "1")),
        (np.array(["cat", "", " dog ", "cat", "", ""]), 3, ("cat", "dog")),
    ],
)
def test_partly_labelled_data_is_the_normal_case(tmp_path, y, labelled, classes):
    path = tmp_path / "x.npz"
    np.savez(path, x=RNG.normal(size=(6, 4)), y=y)
    data = opened(path)
    assert int((data.labels > 0).sum()) == labelled
    assert data.description.classes == classes


def test_ids_are_those_given_or_come_from_the_content_and_survive_a_shuffle(tmp_path):
    x = RNG.normal(size=(20, 3)).astype(np.float32)
    x[7] = x[3]  # two equal samples are still two
    np.savez(tmp_path / "a.npz", x=x)
    np.savez(tmp_path / "b.npz", x=x[::-1])
    np.savez(tmp_path / "c.npz", x=x, ids=np.arange(20) * 3)
    a, b, c = (opened(tmp_path / f"{name}.npz") for name in "abc")
    assert len(set(a.ids)) == 20 and set(a.ids) == set(b.ids)
    assert a.ids[0] == b.ids[-1]
    assert c.ids[2] == "6"


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((5, 9, 8), (1, 9, 8)), ((5, 9, 8, 3), (3, 9, 8)), ((5, 9, 8, 4), (3, 9, 8)), ((5, 3, 9, 8), (3, 9, 8))],
)
def test_pictures_in_every_usual_layout(tmp_path, shape, expected):
    path = tmp_path / "p.npy"
    np.save(path, RNG.integers(0, 255, shape, dtype=np.uint8))
    data = opened(path)
    assert data.features.shape == (5, *expected) and 0 <= data.features.min() <= data.features.max() <= 1
    assert data.pictures.shape[:3] == (5, *expected[1:])


def test_a_folder_of_pictures_with_class_folders_and_some_unlabelled(tmp_path):
    data = opened(folder_of_pictures(tmp_path / "pets", modes=("L", "RGB", "RGBA", "P")))
    assert data.description.classes == ("cats", "dogs")
    assert data.features.shape == (9, 3, 12, 12)
    assert data.labels.tolist() == [1, 1, 1, 2, 2, 2, 0, 0, 0]
    assert data.ids[0] == "cats/0.png"


def wrong_nan(path):
    x = np.zeros((9, 3))
    x[4, 2] = np.nan
    np.save(path, x)


def wrong_objects(path):
    bomb = b"cbuiltins\nexec\n(S'raise SystemExit(\"unpickled\")'\ntR."
    with path.open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, {"descr": "|O", "fortran_order": False, "shape": (3,)})
        stream.write(bomb)


def wrong_promise(path):
    with path.open("wb") as stream:
        np.lib.format.write_array_header_1_0(
            stream, {"descr": "<f8", "fortran_order": False, "shape": (2**40, 64)}
        )
        stream.write(b"\0" * 100)


def wrong_zip(path):
    np.savez(path, x=np.zeros((5, 3)))
    path.write_bytes(path.read_bytes()[:-60])


def wrong_member(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", 20) + b"{'descr': bad" + b" " * 7)


WRONG = {
    "no rows": (".npy", lambda p: np.save(p, np.zeros((0, 3))), "needs at least 2"),
    "one number each": (".npy", lambda p: np.save(p, np.zeros(9)), "one row a sample"),
    "five axes": (".npy", lambda p: np.save(p, np.zeros((3, 2, 2, 2, 2))), "pictures are"),
    "a nan": (".npy", wrong_nan, "nan in row 4, column 2"),
    "an infinity": (".npz", lambda p: np.savez(p, x=np.full((4, 2), np.inf)), "inf in row 0"),
    "objects": (".npy", wrong_objects, "never loaded"),
    "text": (".npy", lambda p: np.save(p, np.array([["a"], ["b"]])), "must hold numbers"),
    "no x": (".npz", lambda p: np.savez(p, z=np.zeros((4, 2))), "no array named x"),
    "labels too few": (".npz", lambda p: np.savez(p, x=np.zeros((4, 2)), y=np.zeros(3)), "one label a sample"),
    "fractions": (".npz", lambda p: np.savez(p, x=np.zeros((4, 2)), y=np.full(4, 0.5)), "fractions"),
    "equal ids": (".npz", lambda p: np.savez(p, x=np.ones((4, 2)), ids=np.array([1, 2, 2, 3])), "two samples"),
    "empty file": (".npy", lambda p: p.write_bytes(b""), "0 bytes"),
    "not numpy": (".npy", lambda p: p.write_bytes(b"hello" * 9), "not a NumPy file"),
    "promises terabytes": (".npy", wrong_promise, "cut off"),
    "half a zip": (".npz", wrong_zip, "damaged"),
    "bad header": (".npz", wrong_member, "damaged"),
    "a kind nobody knows": (".xlsx", lambda p: p.write_bytes(b"hello"), "no known kind"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_in_one_sentence_that_names_the_file(tmp_path, case):
    suffix, make, words = WRONG[case]
    path = tmp_path / f"my data{suffix}"
    make(path)
    with pytest.raises(DataError) as caught:
        opened(path)
    sentence = caught.value.sentence
    assert words in sentence and path.name in sentence and "\n" not in sentence
    assert len(sentence) < 240


def test_what_is_not_there_or_not_a_file_is_said(tmp_path):
    with pytest.raises(DataError, match="nothing at"):
        opened(tmp_path / "gone.npz")
    with pytest.raises(DataError, match="holds no pictures, sounds or texts"):
        opened(tmp_path)
    with pytest.raises(DataError, match="is a folder"):
        opened(tmp_path, "arrays")


def test_a_truncated_picture_is_named_and_one_that_is_a_bomb_is_not_read(tmp_path):
    root = folder_of_pictures(tmp_path / "pets", modes=("RGB",), side=40)
    whole = (root / "dogs" / "1.png").read_bytes()
    (root / "dogs" / "1.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"1\.png is damaged or cut off"):
        opened(root)
    Image.new("1", (9000, 9000)).save(root / "dogs" / "1.png")
    with pytest.raises(DataError, match=r"1\.png (says it has|cannot be read)"):
        opened(root)


def test_each_sample_has_its_own_tile_with_a_gutter_of_its_border(tmp_path):
    data = open_dataset(DatasetRef("digits"))
    atlas = write_atlas(data, tmp_path)
    canvas = np.asarray(Image.open(tmp_path / atlas.file).convert("RGBA"))
    step = atlas.tile_px + 2 * atlas.gutter
    assert canvas.shape[:2] == (atlas.rows * step, atlas.columns * step)
    for sample in (0, 1, 42, 43, 1796):
        row, column = divmod(int(atlas.tiles[sample]), atlas.columns)
        tile = canvas[row * step : (row + 1) * step, column * step : (column + 1) * step, 0]
        inner = tile[1:-1, 1:-1]
        assert np.array_equal(inner, data.pictures[sample, :, :, 0])
        assert np.array_equal(tile[0, 1:-1], inner[0]) and np.array_equal(tile[1:-1, -1], inner[:, -1])


def test_the_first_room_is_the_same_every_time_and_lies_in_the_cube():
    data = open_dataset(DatasetRef("digits"))
    one, two = pca_room(data.features, 10.0), pca_room(data.features, 10.0)
    assert np.array_equal(one, two)
    assert np.abs(one).max() <= 10.0
    low, high = np.percentile(one, (1, 99), axis=0)
    assert np.allclose(high - low, 18.0, rtol=0.05)


@pytest.mark.parametrize("columns", [1, 2, 3000])
def test_any_number_of_features_has_a_room(columns):
    room = pca_room(RNG.normal(size=(60, columns)).astype(np.float32), 10.0)
    assert room.shape == (60, 3) and np.isfinite(room).all()
