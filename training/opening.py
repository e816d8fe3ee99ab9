"""Opening a run: a new one from a data set, or one that lies in a folder. No torch, so that a cloud appears at once."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..core import palette
from ..core.arrays import Float32Array
from ..core.categories import Category
from ..core.edits import LabelEdit, new_id
from ..core.errors import DataError, StoreError
from ..core.text import reason
from ..core.version import HALF_SIDE, VERSION
from . import foreign, noted, protocol, same_data
from .config import TrainConfig
from .datasets import Dataset, DatasetRef, describe, open_dataset
from .datasets.atlas import write_atlas
from .datasets.pca import first_room
from .reading import inside, reads
from .store import DATABASE, RunStore

NO_TORCH = "This Python has no torch: the cloud takes labels and keeps them, but does not move; choose a Python with torch."

Send = Callable[[protocol.Message], None]


@dataclass(eq=False)
class OpenRun:
    """A run that is open. dataset None: its data could not be read again, so it can be labelled but not trained."""

    store: RunStore
    config: TrainConfig
    dataset: Dataset | None
    positions: Float32Array
    step: int
    epoch: float
    missing: str
    trusted: tuple[str, ...] = ()


def open_run(message: protocol.Open, send: Send) -> OpenRun:
    """Do what Open asks and answer Described and Opened. Raises DataError or StoreError."""
    folder = Path(message.run_path)
    if message.dataset is None:
        run = resume(folder, send)
    else:
        run = create(folder, message, message.dataset, send)
    run.trusted = tuple(message.trusted)
    store, meta = run.store, run.store.meta
    atlas = meta.get("atlas") or {}
    send(
        protocol.Opened(
            run_id=meta["run_id"],
            run_path=str(folder),
            step=run.step,
            epoch=run.epoch,
            samples=store.samples,
            positions=run.positions,
            category=store.labels,
            tile=store.tiles,
            atlas=inside(folder, atlas["file"]).name if atlas.get("file") else "",
            tile_px=atlas.get("tile_px", 0),
            tile_columns=atlas.get("columns", 0),
            tile_rows=atlas.get("rows", 0),
            tile_gutter=atlas.get("gutter", 0),
            categories=store.categories(),
            revision=store.revision(),
            records=store.records,
            edits=store.edits,
            kind=meta["description"]["kind"],
            source=meta["description"]["source"],
            can_train=not run.missing,
            missing=run.missing,
            notes=list(meta["description"].get("notes", ())),
            disk_limit=store.limit,
        )
    )
    for sentence in store.take_notices():  # after Opened, which clears what was wrong before
        send(protocol.Failed("MENDED", sentence, False))
    return run


def create(folder: Path, message: protocol.Open, reference: DatasetRef, send: Send) -> OpenRun:
    """Read a data set and start a run on it."""
    config = TrainConfig.from_dict(message.config)
    if os.path.exists(folder / DATABASE):  # False also where it may not be looked at; then writing says so
        raise StoreError("{folder} holds a run already; choose another folder, or open that run.", folder=folder)
    described = describe(reference)
    send(described_message(described))
    dataset = open_dataset(reference, lambda share, text: send(protocol.Status("LOADING", text, share)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        foreign.check_files(folder)
        atlas = write_atlas(dataset, folder)
        dataset.preprocessing.save(folder)
        if config.encoder:
            from .encoders import own  # imports torch, so only where it is asked for

            own.copy_into(folder, config)
    except OSError as error:
        raise StoreError(
            "The run folder {folder} cannot be written ({reason}); choose another, or free some space.",
            folder=folder, reason=reason(error),
        ) from error
    tiles = atlas.tiles if atlas else np.full(dataset.size, -1, dtype=np.int32)
    meta = {
        "dataset": {"kind": reference.kind, "path": reference.path, "options": dict(reference.options)},
        "dataset_hash": dataset.content_hash,
        "description": asdict(dataset.description),
        "preprocessing": dataset.preprocessing.steps,
        "configuration": config.as_dict(),
        "seed": config.seed,
        "threads": config.thread_count,
        "device": "cpu",
        "versions": versions(),
        "annotator": message.annotator,
        "atlas": None
        if atlas is None
        else {name: value for name, value in vars(atlas).items() if name != "tiles"},
    }
    store = RunStore.create(folder, dataset.ids, dataset.names, tiles, meta, dataset.media or ())
    import_labels(store, dataset, message)
    return OpenRun(store, config, dataset, first_room(dataset.features, dataset.coordinates, HALF_SIDE), 0, 0.0, missing_torch())


def resume(folder: Path, send: Send) -> OpenRun:
    """Open the run in a folder, and read its data again if it is still the same."""
    store = RunStore.open_run(folder)
    whole(store)
    config = TrainConfig.from_dict(store.meta["configuration"])
    last = store.last_record()
    missing, dataset = missing_torch(), None
    try:
        data = same_data.reference(store)
        send(described_message(describe(data)))
        dataset, different = same_data.read(store, data, lambda share, text: send(protocol.Status("LOADING", text, share)))
        if different:
            store.notices.append(different)
    except DataError as error:
        dataset, missing = None, f"The cloud can be labelled but does not move: {error.sentence}"
    if last is not None:
        step, epoch, positions = last
    elif dataset is not None:
        step, epoch, positions = 0, 0.0, first_room(dataset.features, dataset.coordinates, HALF_SIDE)
    else:
        step, epoch, positions = 0, 0.0, np.zeros((len(store.samples), 3), dtype=np.float32)
    return OpenRun(store, config, dataset, positions, step, epoch, missing)


@reads
def whole(run: same_data.Run) -> None:
    """Raise StoreError where a run does not say all that opening it needs."""
    noted.check(run.meta, whole=True)


def import_labels(store: RunStore, dataset: Dataset, message: protocol.Open) -> None:
    """Labels that the data came with become categories and the run's first edit."""
    classes = dataset.description.classes
    rows = np.flatnonzero(dataset.labels).astype(np.int32)
    if not len(rows):
        return
    store.set_categories(
        [Category(number, name[:60] or f"class {number}", palette.colour_for(number)) for number, name in enumerate(classes, 1)]
    )
    edit = LabelEdit(
        edit_id=new_id(),
        gesture_id=new_id(),
        client_id=message.client_id,
        source="IMPORT",
        mode="IMPORT",
        samples=store.samples[rows],
        old=np.zeros(len(rows), dtype=np.int32),
        new=dataset.labels[rows],
        annotator=message.annotator,
        created_unix=time.time(),
    )
    store.apply_edits([edit])


def described_message(description: Any) -> protocol.Described:
    """A description as a message."""
    return protocol.Described(
        kind=description.kind,
        source=description.source,
        samples=description.samples,
        shape=list(description.shape),
        classes=list(description.classes),
        labelled=description.labelled,
        memory_bytes=description.memory_bytes,
        notes=list(description.notes),
    )


def missing_torch() -> str:
    """Empty where torch can be found, else the sentence that says what follows."""
    return "" if importlib.util.find_spec("torch") else NO_TORCH


def versions() -> dict[str, str]:
    """What computed this run: versions of Python, the packages and this code."""
    found = {"python": sys.version.split()[0], "latent_lasso": VERSION, "platform": platform.platform()}
    for package in ("numpy", "torch", "pillow", "pyarrow", "soundfile", "anndata", "wordllama"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "none"
    return found
