"""Results for the tools that people use next. Each export reads a run folder and writes a file or a folder.

EXPORTS is where a new one is added. What is half written has another name until it is whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...core.errors import StoreError
from ...core.text import reason
from ..datasets.dataset import Progress, silent
from ..opening import whole
from ..run_view import RunView
from . import embeddings, folders, labels, model, projector

Write = Callable[[RunView, Path, Progress], str]


@dataclass(frozen=True)
class Export:
    """One kind of result. suffixes: of the file it writes; none for a folder. write returns a sentence on what it did."""

    title: str
    suffixes: tuple[str, ...]
    write: Write


EXPORTS = {
    "labels": Export("Labels with ids and provenance", (".csv", ".json", ".parquet"), labels.write),
    "embeddings": Export("Positions, predictions and confidences", (".npz", ".parquet"), embeddings.write),
    "folder": Export("The files, sorted into a folder for each category", (), folders.write),
    "projector": Export("TensorFlow Projector: TSV, metadata and sprite", (), projector.write),
    "model": Export("The model as ONNX, its preprocessing and a model card", (), model.write),
}


def export(
    run: Path, what: str, target: Path, progress: Progress = silent, trusted: tuple[str, ...] = ()
) -> str:
    """Write one kind of result. Returns a sentence on what was written. Raises StoreError or DataError."""
    if what not in EXPORTS:
        raise StoreError("There is no export {what!r}; it is one of {exports}.", what=what, exports=", ".join(EXPORTS))
    chosen = EXPORTS[what]
    if chosen.suffixes and target.suffix.lower() not in chosen.suffixes:
        raise StoreError(
            "{name}: {what} are written as {suffixes}; choose one of these endings.",
            name=target.name, what=what, suffixes=", ".join(chosen.suffixes),
        )
    if not chosen.suffixes and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError("{target} is there already and not empty; choose a new folder for the export.", target=target)
    view = RunView(run)
    view.trusted = trusted
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        whole(view)
        return chosen.write(view, target, progress)
    except OSError as error:
        raise StoreError(
            "{target} cannot be written ({reason}); choose another place, or free some space.",
            target=target, reason=reason(error),
        ) from error
    finally:
        view.close()
