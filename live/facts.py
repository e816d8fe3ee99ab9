"""What the data itself says of samples: asked of the trainer once, kept on it; a column is written to the mesh."""

from __future__ import annotations

import uuid

import bpy
import numpy as np

from ..core.errors import TrainerError
from ..scene import cloud as cloud_data
from ..training import protocol
from . import clouds, looks
from .difference import mapping_of
from .running import RunningTrainer

KEPT = 2000
"""Samples whose words and cells are kept."""


def ask(trainer: RunningTrainer, samples: list[int], column: str = "") -> None:
    """Ask for what the data holds of some samples (the run's numbers), and for a column. The answer comes by a tick."""
    trainer.require_ready()
    numbers = np.array(samples, dtype=np.int32)
    trainer.client.send(protocol.AskFacts(request=uuid.uuid4().hex, samples=numbers, column=column))


def of_sample(trainer: RunningTrainer, sample: int) -> protocol.SampleFacts | None:
    """What the data holds of one sample, or None until the answer is there; asks for it the first time."""
    if sample not in trainer.facts:
        if len(trainer.facts) >= KEPT:
            trainer.facts.clear()
        trainer.facts[sample] = None
        ask(trainer, [sample])
    return trainer.facts[sample]


def take(trainer: RunningTrainer, answer: protocol.FactsTold, context: bpy.types.Context) -> None:
    """Keep what came; a column goes to the mesh and colours the cloud."""
    trainer.columns = answer.columns
    trainer.facts.update({told.sample: told for told in answer.facts})
    listed = context.window_manager.latent_status.columns
    if [item.name for item in listed] != answer.columns:
        listed.clear()
        for name in answer.columns:
            listed.add().name = name
    cloud = clouds.find(trainer.run_id)
    if answer.column and answer.values is not None and cloud is not None and cloud.mode == "OBJECT":
        missing = np.full(len(cloud.data.vertices), np.nan, dtype=np.float32)
        cloud_data.write_floats(cloud.data, "column", mapping_of(trainer, cloud).to_mesh(answer.values, missing))
        look = cloud.latent.look
        look.column_held, look.column_names = answer.column, "\n".join(answer.names)
        looks.apply(cloud)


def ask_column(trainer: RunningTrainer | None, cloud: bpy.types.Object, column: str) -> None:
    """Ask for the column that is to colour the cloud. Raises TrainerError where nobody knows it."""
    if trainer is None or trainer.run_id != cloud.latent.run_id:
        raise TrainerError("The columns lie with the data; press Train first.")
    ask(trainer, [], column)
