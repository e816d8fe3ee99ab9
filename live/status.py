"""What panels show of the running trainer, written to WindowManager properties so that draw() walks no data."""

from __future__ import annotations

import time

import bpy
from bpy.app import translations

from ..core import status_line
from ..core.categories import Category
from ..properties import words
from ..scene import viewport
from . import known, remedies
from .running import RunningTrainer

LAYERS = {
    "p": "; the cloud shows p, where neighbours and guesses live, not the room",
    "h": "; the cloud shows h, what p and the room are made from, not the room",
}
"""What the status says while another layer than the room is shown."""
DELETED = "Its cloud was deleted, so the trainer waits. Ctrl-Z brings it back; every label is in {folder}"


def publish(
    trainer: RunningTrainer, cloud: bpy.types.Object | None, context: bpy.types.Context, now: float
) -> None:
    """Write the trainer's state to the status properties; redraw the sidebars only if a word of it changed."""
    status = context.window_manager.latent_status
    state = "FAILED" if trainer.failure else ("PAUSED" if trainer.paused and trainer.ready else trainer.state)
    books = [each.book for each in (trainer, trainer.predecessor) if each is not None and each.book is not None]
    remedy, remedy_text = remedies.button(trainer)
    since = None if trainer.label_taken < 0 else max(0.0, now - trainer.label_taken)
    rate = trainer.steps_per_second(now)
    sentence = trainer.failure or trainer.sentence + LAYERS.get(trainer.layer, "")
    if cloud is None and trainer.ready and not trainer.failure:
        state, sentence = "WAITING", words.report(DELETED, folder=trainer.request.run_path)
    values = {
        "state": state,
        "line": status_line.line(state, sentence, rate, trainer.step, since, translations.pgettext_iface),
        "remedy": remedy,
        "remedy_text": remedy_text,
        "sentence": sentence,
        "forces": trainer.measured_text,
        "problem": "" if trainer.failure else trainer.problem,
        "differing": differing(trainer, cloud),
        "progress": trainer.progress,
        "run_id": trainer.run_id,
        "step": trainer.step,
        "epoch": trainer.epoch,
        "steps_per_second": round(rate, 1),
        "unsent": sum(len(book.pending) for book in books),
        "fill": float(trainer.metrics.get("fill", 0.0)),
        "loss": float(trainer.metrics.get("loss", 0.0)),
        "log_path": str(trainer.log_path),
    }
    known.note(context, trainer)
    changed = False
    for name, value in values.items():
        if getattr(status, name) != value:
            setattr(status, name, value)
            changed = True
    eyes = viewport.eyes()
    if changed and (eyes is None or eyes.may_tell(time.perf_counter())):  # a headset waits for whatever the desk draws
        redraw_sidebars(context)


def differing(trainer: RunningTrainer, cloud: bpy.types.Object | None) -> str:
    """What the run and the file call differently, while nobody has chosen: a line each."""
    if trainer.undecided is None or cloud is None:
        return ""
    names = [Category(c.category_id, c.name, tuple(c.colour)) for c in cloud.latent.categories]
    return "\n".join(trainer.undecided.lines(names))


def publish_off(context: bpy.types.Context, sentence: str = "") -> None:
    """Say that no trainer runs, and why if there is a reason."""
    status = context.window_manager.latent_status
    status.state, status.sentence, status.problem = "OFF", sentence, ""
    status.line, status.remedy, status.remedy_text = sentence, "", ""
    status.differing = ""
    status.acceptable.clear()
    status.places.clear()
    status.doubted = 0
    status.steps_per_second, status.unsent, status.run_id, status.forces = 0.0, 0, "", ""
    redraw_sidebars(context)


def redraw_sidebars(context: bpy.types.Context) -> None:
    """Ask for a redraw of the sidebar of every 3D viewport, and of the preferences; viewports themselves redraw with the mesh."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "PREFERENCES":
                area.tag_redraw()
            elif area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()
