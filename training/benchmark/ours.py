"""Our room on a split: all labels at once, in instalments, or the supervised terms alone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from ...core.arrays import Float32Array, Int32Array
from .. import graph
from ..config import TrainConfig
from ..engine import Engine
from ..placing import Placer, memory_of, place
from .result import Result, from_room
from .rivals import propagated, voted
from .splits import Split

STEPS = 450
"""After the last label."""
INSTALMENTS, BETWEEN = 12, 50


def engine_of(split: Split, settings: Mapping[str, Any]) -> Engine:
    """An engine for the cloud of a split, without labels."""
    config = TrainConfig.from_dict({"seed": split.seed, "threads": 1, **settings})
    return Engine(split.cloud, config, np.zeros(split.cloud.size, dtype=np.int32))


def offline(split: Split, settings: Mapping[str, Any]) -> dict[str, Result]:
    """All labels at once, after the cloud has opened. Three answers of one run: kNN in the room, the shipped predictor,
    and propagation on the directions p.
    """
    begin = time.process_time()
    engine = engine_of(split, settings)
    for _ in range(engine.config.opening_steps):
        engine.step()
    engine.set_labels(split.given)
    for _ in range(STEPS):
        engine.step()
    return answers(split, engine, begin, "ours")


def live(split: Split, settings: Mapping[str, Any]) -> dict[str, Result]:
    """The same labels in twelve instalments, in a random order, fifty steps apart."""
    begin = time.process_time()
    engine = engine_of(split, settings)
    for _ in range(engine.config.opening_steps):
        engine.step()
    order = np.random.default_rng(split.seed).permutation(np.flatnonzero(split.given))
    given: Int32Array = np.zeros(split.cloud.size, dtype=np.int32)
    for part in np.array_split(order, INSTALMENTS):
        given[part] = split.given[part]
        engine.set_labels(given)
        for _ in range(BETWEEN):
            engine.step()
    for _ in range(STEPS - BETWEEN):
        engine.step()
    return answers(split, engine, begin, "ours_live")


def alone(split: Split, settings: Mapping[str, Any]) -> dict[str, Result]:
    """Attract and repel alone, on the labels given: supervised contrastive learning as it is usually done."""
    off = {"forces": {"neighbours": 0.0, "room": 0.0}, "p_weight": 0.0, "gate": 0.0}
    begin = time.process_time()
    engine = engine_of(split, {**settings, **off})
    engine.set_labels(split.given)
    for _ in range(STEPS):
        engine.step()
    return {"supcon": answers(split, engine, begin, "supcon")["supcon"]}


@torch.no_grad()
def answers(split: Split, engine: Engine, begin: float, name: str) -> dict[str, Result]:
    """What an engine says of a split."""
    placer = Placer(engine.shown, memory_of(engine)).eval()
    room = engine.positions()
    assert room is not None
    held_room, probability, _ = place(placer, split.held)
    first = from_room(split, room, held_room, time.process_time() - begin, ours=True)
    numbers = np.array(placer.categories, dtype=np.int32)
    known = probability[:, 1:]
    predicted = numbers[known.argmax(1)]
    inside = engine.guesser.prediction.numpy().astype(np.int32)
    shipped = Result(predicted, inside, first.seconds, probability=known.max(1).astype(np.float64))
    p, held_p = directions(engine, split.cloud.features), directions(engine, split.held)
    mass = propagated(graph.nearest(torch.from_numpy(p), 10), split.given)
    return {name: first, f"{name}_predictor": shipped, f"{name}_propagation_p": voted(split, mass, p, held_p, begin)}


@torch.no_grad()
def directions(engine: Engine, features: Float32Array) -> Float32Array:
    """(N, 32): p of features."""
    engine.shown.eval()
    parts = torch.from_numpy(features).split(2048)
    p: Float32Array = torch.cat([engine.shown(part)[1] for part in parts]).numpy()
    return p
