"""Where to look next: asked of the trainer, kept on it, listed for the panel, and the way there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import bpy
import numpy as np
from mathutils import Vector

from ..core.errors import LatentError, TrainerError
from ..scene import cloud as cloud_data
from ..scene import nodes
from ..training import protocol, run_view
from . import overlay, paths, predictions, seen
from .running import RunningTrainer

SECONDS = 3.0
STEPS = 60
"""The next question follows after so long, where the cloud has moved on by so many steps."""
ROUND = 2.5
"""How far the eye stands off, in radii of the place."""
BEFORE = 16.0
"""The same before a single point, in its own radii."""
LISTED = 30


def ask(trainer: RunningTrainer) -> None:
    """Ask for places; they come by a tick. Raises TrainerError where nobody can answer."""
    trainer.require_ready()
    if not trainer.can_train:
        raise TrainerError(trainer.problem or "Nothing can be suggested: the trainer's Python has no torch; press Set Up Trainer.")
    trainer.looking = uuid.uuid4().hex
    trainer.client.send(protocol.AskSuggestions(request=trainer.looking))


def ask_now_and_then(trainer: RunningTrainer, now: float) -> None:
    """Keep the places fresh while the cloud moves."""
    moved = trainer.step >= max(0, trainer.places_step) + STEPS
    if trainer.can_train and not trainer.looking and moved and now - trainer.looked >= SECONDS:
        trainer.looked = now
        ask(trainer)


def take(trainer: RunningTrainer, answer: protocol.Suggestions, context: bpy.types.Context) -> None:
    """Keep the places, and list them for the panel."""
    if answer.request == trainer.looking:
        trainer.looking = ""
    trainer.places, trainer.places_step, trainer.place = answer.places, answer.step, -1
    listed = context.window_manager.latent_status.places
    listed.clear()
    for place in answer.places:
        item = listed.add()
        item.name, item.sentence, item.samples = place.kind, place.sentence, len(place.samples)


def choose(trainer: RunningTrainer, kind: str) -> protocol.Suggestion:
    """The place of a kind, or (NEXT) the one after that of the last call. Raises LatentError where there is none."""
    if not trainer.places:
        raise LatentError("There is no suggestion yet; let the cloud train a moment.")
    if kind == "NEXT":
        trainer.place = (trainer.place + 1) % len(trainer.places)
    else:
        kinds = [place.kind for place in trainer.places]
        if kind.lower() not in kinds:
            raise LatentError("There is no place of that kind now; there is {kinds}.", kinds=" and ".join(kinds))
        trainer.place = kinds.index(kind.lower())
    return trainer.places[trainer.place]


def go(cloud: bpy.types.Object, place: protocol.Suggestion, context: bpy.types.Context) -> None:
    """Turn the 3D viewports of this screen to a place, with the card of the sample in its middle. Selects nothing."""
    fly(cloud, place.centre, place.radius * ROUND, context)
    if len(place.samples):
        rows = np.flatnonzero(cloud_data.read_ints(cloud.data, "sample") == int(place.samples[0]))
        overlay.look_at(cloud, int(rows[0]) if len(rows) else -1, context)


def go_to_row(cloud: bpy.types.Object, row: int, context: bpy.types.Context) -> None:
    """Turn the 3D viewports of this screen to a point, and show its card. Raises LatentError where it is hidden."""
    place = seen.positions(cloud, context)[row]
    if not np.isfinite(place).all():
        raise LatentError("This sample is hidden; show its category, or filter less.")
    fly(cloud, tuple(float(part) for part in place), nodes.point_radius(cloud) * BEFORE, context)
    overlay.look_at(cloud, row, context)


def fly(cloud: bpy.types.Object, place: Sequence[float], distance: float, context: bpy.types.Context) -> None:
    """Turn the 3D viewports to a place in the cloud's own space."""
    matrix = cloud.matrix_world
    away = max(distance * max(float(axis) for axis in matrix.to_scale()), 0.1)
    how = "EXEC_DEFAULT" if bpy.app.background else "INVOKE_DEFAULT"
    bpy.ops.latent.fly(how, place=matrix @ Vector(place), distance=away)


def find(cloud: bpy.types.Object, words: str) -> int:
    """The point of the sample that is called `words`, by name or id, or holds them. Raises LatentError."""
    words = words.strip()
    if not words:
        raise LatentError("Type a sample's name or id, or a part of it.")
    found = run_view.samples_named(paths.run_of(cloud), words, 1)
    if not found:
        raise LatentError("No sample's name or id holds {words!r}; type another part of it.", words=words[:40])
    rows = np.flatnonzero(cloud_data.read_ints(cloud.data, "sample") == found[0].sample)
    if not len(rows):
        raise LatentError(
            "The point of the sample {name} was deleted in Edit Mode; take that back with Ctrl Z to go there.",
            name=found[0].name,
        )
    return int(rows[0])


def named_like(cloud: bpy.types.Object, words: str) -> list[tuple[str, str]]:
    """Up to LISTED (what to type, the id) of samples whose name or id holds `words`."""
    try:
        found = run_view.samples_named(paths.run_of(cloud), words, LISTED)
    except LatentError:
        return []  # going there says why
    names = [row.name for row in found]
    return [(row.name if names.count(row.name) == 1 else row.id, row.id) for row in found]


def next_disagreement(cloud: bpy.types.Object) -> int:
    """The next doubted label after the one looked at. Raises LatentError where there is none."""
    rows = np.flatnonzero(predictions.doubtful(cloud))
    if not len(rows):
        raise LatentError("The model doubts no label now.")
    after = rows[rows > overlay.looked_at(cloud)]
    return int(after[0] if len(after) else rows[0])
