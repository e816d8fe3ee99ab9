"""A trainer that dies is started again with every label; one that dies again and again, or is silent, is said to be.

Time is the ticks' own: a computer that slept, or a Blender that was busy, is not held against the trainer.
"""

from __future__ import annotations

from ..core.errors import LatentError
from ..properties import words
from ..training import protocol
from .running import RunningTrainer

RESTARTED = ("TRAINER_DIED", "STREAM", "TRAINING", "MEMORY", "CUDA", "ENCODER")
"""Deaths after which a new trainer may do better. Data, a run or a Python that is wrong stays wrong."""
MOST_DEATHS = 3
SHORT_LIFE = 60.0
"""Seconds; so many deaths in a row, each so soon after its run was open, are the end."""
SILENT_SECONDS, LOST_SECONDS = 5.0, 60.0
"""Without a word from the trainer: then it is said, and then a new one takes its place."""
STEP = 1.0
"""Seconds that one tick counts for at most."""
STALLED = "STALLED"


def look_after(trainer: RunningTrainer, now: float) -> None:
    """Start a trainer that died again, unless it has died too often; say it of one that does not answer."""
    if trainer.failure:
        after_death(trainer, now)
    else:
        listen(trainer, now)


def opened(trainer: RunningTrainer, now: float) -> None:
    """Its run is open: its life begins. What the last one died of stays to be read for as long as a life is short."""
    trainer.life.began, trainer.life.tick = now, now
    trainer.life.silent = 0.0
    if trainer.life.deaths and not trainer.problem:
        trainer.problem, trainer.code = trainer.life.said


def after_death(trainer: RunningTrainer, now: float) -> None:
    """Restart, or stop and say so. A trainer that never opened its run is left to whoever asked for it."""
    life = trainer.life
    if life.given_up or trainer.opened is None or trainer.code not in RESTARTED:
        return
    short = life.began is None or now - life.began < SHORT_LIFE
    life.deaths = life.deaths + 1 if short else 1
    cause, code = trainer.failure, trainer.code
    if life.deaths >= MOST_DEATHS:
        life.given_up = True
        trainer.failure = words.report(
            "The trainer died {deaths} times within a minute each; it stays off until Restart. {cause}",
            deaths=life.deaths,
            cause=cause,
        )
        return
    deaths = life.deaths
    try:
        trainer.restart()
    except LatentError as error:
        life.given_up = True
        trainer.failure = words.error(error)
        return
    trainer.life.deaths = deaths
    trainer.life.said = (
        words.report("{cause} It was started again from its last checkpoint, with every label.", cause=cause),
        code,
    )
    trainer.problem, trainer.code = trainer.life.said


def listen(trainer: RunningTrainer, now: float) -> None:
    """Count for how long nothing came; ask after a second, so that a trainer that has nothing to say is heard too."""
    life = trainer.life
    if life.began is None:
        return
    if life.deaths and now - life.began > SHORT_LIFE:
        life.deaths = 0
        if trainer.problem == life.said[0]:
            trainer.problem = trainer.code = ""
    passed, life.tick = min(now - life.tick, STEP), now
    if trainer.client.heard != life.heard:
        life.heard, life.silent, life.asked = trainer.client.heard, 0.0, False
        if trainer.code == STALLED:
            trainer.problem = trainer.code = ""
        return
    life.silent += passed
    if life.silent > STEP and not life.asked:
        life.asked = True
        trainer.client.send(protocol.AskAlive())
    if life.silent > LOST_SECONDS:
        trainer.failure = words.report(
            "The trainer did not answer for {seconds:.0f} s, so it was ended; no label is lost.", seconds=LOST_SECONDS
        )
        trainer.code = "STREAM"
        trainer.state = "FAILED"
    elif life.silent > SILENT_SECONDS and trainer.code != STALLED:
        trainer.code = STALLED
        trainer.problem = (
            "The trainer does not answer, as if it was stopped or this computer is too busy; "
            "labels are kept, and sent when it does."
        )
