"""Where to look next: asked of the trainer, kept on it, listed for the panel, and the way there."""

from __future__ import annotations

import uuid

import bpy
from mathutils import Vector

from ..core.errors import LatentError, TrainerError
from ..training import protocol
from .running import RunningTrainer

SECONDS = 3.0
STEPS = 60
"""The next question follows after so long, where the cloud has moved on by so many steps."""
ROUND = 2.5
"""How far the eye stands off, in radii of the place."""


def ask(trainer: RunningTrainer) -> None:
    """Ask for places; they come by a tick. Raises TrainerError where nobody can answer."""
    trainer.require_ready()
    if not trainer.can_train:
        raise TrainerError(trainer.problem or "Nothing can be suggested: this trainer's Python has no torch.")
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
            raise LatentError(f"There is no place of that kind now; there is {' and '.join(kinds)}.")
        trainer.place = kinds.index(kind.lower())
    return trainer.places[trainer.place]


def go(cloud: bpy.types.Object, place: protocol.Suggestion, context: bpy.types.Context) -> int:
    """Turn the 3D viewports of this screen to a place. Selects nothing. Returns how many there are."""
    matrix = cloud.matrix_world
    centre = matrix @ Vector(place.centre)
    distance = max(place.radius * ROUND * max(float(axis) for axis in matrix.to_scale()), 0.1)
    turned = 0
    for area in context.screen.areas if context.screen is not None else ():
        if area.type == "VIEW_3D":
            view = area.spaces.active.region_3d
            if view.view_perspective == "CAMERA":
                view.view_perspective = "PERSP"
            view.view_location, view.view_distance = centre, distance
            turned += 1
    return turned
