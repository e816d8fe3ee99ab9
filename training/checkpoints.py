"""Checkpoints: written whole or not at all, loaded as plain tensors only. Which ones stay, retention.py says."""

from __future__ import annotations

import os
import pickletools
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ..core.errors import StoreError
from ..core.text import reason
from .datasets.guard import check_stored
from .filesystem import sync_folder

if TYPE_CHECKING:
    from .engine import Engine

MADE_OF = ("torch._utils _rebuild_tensor_v2", "collections OrderedDict")
STORAGE = re.compile(r"torch \w+Storage")
"""All that a checkpoint may name."""


def name_of(step: int) -> str:
    """The file of the checkpoint at `step`."""
    return f"checkpoint-{step:09d}.pt"


def save(folder: Path, step: int, state: dict[str, Any]) -> str:
    """Write a checkpoint; it has its name only once it is whole and on disk. Returns the file's name."""
    path = folder / name_of(step)
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as stream:
            torch.save(state, stream)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
        sync_folder(folder)
    except (OSError, RuntimeError) as error:
        partial.unlink(missing_ok=True)
        raise StoreError(
            "The checkpoint could not be written to {folder} ({reason}); free some space.",
            folder=folder, reason=reason(error),
        ) from error
    return path.name


def found(folder: Path) -> list[Path]:
    """The checkpoints in a folder, newest first."""
    return sorted(folder.glob("checkpoint-*.pt"), reverse=True)


def check_plain(path: Path) -> None:
    """Raise ValueError where a checkpoint is not as save() writes it: nothing but tensors, as they lie in the file.

    weights_only lets no code run, but a file of a few bytes may ask it for any amount of memory.
    """
    check_stored(path)
    with zipfile.ZipFile(path) as archive:
        said = archive.read(next((name for name in archive.namelist() if name.endswith("/data.pkl")), ""))
    for operation, name, _ in pickletools.genops(said):
        if operation.name == "GLOBAL" and name not in MADE_OF and not STORAGE.fullmatch(str(name)):
            raise ValueError(f"it holds a {name}")


def read(path: Path) -> dict[str, Any] | None:
    """The state that a checkpoint holds; None where it cannot be read."""
    try:
        check_plain(path)
        state = torch.load(path, weights_only=True, map_location="cpu")
    except Exception:  # noqa: BLE001 - a damaged zip makes torch raise anything from EOFError to UnpicklingError
        return None
    return state if isinstance(state, dict) and "network" in state else None


def load_newest(folder: Path, fits: Callable[[dict[str, Any]], bool] = bool) -> tuple[dict[str, Any] | None, list[str]]:
    """(state, names of those passed over): the newest checkpoint that can be read and fits, or None where there is none."""
    passed: list[str] = []
    for path in found(folder):
        state = read(path)
        if state is not None and fits(state):
            return state, passed
        passed.append(path.name)
    return None, passed


def resume(folder: Path, make: Callable[[], Engine]) -> tuple[Engine, bool, str]:
    """(an engine, whether it goes on from a checkpoint, a sentence about those that were passed over, empty where none was).

    The newest that can be read and is of the same model and data is taken; without one the engine begins anew.
    """
    engine = make()
    reasons: list[str] = []
    for path in found(folder):
        state = read(path)
        if state is None:
            reasons.append(f"The checkpoint {path.name} is damaged")
            continue
        if fits(state, engine.state_dict()):
            try:
                engine.load_state_dict(state)
            except Exception:  # noqa: BLE001 - what a file holds in place of what we wrote may fail in any way
                engine = make()  # half of it may have been taken in
            else:
                return engine, True, f"{reasons[0]}; going on from the one before it." if reasons else ""
        reasons.append(f"The checkpoint {path.name} is of another model or of other data")
    if not reasons:
        return engine, False, ""
    return engine, False, f"{reasons[0]}, and there is none before it: training begins anew, with every label."


def fits(state: dict[str, Any], own: dict[str, Any]) -> bool:
    """Whether a checkpoint's tensors are as large as those of `own`, the state of an engine that was just made."""
    optimiser, guesser = state.get("optimiser"), state.get("guesser")
    if not isinstance(optimiser, dict) or not isinstance(guesser, dict):
        return False
    of_each = own["given"].shape
    shown = {name: it for name, it in own["guesser"].items() if isinstance(it, Tensor) and it.shape == of_each}
    return (
        alike(state.get("network"), own["network"])
        and alike(state.get("shown"), own["shown"])
        and all(alike(numbered(optimiser.get(name)), numbered(own["optimiser"][name])) for name in ("first", "second"))
        and alike({"given": state.get("given")}, {"given": own["given"]})
        and all(alike({name: guesser[name]}, {name: value}) for name, value in shown.items() if name in guesser)
    )


def numbered(values: object) -> object:
    """A list as a table by number; anything else as it is."""
    return dict(enumerate(values)) if isinstance(values, list) else values


def alike(theirs: object, ours: object) -> bool:
    """Whether two tables hold tensors of the same names, shapes and types."""
    if not isinstance(theirs, Mapping) or not isinstance(ours, Mapping) or theirs.keys() != ours.keys():
        return False
    pairs = [(theirs[name], ours[name]) for name in ours]
    return all(isinstance(a, Tensor) and a.shape == b.shape and a.dtype == b.dtype for a, b in pairs)
