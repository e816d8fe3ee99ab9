"""A sample's own picture: read from a regular file below the data's folder and from nothing else, no larger than asked."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latent_lasso.core.errors import DataError
from latent_lasso.training import showing
from latent_lasso.training.datasets import DatasetRef, open_dataset, own_file
from latent_lasso.training.datasets.dataset import Media
from latent_lasso.training.told import AskPicture

WAYS = [own_file.by_handles, own_file.by_path]


@pytest.fixture(params=WAYS, ids=["handles", "paths"])
def way(request, monkeypatch):
    """Both ways to a file, whatever this system has."""
    if request.param is own_file.by_path:
        monkeypatch.setattr(own_file, "by_handles", own_file.by_path)
    return request.param


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a file, beside a secret."""
    (tmp_path / "secret.png").write_bytes(b"secret")
    folder = tmp_path / "data"
    (folder / "birds").mkdir(parents=True)
    (folder / "birds" / "wren.png").write_bytes(b"a wren")
    return folder


def test_a_file_below_the_folder_is_read(root, way):
    with own_file.opened(root, "birds/wren.png") as stream:
        assert stream.read() == b"a wren"
    link = root.parent / "chosen"
    link.symlink_to(root)  # the folder itself is what somebody chose
    with own_file.opened(link, "birds/wren.png") as stream:
        assert stream.read() == b"a wren"


@pytest.mark.parametrize(
    "file",
    ["", ".", "..", "../secret.png", "birds/../../secret.png", "/etc/passwd", "birds//wren.png", "birds", "birds/", "none.png",
     "C:/secret.png", "birds\\wren.png", "birds/wren.png\0", "./birds/wren.png"],
)  # fmt: skip
def test_no_other_path_is(root, way, file):
    with pytest.raises(DataError, match="it is not read"):
        own_file.opened(root, file)


def test_no_link_is_followed_also_not_one_that_stays_inside(root, way):
    (root / "out.png").symlink_to(root.parent / "secret.png")
    (root / "in.png").symlink_to(root / "birds" / "wren.png")
    (root / "folder").symlink_to(root / "birds")
    (root / "up").symlink_to(root.parent)
    for file in ("out.png", "in.png", "folder/wren.png", "up/secret.png"):
        with pytest.raises(DataError, match="it is not read"):
            own_file.opened(root, file)


def test_a_pipe_and_a_device_are_refused_at_once_and_a_file_that_is_too_large(root, way, monkeypatch):
    os.mkfifo(root / "pipe.png")
    with pytest.raises(DataError, match="it is not read"):
        own_file.opened(root, "pipe.png")
    monkeypatch.setattr(own_file, "MOST_BYTES", 5)
    with pytest.raises(DataError, match="is too large"):
        own_file.opened(root, "birds/wren.png")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files in /proc")
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_what_is_refused_is_not_left_open(root, way):
    os.mkfifo(root / "pipe.png")
    (root / "link.png").symlink_to(root / "birds")
    before = os.listdir("/proc/self/fd")
    for file in ("birds", "pipe.png", "link.png", "birds/none.png"):
        with pytest.raises(DataError, match="it is not read"):
            own_file.opened(root, file)
    assert os.listdir("/proc/self/fd") == before


