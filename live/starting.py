"""Starting a trainer for a new data set or for the run of a cloud that is there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import bpy

from ..core.errors import InterpreterError, TrainerError
from ..properties import words
from ..training import interpreter
from ..training.datasets.reference import DatasetRef
from ..training.run_view import RunView
from . import paths, session
from .running import LOG, Request, RunningTrainer


def trainer_python(prefs: Any) -> str:
    """The Python that runs the trainer: the one of the preferences, else Blender's own, which has no torch."""
    chosen = bpy.path.abspath(prefs.trainer_python) if prefs and prefs.trainer_python else ""
    return chosen or sys.executable


def trusted(prefs: Any) -> list[str]:
    """The hashes of the encoders that are trusted on this computer."""
    return [item.name for item in prefs.trusted] if prefs else []


def start_new(
    reference: DatasetRef, name: str, prefs: Any, seed: int, run_path: str = "", more: dict[str, Any] | None = None
) -> RunningTrainer:
    """Start a trainer on a new run of `reference`; `more` are further training settings.

    Raises InterpreterError if its Python cannot run one.
    """
    chosen = prefs.runs_folder if prefs else ""
    folder = Path(bpy.path.abspath(run_path)) if run_path else paths.new_run_path(name, chosen, bpy.data.filepath)
    request = Request(
        name=name,
        run_path=folder,
        dataset=reference,
        config={**configuration(prefs, seed), **(more or {})},
        annotator=prefs.annotator if prefs else "",
        trusted=trusted(prefs),
    )
    return launch(request, prefs, beside=True)


def start_existing(cloud: bpy.types.Object, prefs: Any) -> RunningTrainer:
    """Start a trainer that resumes the run of `cloud`. Raises TrainerError where the run's folder is gone."""
    folder = paths.run_of(cloud)
    if not (folder / "run.sqlite").is_file():
        raise TrainerError(
            "The run folder {folder} is not there; put it back beside the .blend, or open the data set again.",
            folder=folder,
        )
    library = cloud.library or cloud.data.library
    if library is not None:
        raise TrainerError(
            "{name} is linked from {file}; train it in that file, or append it to this one.", name=cloud.name, file=library.filepath
        )
    if cloud.latent.run_id and not paths.holds(folder, cloud.latent.run_id):
        RunView(folder).close()  # one that cannot be read says why
        raise TrainerError(
            "{folder} keeps the run of another cloud; find that of {name}, or open the data set again.",
            folder=folder,
            name=cloud.name,
        )
    request = Request(
        name=cloud.name,
        run_path=folder,
        dataset=None,
        annotator=prefs.annotator if prefs else "",
        trusted=trusted(prefs),
    )
    return launch(request, prefs)


def configuration(prefs: Any, seed: int) -> dict[str, Any]:
    """The trainer's settings that Blender decides."""
    config: dict[str, Any] = {"seed": seed}
    if prefs and prefs.threads:
        config["threads"] = prefs.threads
    return config


def launch(request: Request, prefs: Any, beside: bool = False) -> RunningTrainer:
    """Check the Python in a short child, then start the trainer under it; the one before it is closed first.

    beside: it is closed only once the new one has its data open.
    """
    python = trainer_python(prefs)
    report = interpreter.check_starts(python)
    remedy = ""
    try:
        interpreter.check_torch(report)
    except InterpreterError as error:
        # without torch the cloud still opens and takes labels; the user reads how to make it move
        remedy = words.error(error)
    if not beside:
        session.stop()
    # a run that is still to be made has no folder yet; its log follows when it is there
    is_there = (request.run_path / "run.sqlite").is_file()
    log_path = request.run_path / LOG if is_there else request.run_path.parent / (request.run_path.stem + ".log")
    log_path.parent.mkdir(parents=True, exist_ok=True)
    trainer = session.start(RunningTrainer(python, log_path, request), beside)
    trainer.remedy = remedy
    return trainer
