"""What was done to the data before the encoder, kept so that new samples get the same. numpy only, nothing is pickled."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...core import outside_json
from ...core.errors import DataError, StoreError
from ...core.text import reason
from .guard import check_stored

FILE = "preprocessing.npz"


@dataclass(eq=False)
class Preprocessing:
    """steps: plain values, for people and JSON. arrays: means, scales, vocabularies and the like."""

    steps: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, np.ndarray[Any, Any]] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Write it into a run folder."""
        partial = folder / f"{FILE}.partial"
        with partial.open("wb") as stream:
            steps = np.frombuffer(json.dumps(self.steps).encode(), dtype=np.uint8)
            arrays: dict[str, Any] = {f"array_{name}": value for name, value in self.arrays.items()}
            np.savez(stream, steps=steps, **arrays)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(folder / FILE)

    def require(self, key: str, source: str, what: str) -> None:
        """Raise DataError where this is not the preprocessing of `what`, which is what `source` holds."""
        if key not in self.steps and key not in self.arrays:
            raise DataError(
                "{source} holds {what}, but the run was trained on another kind of data; give the same kind.",
                source=source, what=what,
            )

    @classmethod
    def load(cls, folder: Path) -> Preprocessing:
        """Read it from a run folder. Raises StoreError where it is not there or damaged."""
        path = folder / FILE
        if not path.is_file():
            raise StoreError(
                "The run in {folder} kept no preprocessing (an older version made it); train it again from its data.",
                folder=folder,
            )
        try:
            check_stored(path)
            with np.load(path, allow_pickle=False) as archive:
                steps = outside_json.parse(archive["steps"].tobytes())
                if not isinstance(steps, dict):
                    raise ValueError("its steps are no table")
                arrays = {name[6:]: archive[name] for name in archive.files if name.startswith("array_")}
        except (OSError, ValueError, KeyError, EOFError, MemoryError, zipfile.BadZipFile) as error:
            raise StoreError(
                "{path} is damaged ({reason}); restore it from a copy.",
                path=path, reason=reason(error),
            ) from error
        return cls(steps, arrays)
