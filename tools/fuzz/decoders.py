"""The decoders: what each is given, under which name, and the call that reads it. A LatentError is the right answer to nonsense."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import seeds
from .mutate import Mutate, mutated, within_frame, within_gzip, within_zip


@dataclass(frozen=True)
class Decoder:
    """seeds: good inputs. suffix: of the file an input is written to. read: called with its path. title: for the table."""

    title: str
    seeds: seeds.Seeds
    suffix: str
    read: Callable[[Path], object]
    mutate: Mutate = mutated


def frames(path: Path) -> None:
    from latent_lasso.training import frames as codec

    stream = io.BytesIO(path.read_bytes())
    while codec.read(stream) is not None:  # type: ignore[arg-type]
        continue


def positions(path: Path) -> None:
    from latent_lasso.training import segments

    points, samples = segments.read_header(path)
    for row in (0, samples - 1):
        segments.read_sample(path, row)
    segments.PointCache(path, points, 1).close()


def dataset(path: Path) -> None:
    """What Open Data Set does: first look, then read."""
    from latent_lasso.training.datasets import DatasetRef, describe, open_dataset

    reference = DatasetRef("auto", str(path))
    described = describe(reference)
    opened = open_dataset(reference)
    assert all(
        text.isprintable() for text in (*opened.names, *opened.ids, *described.classes, *described.notes)
    )


def alone(path: Path) -> None:
    """A picture or a sound: its folder is opened, which holds a good one too."""
    dataset(path.parent)


def labels(path: Path) -> None:
    from latent_lasso.training import label_files

    found = label_files.read(path)
    assert all(isinstance(key, str) and isinstance(value, str) for key, value in found.items())


def run(path: Path) -> None:
    """A run folder whose database was changed: by those that read beside a trainer, then by one that takes it."""
    from latent_lasso.core.errors import LatentError
    from latent_lasso.training import run_view
    from latent_lasso.training.exports import export
    from latent_lasso.training.store import RunStore

    folder = path.parent
    for ask in (
        lambda: run_view.sample_row(folder, 1),
        lambda: run_view.data_folder(folder),
        lambda: run_view.samples_named(folder, "s1", 5),
        lambda: export(folder, "labels", folder / "labels.csv"),
    ):
        try:
            ask()
        except LatentError:
            continue
    view = run_view.RunView(folder)
    try:
        view.history.edits(), view.media(), view.engine_log(), view.last_metrics(), view.labels_after(2)
    finally:
        view.close()
    store = RunStore.open_run(folder)
    try:
        store.sample_ids(), store.categories(), store.last_record(), store.labels
    finally:
        store.close()


def checkpoint(path: Path) -> None:
    from latent_lasso.training import checkpoints

    state, _damaged = checkpoints.load_newest(path.parent)
    assert state is None or "network" in state


DECODERS = {
    "frames": Decoder("wire frames", seeds.frames, ".bin", frames, within_frame),
    "positions": Decoder("positions blocks (PC2)", seeds.positions, ".pc2", positions),
    "idx": Decoder("IDX", seeds.idx, ".idx", dataset),
    "idx-gz": Decoder("IDX, gzipped", seeds.idx_gz, ".idx.gz", dataset, within_gzip),
    "npy": Decoder("NPY", seeds.npy, ".npy", dataset),
    "npz": Decoder("NPZ", seeds.npz, ".npz", dataset, within_zip),
    "csv": Decoder("CSV", seeds.csv, ".csv", dataset),
    "json-lines": Decoder("JSON lines", seeds.json_lines, ".jsonl", dataset),
    "parquet": Decoder("Parquet", seeds.parquet, ".parquet", dataset),
    "labels-parquet": Decoder("labels to import, Parquet", seeds.labels_parquet, ".parquet", labels),
    "h5ad": Decoder("h5ad (AnnData)", seeds.h5ad, ".h5ad", dataset),
    "arrow": Decoder("Arrow, in a Hugging Face folder", seeds.arrow, "/data-00000-of-00001.arrow", alone),
    "images": Decoder("pictures", seeds.images, ".png", alone),
    "sounds": Decoder("sounds", seeds.sounds, ".wav", alone),
    "labels": Decoder("labels to import, CSV", seeds.labels, ".csv", labels),
    "labels-json": Decoder("labels to import, JSON", seeds.labels_json, ".json", labels),
    "run": Decoder("run.sqlite", seeds.databases, "/run.sqlite", run),
    "checkpoint": Decoder(
        "checkpoints", seeds.checkpoints, "/checkpoint-000000001.pt", checkpoint, within_zip
    ),
}
BESIDE = {
    "images": ("good.png", seeds.images),
    "sounds": ("good.wav", seeds.sounds),
    "arrow": ("dataset_info.json", seeds.described),
}
"""What lies in the folder beside an input."""
