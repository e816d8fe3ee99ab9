"""What nobody named yet: half of the classes get labels; are the others known to be unknown, and do they keep together?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Int32Array
from ..config import TrainConfig
from ..datasets import Dataset, DatasetRef, open_dataset
from ..datasets.guard import library
from ..engine import Engine
from .lassos import steps
from .measures import auroc
from .motion import places
from .ours import AFTER
from .splits import labels_of, truth_of
from .table import Table

FRACTION = 0.05
"""Of the samples of the named classes that get a label."""
SHOWN = ("auroc", "nmi_before", "nmi_after", "nmi_fall", "accuracy_named", "unknown_named", "unknown_unnamed")


def agreement(room: Float32Array, truth: Int32Array, seed: int) -> float:
    """Normalised mutual information of k-means clusters in a room (M, 3) with the true classes (M,), as many clusters."""
    cluster = library("sklearn.cluster", "bench", "The benchmark")
    metrics = library("sklearn.metrics", "bench", "The benchmark")
    found = cluster.KMeans(len(np.unique(truth)), n_init=10, random_state=seed).fit_predict(room)
    return float(metrics.normalized_mutual_info_score(truth, found))


def measure(dataset: Dataset, seed: int, settings: Mapping[str, Any]) -> dict[str, float]:
    """One seed: which half is named is drawn by it."""
    begin = time.process_time()
    truth, random = truth_of(dataset), np.random.default_rng(seed)
    classes = np.unique(truth[truth > 0])
    named = random.permutation(classes)[: len(classes) // 2]
    given = labels_of(truth, random, FRACTION, 0)
    given[~np.isin(given, named)] = 0
    config = TrainConfig.from_dict({"seed": seed, "threads": 1, "device": "cpu", **settings})
    engine = Engine(dataset, config, np.zeros(dataset.size, dtype=np.int32))
    steps(engine, config.opening_steps, None)
    away = (truth > 0) & ~np.isin(truth, named)
    before = agreement(places(engine)[away], truth[away], seed)
    engine.set_labels(given)
    steps(engine, config.settle_steps + AFTER, None)
    after = agreement(places(engine)[away], truth[away], seed)
    free = (truth > 0) & (given == 0)
    predicted, _ = engine.predictions()
    score = engine.novelty().astype(np.float64)
    return {
        "auroc": auroc(score[free], away[free]),
        "nmi_before": before,
        "nmi_after": after,
        "nmi_fall": before - after,
        "accuracy_named": float(np.mean(predicted[free & ~away] == truth[free & ~away])),
        "unknown_named": float(np.mean(predicted[free & ~away] == 0)),
        "unknown_unnamed": float(np.mean(predicted[away] == 0)),
        "cpu_seconds": time.process_time() - begin,
    }


def run(
    table: Table,
    reference: DatasetRef,
    seeds: Sequence[int],
    settings: Mapping[str, Any],
    progress: Callable[[float, str], None],
    say: Callable[[str], None],
) -> None:
    """Fill a table: with guesses, and without. Raises DataError."""
    dataset = open_dataset(reference, progress)
    arms = {"ours": settings, "ours_no_guesses": {**settings, "gate": 0.0}}
    for place, seed in enumerate(seeds):
        for arm, chosen in arms.items():
            if table.has(arm, seed):
                continue
            progress(place / len(seeds), f"Seed {seed}: {arm}")
            figures = measure(dataset, seed, chosen)
            table.add(arm, seed, figures)
            say(f"seed {seed}, {arm}: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
