"""A run whose data was moved: the same data is found at another place. No torch."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from . import same_data
from .datasets.dataset import Progress
from .store import RunStore


def relocate(folder: Path, data: Path, progress: Progress) -> str:
    """Let the run in `folder` read its data from `data` from now on. Returns that path.

    Raises OtherDataError where other data lies there, DataError where none can be read; StoreError where the run is in use or
    cannot be read.
    """
    path = os.path.abspath(data)
    store = RunStore.open_run(folder)
    try:
        try:
            same_data.read(store, replace(same_data.reference(store), path=path), progress)
        except same_data.OtherDataError as error:
            raise same_data.OtherDataError(f"{error.what}; choose what it was made from.") from error
        store.set_meta("dataset", {**store.meta["dataset"], "path": path})
    finally:
        store.close()
    return path
