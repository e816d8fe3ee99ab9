"""Checkpoints: written whole or not at all, loaded as plain tensors only. Which ones stay, retention.py says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from ..core.errors import StoreError
from .filesystem import sync_folder


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
        raise StoreError(f"The checkpoint could not be written to {folder} ({error}); free some space.") from error
    return path.name


def found(folder: Path) -> list[Path]:
    """The checkpoints in a folder, newest first."""
    return sorted(folder.glob("checkpoint-*.pt"), reverse=True)


def load_newest(folder: Path) -> tuple[dict[str, Any] | None, list[str]]:
    """(state, names of damaged files): the newest checkpoint that can be read, or None where there is none."""
    damaged = []
    for path in found(folder):
        try:
            state = torch.load(path, weights_only=True, map_location="cpu")
        except Exception:  # noqa: BLE001 - a damaged zip makes torch raise anything from EOFError to UnpicklingError
            damaged.append(path.name)
            continue
        if isinstance(state, dict) and "network" in state:
            return state, damaged
        damaged.append(path.name)
    return None, damaged
