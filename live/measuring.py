"""Forces on points of the cloud: asked of the trainer, kept on it, written to the mesh for arrows, put in words."""

from __future__ import annotations

import time
import uuid

import bpy
import numpy as np
import numpy.typing as npt

from ..core.errors import TrainerError
from ..properties import words
from ..scene import cloud as cloud_data
from ..training import protocol
from . import arrows, labels
from .difference import mapping_of
from .running import RunningTrainer

SAMPLED = 300
"""Points that are measured where none is selected."""
TERMS = ("attract", "repel", "neighbours", "room")
KEEP_SECONDS = 2.0
"""Between two measurements that keep on coming, at least."""
KEEP_SHARE = 20.0
"""Times what a measurement took before the next one is asked for: the trainer goes on training in between."""


def ask(trainer: RunningTrainer, cloud: bpy.types.Object) -> int:
    """Ask for the forces on the selected points, else on a seeded sample. Returns on how many; the answer comes by a tick.

    Raises TrainerError where nothing can be measured.
    """
    book = trainer.require_ready()
    if not trainer.can_train:
        raise TrainerError(trainer.problem or "Forces cannot be measured: the trainer's Python has no torch; press Set Up Trainer.")
    rows = mapping_of(trainer, cloud).rows
    chosen = rows[labels.selected(cloud) & (rows >= 0)]
    if not len(chosen):
        known = rows[rows >= 0]
        chosen = np.random.default_rng(0).permutation(known)[:SAMPLED]
    samples = book.samples[np.unique(chosen)]
    trainer.asking = uuid.uuid4().hex
    trainer.client.send(protocol.AskForces(request=trainer.asking, samples=samples))
    trainer.asked_at = time.monotonic()
    return len(samples)


def keep_on(trainer: RunningTrainer, cloud: bpy.types.Object, now: float) -> None:
    """Measure again where that is wanted, the cloud trains, and the last answer lies far enough back."""
    if not cloud.latent.arrows.keep or trainer.asking or trainer.paused or not trainer.can_train:
        return
    if now >= trainer.ask_again:
        ask(trainer, cloud)


def take(trainer: RunningTrainer, answer: protocol.ForcesMeasured) -> None:
    """Keep the answer; the next tick that may write the mesh shows it."""
    if answer.request != trainer.asking:
        return  # a newer question is on its way
    trainer.asking = ""
    now = time.monotonic()
    trainer.ask_again = now + max(KEEP_SECONDS, KEEP_SHARE * (now - trainer.asked_at))
    trainer.measured, trainer.measured_shown = answer, False
    trainer.measured_text = "\n".join(in_words(answer))


def show(trainer: RunningTrainer, cloud: bpy.types.Object) -> None:
    """Write force_attract, force_repel, force_neighbours, force_room, force_sum, force_given, force_guessed and motion: a
    vector at each point that was measured, zero elsewhere; and draw them as arrows.
    """
    answer = trainer.measured
    assert answer is not None
    zero = np.zeros_like(answer.total)
    vectors = {f"force_{term}": answer.forces.get(term, zero) for term in TERMS}
    guessed = sum(answer.guessed.values(), zero)
    given = vectors["force_attract"] + vectors["force_repel"] - guessed
    vectors |= {"force_sum": answer.total, "force_given": given, "force_guessed": guessed, "motion": answer.motion}
    mapping = mapping_of(trainer, cloud)
    places = np.searchsorted(trainer.require_ready().samples, answer.samples)
    nowhere = np.zeros((len(cloud.data.vertices), 3), dtype=np.float32)
    for name, values in vectors.items():
        by_row = np.zeros((mapping.run_size, 3), dtype=np.float32)
        by_row[places] = values
        cloud_data.write_vectors(cloud.data, name, mapping.to_mesh(by_row, nowhere))
    trainer.measured_shown = True
    arrows.attach(cloud)
    cloud.update_tag()


def in_words(answer: protocol.ForcesMeasured) -> list[str]:
    """What was measured, one line each: mean lengths over the points, the gradient's norm in each layer."""
    lines = [words.label("Step {step:,}, mean over {count:,} points", step=answer.step, count=len(answer.samples))]
    for term, force in answer.forces.items():
        name = words.label(term.replace("_", " ").capitalize())
        if term in answer.guessed:
            line, by_guesses = "{name} {force:.2g}, by guesses {guessed:.2g}", length(answer.guessed[term])
            lines.append(words.label(line, name=name, force=length(force), guessed=by_guesses))
        else:
            lines.append(f"{name} {length(force):.2g}")
    lines.append(words.label("Sum {total:.2g}", total=length(answer.total)))
    moves, cosine = length(answer.motion), float(answer.cosine.mean())
    lines.append(words.label("Next step moves {moves:.2g}, cosine {cosine:.2f}", moves=moves, cosine=cosine))
    lines.append(words.label("With no force {carried:.2g}", carried=length(answer.carried)))
    for layer, norms in answer.gradients.items():
        lines.append(words.label("Gradient of {layer} {norm:.2g}", layer=layer, norm=norms["sum"]))
    return [*lines, *(text for text in (answer.elsewhere, answer.note) if text)]


def length(vectors: npt.NDArray[np.float32]) -> float:
    """The mean length of (K, 3) vectors."""
    return float(np.linalg.norm(vectors, axis=1).mean())
