"""What a press on the palette does: the desk's own operators, called as at the desk, so that undo and labels go their one way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from ..core.errors import LatentError
from ..live import comparing, hiding, history, labels, looking, overlay, seen, session
from ..properties import active_cloud, words
from ..scene import arrows, playback
from . import hands

STANDS_OFF = 1.0
"""Metres of the person's own between the eyes and a place they travel to, at least."""


def at_desk(context: bpy.types.Context) -> Any:
    """Call operators as from the desk's first window: an XR event's own context has no screen."""
    for window in () if bpy.app.background else context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                region = next(region for region in area.regions if region.type == "WINDOW")
                return context.temp_override(window=window, screen=window.screen, area=area, region=region)
    return context.temp_override()


def run(operator: Any, how: str = "EXEC_DEFAULT", **settings: Any) -> str:
    """Call an operator, with an undo step of its own as at the desk. Returns "", or the sentence it refused with."""
    try:
        answer = operator(how, **settings)
    except RuntimeError as error:
        return words.refusal(error).splitlines()[0]
    cls = getattr(bpy.types, operator.idname(), None)
    if answer == {"FINISHED"} and "UNDO" in getattr(cls, "bl_options", ()):
        bpy.ops.ed.undo_push(message=cls.bl_label)
    return ""


def act(context: bpy.types.Context, key: str) -> str:
    """Do what a button stands for. Returns what to say: "" where all is told by the palette itself."""
    verb, _, rest = key.partition(" ")
    try:
        with at_desk(context):
            return TABLE[verb](bpy.context, rest)
    except LatentError as error:
        return words.error(error)


def assign(context: bpy.types.Context, number: str) -> str:
    """Give the selection a category."""
    return run(bpy.ops.latent.assign, category=int(number)) or given(context, int(number))


def given(context: bpy.types.Context, number: int) -> str:
    """What was just given."""
    chosen = context.window_manager.latent_status.selected
    return words.report("{count:,} points are {name}", count=chosen, name=labels.by_id(active_cloud(context), number).name)


def name(context: bpy.types.Context, text: str) -> str:
    """A category of this name, for the selection if there is one."""
    context.window_manager.latent_xr.page = "labels"
    if labels.selected(active_cloud(context)).any():
        return run(bpy.ops.latent.assign, category=0, name=text) or words.report("The selection is {name}", name=text)
    return run(bpy.ops.latent.category_new, name=text) or words.report("Made {name}", name=text)


def solo(context: bpy.types.Context, number: str) -> str:
    """Show a category alone, or no more."""
    alone = not labels.by_id(active_cloud(context), int(number)).solo
    return run(bpy.ops.latent.category_solo, category=int(number), alone=alone)


def hide(context: bpy.types.Context, number: str) -> str:
    """Hide a category, or show it."""
    hidden = not labels.by_id(active_cloud(context), int(number)).hidden
    return run(bpy.ops.latent.category_hide, category=int(number), hide=hidden)


def lock(context: bpy.types.Context, number: str) -> str:
    """Lock a category, or unlock it."""
    locked = not labels.by_id(active_cloud(context), int(number)).locked
    return run(bpy.ops.latent.category_lock, category=int(number), lock=locked)


def accept(context: bpy.types.Context, number: str) -> str:
    """Make labels of what the model is sure of, with the desk's own threshold."""
    threshold = context.scene.latent.accept_threshold
    return run(bpy.ops.latent.accept_predictions, category=int(number), threshold=threshold) or words.report("Predictions accepted")


def merge(context: bpy.types.Context, numbers: str) -> str:
    """numbers: the category that goes and the one that stays."""
    gone, stays = numbers.split()
    context.window_manager.latent_xr.page = "labels"
    return run(bpy.ops.latent.category_merge, category=int(gone), into=int(stays))


def delete(context: bpy.types.Context, number: str) -> str:
    """Delete a category: its points are unlabelled again."""
    context.window_manager.latent_xr.page = "labels"
    return run(bpy.ops.latent.category_delete, category=int(number))


def setting(name: str) -> Callable[[bpy.types.Context, str], str]:
    """An act that sets what the hand does; a switch where no value is given."""

    def act(context: bpy.types.Context, value: str) -> str:
        held = context.window_manager.latent_xr
        setattr(held, name, value or not getattr(held, name))
        return ""

    return act


def pace(_context: bpy.types.Context, steps: str) -> str:
    """So many steps a second at most; 0: as many as the machine makes."""
    trainer = session.running()
    if trainer is None:
        return words.report("No trainer is running; press Train first")
    trainer.pace = float(steps)
    return ""


def layer(context: bpy.types.Context, name: str) -> str:
    """Another layer's space."""
    active_cloud(context).latent.layer = name
    return ""


def show_arrows(context: bpy.types.Context, _: str) -> str:
    """Arrows on or off; measured first where they never were."""
    cloud = active_cloud(context)
    if arrows.object_of(cloud) is None:
        return run(bpy.ops.latent.measure_forces) or words.report("Measuring; the arrows come in a moment")
    cloud.latent.arrows.visible = not cloud.latent.arrows.visible
    return ""


def past(context: bpy.types.Context, _: str) -> str:
    """The recorded epochs; a second press returns to now."""
    if playback.is_history(active_cloud(context)):
        return run(bpy.ops.latent.show_live)
    return run(bpy.ops.latent.show_history)


