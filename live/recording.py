"""What a person did in the headset, if they want it kept: a file of lines of JSON in the run folder, one a pose, gesture or label.

No sound and no picture of the person. latent_xr.recording holds the file's path while it is written, else it is empty.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
import numpy as np

from ..core.errors import StoreError
from ..core.text import reason
from ..properties import words
from . import paths, session

if TYPE_CHECKING:
    from .air import Stroke

VERSION = 1
OFTEN = 0.1
"""Seconds between two poses."""


def begin(cloud: bpy.types.Object, context: bpy.types.Context) -> Path:
    """Begin a file. Raises StoreError where it cannot be written."""
    folder = Path(paths.run_of(cloud))
    path = folder / f"headset-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"
    matrix = [list(row) for row in cloud.matrix_world]
    first = {"kind": "begin", "version": VERSION, "cloud": cloud.name, "run": cloud.latent.run_id, "matrix": matrix}
    try:
        path.write_text(json.dumps({"t": time.time(), **first}) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(
            "The recording could not be written to {path} ({reason}); free some space there.",
            path=path,
            reason=reason(error),
        ) from error
    context.window_manager.latent_xr.recording = str(path)
    if not bpy.app.timers.is_registered(poses):
        bpy.app.timers.register(poses)
    return path


def end(context: bpy.types.Context) -> None:
    """End the file."""
    context.window_manager.latent_xr.recording = ""


def note(kind: str, **values: Any) -> None:
    """Write a line, if a recording runs; one that can be written no more ends, which the panel says."""
    held = bpy.context.window_manager.latent_xr
    if not held.recording:
        return
    trainer = session.running()
    step = trainer.step if trainer is not None else -1
    try:
        with Path(held.recording).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"t": time.time(), "kind": kind, "step": step, **values}) + "\n")
    except OSError as error:
        held.problem = words.report(
            "The recording ended, for {path} can be written no more ({reason}); free some space there, then record anew.",
            path=held.recording,
            reason=reason(error),
        )
        held.recording = ""


def poses() -> float | None:
    """Ten times a second: where head and hands are. Costs the same whatever the cloud's size."""
    context = bpy.context
    if not context.window_manager.latent_xr.recording:
        return None
    state = context.window_manager.xr_session_state
    if state is not None and bpy.types.XrSessionState.is_running(context):
        hands = {
            name: rounded([*state.controller_grip_location_get(context, i), *state.controller_grip_rotation_get(context, i)])
            for i, name in enumerate(("left", "right"))
        }
        note("pose", head=rounded([*state.viewer_pose_location, *state.viewer_pose_rotation]), **hands)
    return OFTEN


def gesture(stroke: Stroke, taken: int, selected: int) -> None:
    """A stroke that changed the selection: where hand and head were, frame by frame, and what it took."""
    tool = stroke.tool
    note(
        "gesture", tool=tool.kind, depth=tool.depth, reach=tool.reach if np.isfinite(tool.reach) else None, mode=stroke.mode,
        hand=stroke.hand, head=stroke.head, radius=stroke.radius, taken=taken, selected=selected,
    )  # fmt: skip


def rounded(values: list[float]) -> list[float]:
    """To a tenth of a millimetre: poses are for looking, gestures keep every digit."""
    return [round(value, 4) for value in values]
