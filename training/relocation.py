"""A run whose data was moved: the same data is found at another place. No torch."""

from __future__ import annotations

import os
from pathlib import Path

from ..core.errors import DataError
from . import same_data
from .datasets import DatasetRef
from .datasets.dataset import Progress
from .store import RunStore


def relocate(folder: Path, data: Path, progress: Progress) -> str:
    """Let the run in `folder` read its data from `data` from now on. Returns that path.

    Raises DataError where other data, or none, lies there; StoreError where the run is in use or cannot be read.
    """
    path = os.path.abspath(data)
    store = RunStore.open_run(folder)
    try:
        kept = store.meta["dataset"]
        try:
            same_data.read(store, DatasetRef(kept["kind"], path, kept["options"]), progress)
        except DataError as error:
            raise DataError(f"{error.sentence.rpartition(';')[0]}; choose what it was made from.") from error
        store.set_meta("dataset", {**kept, "path": path})
    finally:
        store.close()
    return path