def scrub(context: bpy.types.Context, epochs: str) -> str:
    """So many recorded epochs forth or back; the present gives way to the newest of them."""
    cloud, scene = active_cloud(context), context.scene
    if not playback.is_history(cloud):
        last = history.show(cloud, context).last_frame
        scene.frame_set(int(last))
    timeline = comparing.timeline_of(cloud)
    record = timeline.record_of_frame(scene.frame_current + scene.frame_subframe) + float(epochs)
    frame = timeline.frame_of_record(min(max(record, 0.0), max(0, timeline.records - 1)))
    scene.frame_set(int(frame), subframe=frame - int(frame))
    return ""


def play(context: bpy.types.Context, _: str) -> str:
    """Play the recorded epochs, or stop."""
    if not playback.is_history(active_cloud(context)):
        history.show(active_cloud(context), context)
    return run(bpy.ops.screen.animation_play)


def go(context: bpy.types.Context, number: str) -> str:
    """To a suggestion, by its place in the list."""
    trainer, cloud = session.running(), active_cloud(context)
    if trainer is None or int(number) >= len(trainer.places):
        return words.report("This suggestion is gone; choose another")
    place = trainer.places[int(number)]
    size = max(float(axis) for axis in cloud.matrix_world.to_scale())
    travel(context, cloud.matrix_world @ Vector(place.centre), float(place.radius) * looking.ROUND * size)
    if hands.running(context) is None:
        looking.go(cloud, place, context)
    return place.sentence


def doubt(context: bpy.types.Context, _: str) -> str:
    """To the next label that the model doubts; its card is shown."""
    cloud = active_cloud(context)
    return to_row(context, cloud, looking.next_disagreement(cloud))


def unnamed(context: bpy.types.Context, _: str) -> str:
    """To where a group lies that no label explains; where nothing is suggested, to a point without a label."""
    trainer, cloud = session.running(), active_cloud(context)
    kinds = [place.kind for place in trainer.places] if trainer is not None else []
    for kind in ("core", "novel"):
        if kind in kinds:
            return go(context, str(kinds.index(kind)))
    nameless = labels.read(cloud) == 0
    rows = np.flatnonzero(nameless & ~hiding.mask(cloud))
    if not len(rows):
        return words.report("Every point that is shown has a name" if nameless.any() else "Every point has a name")
    return to_row(context, cloud, int(rows[0]))


def to_row(context: bpy.types.Context, cloud: bpy.types.Object, row: int) -> str:
    """To one point. Raises LatentError where it is hidden: nowhere is no place to stand before."""
    place = seen.positions(cloud, context)[row]
    if not np.isfinite(place).all():
        raise LatentError("This sample is hidden; show its category, or filter less.")
    travel(context, cloud.matrix_world @ Vector(place), 0.0)
    context.window_manager.latent_xr.touched = row
    overlay.look_at(cloud, row, context)
    return ""


def home(_context: bpy.types.Context, _: str) -> str:
    """Back to the middle of the room."""
    return run(bpy.ops.latent.xr_recentre)


def travel(context: bpy.types.Context, place: Vector, away: float) -> None:
    """Stand before a place, as the eyes look now; at once, for a glide makes people ill. place, away: in the scene's units."""
    state = hands.running(context)
    if state is None:
        return
    eyes, turn = hands.head(state)
    ahead = turn @ hands.AHEAD
    ahead.z = 0.0
    ahead = ahead.normalized() if ahead.length > 1e-3 else Vector((0.0, 1.0, 0.0))
    distance = max(away, STANDS_OFF * hands.scale(state, context))
    state.navigation_location = state.navigation_location + (place - ahead * distance - eyes)


def unlabel(context: bpy.types.Context, _: str) -> str:
    """Take the category away from the selection."""
    return run(bpy.ops.latent.clear_labels) or words.report("Labels cleared")


def pause(_context: bpy.types.Context, _: str) -> str:
    """Let the cloud stand still."""
    return run(bpy.ops.latent.pause)


TABLE: dict[str, Callable[[bpy.types.Context, str], str]] = {
    "assign": assign,
    "name": name,
    "unlabel": unlabel,
    "clear": lambda context, _: run(bpy.ops.latent.select_none, action="NONE"),
    "undo": lambda context, _: run(bpy.ops.latent.label_undo) or words.report("Taken back"),
    "select": lambda context, number: run(bpy.ops.latent.category_select, category=int(number)),
    "hide": hide,
    "solo": solo,
    "lock": lock,
    "accept": accept,
    "merge": merge,
    "delete": delete,
    "tool": setting("tool"),
    "depth": setting("depth"),
    "freeze": setting("freeze"),
    "haptics": setting("haptics"),
    "train": lambda context, _: run(bpy.ops.latent.train, "INVOKE_DEFAULT"),
    "pause": pause,
    "pace": pace,
    "layer": layer,
    "arrows": show_arrows,
    "measure": lambda context, _: run(bpy.ops.latent.measure_forces) or words.report("Measuring"),
    "history": past,
    "scrub": scrub,
    "play": play,
    "go": go,
    "doubt": doubt,
    "unnamed": unnamed,
    "home": home,
}
