"""Problems and the one button that helps with each."""

from __future__ import annotations

import bpy

from ..core.errors import InterpreterError, LatentError
from ..properties import words
from . import paths
from .running import RunningTrainer

NO_TORCH, DATA_GONE, RUN_GONE, ENDED = "TORCH", "DATA", "RUN", "ENDED"

HELP: dict[str, tuple[str, str]] = {
    NO_TORCH: ("latent.setup_trainer", "Set Up Trainer"),
    DATA_GONE: ("latent.find_data", "Find the Data"),
    RUN_GONE: ("latent.find_run", "Find the Run"),
    "StoreError": ("latent.open_run_folder", "Open the Run's Folder"),
    "CHECKPOINT": ("latent.save_checkpoint", "Save One Now"),
    "FORCES": ("latent.measure_forces", "Measure Again"),
    "DISK": ("latent.open_run_folder", "Open the Run's Folder"),
    "LeftLockError": ("latent.take_run", "Take the Run"),
    ENDED: ("latent.train", "Restart"),
}
"""Operator and words by the code of a problem."""


def button(trainer: RunningTrainer) -> tuple[str, str]:
    """(operator, words) of the button for what is wrong; empty where nothing is, or where no button helps."""
    if trainer.life.given_up:
        return "latent.open_log", "Open Log"  # Restart stands above it
    if trainer.failure:
        return HELP.get(trainer.code, HELP[ENDED])
    if trainer.problem and trainer.code:
        return HELP.get(trainer.code, ("latent.open_log", "Open Log"))
    return "", ""


def code_of_missing(trainer: RunningTrainer) -> str:
    """Why a run that was opened cannot train."""
    assert trainer.opened is not None
    if not trainer.opened.missing:
        return ""
    return NO_TORCH if trainer.remedy or "torch" in trainer.opened.missing else DATA_GONE


def when_starting(cloud: bpy.types.Object | None, error: LatentError, context: bpy.types.Context) -> None:
    """A trainer could not be started: keep the sentence in the panel, with what helps."""
    status = context.window_manager.latent_status
    gone = cloud is not None and not (paths.run_of(cloud) / "run.sqlite").is_file()
    code = NO_TORCH if isinstance(error, InterpreterError) else RUN_GONE if gone else ""
    status.problem = words.error(error)
    status.remedy, status.remedy_text = HELP.get(code, ("", ""))