def test_a_link_put_there_after_the_path_was_looked_at_is_not_followed(root, monkeypatch):
    real, turned = own_file.os.open, []

    def swapped(path, flags, *more, **named):
        if path == "wren.png" and not turned:
            turned.append(path)
            (root / "birds" / "wren.png").unlink()
            (root / "birds" / "wren.png").symlink_to(root.parent / "secret.png")
        return real(path, flags, *more, **named)

    swapped_in = {swapped, *os.supports_dir_fd}
    monkeypatch.setattr(own_file.os, "open", swapped)
    monkeypatch.setattr(own_file.os, "supports_dir_fd", swapped_in)
    with pytest.raises(DataError, match="it is not read"):
        own_file.opened(root, "birds/wren.png")
    assert turned


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Pictures of several sizes and depths in two folders."""
    rng = np.random.default_rng(0)
    folder = tmp_path / "pictures"
    for name in ("red", "blue"):
        (folder / name).mkdir(parents=True)
    Image.fromarray(rng.integers(0, 255, (400, 600, 3), dtype=np.uint8)).save(folder / "red" / "wide.jpg")
    Image.fromarray(rng.integers(0, 255, (20, 30, 3), dtype=np.uint8)).save(folder / "red" / "small.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(rng.integers(0, 255, (100, 300, 3), dtype=np.uint8)).save(folder / "blue" / "turned.jpg", exif=exif)
    Image.fromarray(np.arange(256 * 256, dtype=np.uint16).reshape(256, 256)).save(folder / "blue" / "deep.png")
    return folder


def ask(dataset, folder, file, side=256, root=None):
    """The pixels of the sample whose file is `file`."""
    samples = np.arange(10, 10 + dataset.size, dtype=np.int32)
    row = [media.file for media in dataset.media].index(file)
    told = showing.answer(dataset, root or folder, samples, AskPicture("x", 10 + row, side))
    assert told.sample == 10 + row and told.pixels.dtype == np.uint8
    return told.pixels


def test_a_picture_is_shown_whole_upright_and_no_larger_than_asked(pictures):
    dataset = open_dataset(DatasetRef("images", str(pictures)))
    assert ask(dataset, pictures, "red/wide.jpg").shape == (171, 256, 3)
    assert ask(dataset, pictures, "red/small.png").shape == (20, 30, 3), "what is small stays as it is"
    assert ask(dataset, pictures, "blue/turned.jpg").shape == (256, 85, 3)
    deep = ask(dataset, pictures, "blue/deep.png")
    assert deep.shape == (256, 256, 3) and deep[0].mean() < 5 and deep[-1].mean() > 250
    exact = np.asarray(Image.open(pictures / "red" / "small.png"))
    assert np.array_equal(ask(dataset, pictures, "red/small.png"), exact)
    assert max(ask(dataset, pictures, "red/wide.jpg", side=10**9).shape) == 600
    assert ask(dataset, pictures, "red/small.png", side=0).size == 0


def test_where_nothing_can_be_shown_the_answer_is_empty(pictures, tmp_path):
    dataset = open_dataset(DatasetRef("images", str(pictures)))
    samples = np.arange(dataset.size, dtype=np.int32)
    assert showing.answer(dataset, pictures, samples, AskPicture("x", 99, 64)).pixels.shape == (0, 0, 3)
    assert showing.answer(dataset, pictures, samples, AskPicture("x", -1, 64)).pixels.size == 0
    assert showing.answer(None, pictures, samples, AskPicture("x", 0, 64)).pixels.size == 0
    assert showing.answer(open_dataset(DatasetRef("digits")), pictures, samples, AskPicture("x", 0, 64)).pixels.size == 0
    assert ask(dataset, pictures, "red/wide.jpg", root=tmp_path / "gone").size == 0
    (tmp_path / "outside.png").write_bytes((pictures / "red" / "small.png").read_bytes())
    dataset.media = [Media("../outside.png") for _ in samples]  # as a run that somebody sent may say
    assert showing.answer(dataset, pictures, samples, AskPicture("x", 0, 64)).pixels.size == 0
    (pictures / "red" / "small.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    dataset.media = [Media("red/small.png") for _ in samples]
    assert showing.answer(dataset, pictures, samples, AskPicture("x", 0, 64)).pixels.size == 0
    Image.new("1", (9000, 9000)).save(pictures / "red" / "small.png")  # 81 million pixels in a small file
    assert showing.answer(dataset, pictures, samples, AskPicture("x", 0, 64)).pixels.size == 0


def test_only_the_newest_question_is_answered_and_by_another_thread(pictures):
    dataset = open_dataset(DatasetRef("images", str(pictures)))
    told, threads, first, go = [], set(), threading.Event(), threading.Event()

    def send(answer):
        told.append(answer.request)
        threads.add(threading.current_thread())
        first.set()
        assert go.wait(300)
        if answer.request == "last":
            done.set()

    done = threading.Event()
    looker = showing.Showing(dataset, pictures, np.arange(dataset.size, dtype=np.int32), send)
    looker.ask(AskPicture("first", 0, 64))
    assert first.wait(300)
    for request in ("passed over", "too", "last"):
        looker.ask(AskPicture(request, 1, 64))
    go.set()
    assert done.wait(300) and told == ["first", "last"]
    assert len(threads) == 1 and threading.current_thread() not in threads
