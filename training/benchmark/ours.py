"""Our room on a split: all labels at once, in instalments, or the supervised terms alone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from ...core.arrays import Float32Array, Int32Array
from ..config import TrainConfig
from ..engine import Engine
from ..placing import Placer, memory_of, place
from ..views import AMOUNTS, view_count
from .propagation import neighbour_graph, voted
from .result import Result, from_room
from .rivals import views_of
from .splits import Split

INSTALMENTS = 12
AFTER = 50
"""Steps that follow the settling after the last label."""
BLOCK = 2048
ALONE = {"forces": {"neighbours": 0.0, "room": 0.0}, "p_weight": 0.0, "gate": 0.0}
"""What leaves the supervised terms by themselves."""
PUBLISHED = {"contrast": 1.0, "given_pull": 0.0, "gather": 0.0, "spread": 0.0, "part": 0.0}
"""What leaves of those the two sums of the published loss."""


def engine_of(split: Split, settings: Mapping[str, Any]) -> Engine:
    """An engine for the cloud of a split, without labels, on one thread."""
    config = TrainConfig.from_dict({"seed": split.seed, "threads": 1, "device": "cpu", **settings})
    return Engine(split.cloud, config, np.zeros(split.cloud.size, dtype=np.int32))


def half_side(engine: Engine) -> float:
    """Of the cube that this room means to fill: a setting where there is one."""
    return engine.config.half_side


def steps(engine: Engine, count: int) -> None:
    """So many steps."""
    for _ in range(count):
        engine.step()


def offline(split: Split, settings: Mapping[str, Any]) -> dict[str, Result]:
    """All labels at once, after the cloud has opened. Three answers of one run: kNN in the room, the shipped predictor,
    and propagation on the directions p.
    """
    begin = time.process_time()
    engine = engine_of(split, settings)
    steps(engine, engine.config.opening_steps)
    engine.set_labels(split.given)
    steps(engine, engine.config.settle_steps + AFTER)
    return answers(split, engine, begin)


def live(split: Split, settings: Mapping[str, Any]) -> dict[str, Result]:
    """The same labels in twelve instalments, in a random order, an eighth of the settling apart (by default 50 steps)."""
    begin = time.process_time()
    engine = engine_of(split, settings)
    steps(engine, engine.config.opening_steps)
    between = max(1, engine.config.settle_steps // 8)
    order = np.random.default_rng(split.seed).permutation(np.flatnonzero(split.given))
    given: Int32Array = np.zeros(split.cloud.size, dtype=np.int32)
    for part in np.array_split(order, INSTALMENTS):
        given[part] = split.given[part]
        engine.set_labels(given)
        steps(engine, between)
    steps(engine, engine.config.settle_steps + AFTER - between)
    return answers(split, engine, begin)


def supcon(split: Split, settings: Mapping[str, Any]) -> dict[str, Result]:
    """Supervised contrastive learning (Khosla et al., 2020) alone, as published, with the Cauchy kernel."""
    return {"supcon": alone(split, {**settings, **PUBLISHED})}


def attract_repel(split: Split, settings: Mapping[str, Any]) -> dict[str, Result]:
    """The same with all that we added to it, and our weights: on some data the stronger rival, on others the weaker."""
    return {"attract_repel": alone(split, settings)}


def alone(split: Split, settings: Mapping[str, Any]) -> Result:
    """Attract and repel alone: on the labels given, and on views of those samples where the kind of data has views."""
    begin = time.process_time()
    seen = with_views(split)
    engine = engine_of(seen, {**settings, **ALONE})
    engine.set_labels(seen.given)
    steps(engine, engine.config.settle_steps + AFTER)
    room, held_room = rooms(engine, split.cloud.features), rooms(engine, split.held)
    return from_room(split, room, held_room, time.process_time() - begin, half_side(engine))


def with_views(split: Split) -> Split:
    """The split with augmented copies of its labelled samples in the cloud, labelled alike; itself where there are none."""
    cloud, rows = split.cloud, np.flatnonzero(split.given)
    kind, features = cloud.description.kind, cloud.features
    if kind not in AMOUNTS or not view_count(cloud.size, features[0].size):
        return split
    views = views_of(features[rows], split.seed, kind)
    count = len(views) // len(rows)
    bigger = replace(
        cloud,
        features=np.concatenate([features, views]),
        ids=[*cloud.ids, *(f"view-{number}" for number in range(len(views)))],
        names=[*cloud.names, *[""] * len(views)],
        labels=np.concatenate([cloud.labels, np.zeros(len(views), dtype=np.int32)]),
        coordinates=None,
    )
    given, truth = (np.concatenate([a, np.tile(a[rows], count)]) for a in (split.given, split.truth))
    return replace(split, cloud=bigger, given=given, truth=truth)


@torch.no_grad()
def answers(split: Split, engine: Engine, begin: float) -> dict[str, Result]:
    """What an engine says of a split."""
    room = rooms(engine, split.cloud.features)
    placer = Placer(engine.shown, memory_of(engine)).eval()
    held_room, held_probability, _ = place(placer, split.held)
    seconds = time.process_time() - begin
    numbers = np.array(placer.categories, dtype=np.int32)
    # column 0 is "none of them": here every sample is one of them, and an answer is asked for
    known, known_inside = held_probability[:, 1:], place(placer, split.cloud.features)[1][:, 1:]
    sure = known.max(1).astype(np.float64)
    p, held_p = directions(engine, split.cloud.features), directions(engine, split.held)
    return {
        "ours": from_room(split, room, held_room, seconds, half_side(engine)),
        "ours_predictor": Result(numbers[known.argmax(1)], numbers[known_inside.argmax(1)], seconds, probability=sure),
        "ours_propagation_p": voted(split, neighbour_graph(p), p, held_p, begin),
    }


@torch.no_grad()
def rooms(engine: Engine, features: Float32Array) -> Float32Array:
    """(N, 3): where samples lie."""
    room = engine.shown.eval().fused_room()
    z: Float32Array = torch.cat([room(part) for part in torch.from_numpy(features).split(BLOCK)]).numpy()
    return z


@torch.no_grad()
def directions(engine: Engine, features: Float32Array) -> Float32Array:
    """(N, 32): p of samples."""
    network = engine.shown.eval()
    p: Float32Array = torch.cat([network(part)[1] for part in torch.from_numpy(features).split(BLOCK)]).numpy()
    return p
