"""Questions about the cloud that Blender asks, and their answers as messages. Imports torch late."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ..core.arrays import Int32Array
from ..core.errors import LatentError
from . import protocol

if TYPE_CHECKING:
    from .engine import Engine

Question: TypeAlias = protocol.AskForces | protocol.AskSuggestions


def answer(engine: Engine, samples: Int32Array, question: Question) -> protocol.Message:
    """The answer, or why there is none. samples: (N,) int32, the run's, ascending."""
    if isinstance(question, protocol.AskSuggestions):
        return suggested(engine, samples, question)
    return measured(engine, samples, question)


def suggested(engine: Engine, samples: Int32Array, question: protocol.AskSuggestions) -> protocol.Message:
    """Where to look next."""
    from . import suggestions

    places = [
        protocol.Suggestion(place.kind, place.centre, place.radius, samples[place.rows.numpy()], place.sentence)
        for place in suggestions.suggest(engine)
    ]
    return protocol.Suggestions(question.request, engine.step_count, places)


def measured(engine: Engine, samples: Int32Array, question: protocol.AskForces) -> protocol.Message:
    """The forces on the samples asked for, or why they cannot be measured."""
    from . import forces

    rows = np.searchsorted(samples, question.samples).astype(np.int64)
    known = rows < len(samples)
    known[known] = samples[rows[known]] == question.samples[known]
    try:
        if not known.all():
            raise LatentError(
                "The run holds no sample {sample}; select points of this cloud and measure again.",
                sample=question.samples[~known][0],
            )
        report = forces.measure(engine, rows)
    except LatentError as error:
        return protocol.Failed.of(error, "FORCES")
    return protocol.ForcesMeasured(
        request=question.request,
        step=report.step,
        pairs=report.pairs,
        samples=samples[report.samples],
        forces=report.forces,
        guessed=report.guessed,
        total=report.total,
        motion=report.motion,
        carried=report.carried,
        cosine=report.cosine,
        gradients=report.gradients,
        elsewhere=report.elsewhere,
        note=report.note,
    )
