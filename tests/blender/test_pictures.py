"""A sample's own picture comes from the trainer to the card, once, and the tile stays where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np

from .conftest import Load


def folder_of(place: Path, wide: int = 300, high: int = 200) -> Path:
    """Twelve pictures of noise in two folders, each in its own hue."""
    rng = np.random.default_rng(0)
    for number in range(12):
        folder = place / "pictures" / ("left", "right")[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        pixels = rng.integers(0, 255, (high, wide, 3), dtype=np.uint8)
        (folder / f"{number:02}.ppm").write_bytes(b"P6 %d %d 255\n" % (wide, high) + pixels.tobytes())
    return place / "pictures"


def wait(load: Load, done: Any) -> None:
    load("live.blocking").wait_until(load("live.session").running(), bpy.context, done, "a picture", 600.0)


def test_the_picture_of_a_sample_is_its_file_and_is_asked_for_once(load: Load, tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    assert bpy.ops.latent.open_dataset(filepath=str(folder), wait=True) == {"FINISHED"}
    cloud, trainer, pictures = bpy.context.active_object, load("live.session").running(), load("live.pictures")
    samples = load("scene.cloud").read_ints(cloud.data, "sample")
    number = int(samples[5])
    assert pictures.of_sample(trainer, cloud, number, 300) is None
    wait(load, lambda: pictures.of_sample(trainer, cloud, number, 300) is not None)
    found = pictures.of_sample(trainer, cloud, number, 300)
    row = load("training.run_view").sample_row(load("live.paths").resolved(cloud.latent.run_path), number)
    written = (folder / row.file).read_bytes()
    assert np.array_equal(found, np.frombuffer(written[-300 * 200 * 3 :], dtype=np.uint8).reshape(200, 300, 3))
    assert pictures.of_sample(trainer, cloud, number, 300) is found
    (folder / row.file).unlink()
    assert pictures.of_sample(trainer, cloud, number, 150) is None
    wait(load, lambda: (number, 150) in trainer.pictures)
    assert pictures.of_sample(trainer, cloud, number, 150) is None, "a file that is gone: the card keeps the tile"
    for sample in samples.tolist():
        for side in (10, 11, 12):
            pictures.of_sample(trainer, cloud, sample, side)
            wait(load, lambda key=(sample, side): key in trainer.pictures)
    assert len(trainer.pictures) <= pictures.KEPT
    bpy.ops.latent.stop()
    assert pictures.of_sample(load("live.session").running(), cloud, number, 300) is None


def test_data_without_picture_files_is_not_asked(load: Load, cloud: Any) -> None:
    trainer, pictures = load("live.session").running(), load("live.pictures")
    assert pictures.of_sample(trainer, cloud, 3, 300) is None
    wait(load, lambda: (3, 300) in trainer.pictures)
    assert trainer.pictures[3, 300].size == 0 and pictures.of_sample(trainer, cloud, 3, 300) is None
