"""The demo's learning without Blender, for many seeds: `python -m bench.simulate_digits --seeds 5`.

The scripted person lassos the digits twelve times; accuracy is kNN in the room from the labels given, on samples that
were never labelled. The arms: no labels, names shuffled among the loops, the room frozen after the first lasso.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from typing import Any

import numpy as np

from latent_lasso.core.labeller import Labeller
from latent_lasso.core.metrics import fill, knn_accuracy
from latent_lasso.core.projection import Projected, View, project
from latent_lasso.core.selection import select
from latent_lasso.training.config import TrainConfig
from latent_lasso.training.datasets import Dataset, DatasetRef, open_dataset
from latent_lasso.training.engine import Engine

OPENING, BETWEEN, AFTER, LASSOS, VIEWS = 450, 50, 300, 12, 12
POINT_RADIUS = 0.26
WIDTH, HEIGHT = 1280, 720


def eyes(seed: int) -> list[View]:
    """Cameras evenly on a sphere around the room, looking at its middle."""
    turn = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    views = []
    for index in range(VIEWS):
        z = 1 - 2 * (index + 0.5) / VIEWS
        angle = np.pi * (3 - 5**0.5) * index + turn
        back = np.array([np.cos(angle) * (1 - z * z) ** 0.5, np.sin(angle) * (1 - z * z) ** 0.5, z])
        right = np.cross([0.0, 0.0, 1.0], back)
        right /= np.linalg.norm(right)
        look = np.eye(4)
        look[:3, :3] = np.stack([right, np.cross(back, right), back])
        look[:3, 3] = -look[:3, :3] @ (back * 42.0)
        focal = 1 / np.tan(np.radians(20))
        lens = np.zeros((4, 4))
        lens[0, 0], lens[1, 1], lens[2, 2], lens[2, 3], lens[3, 2] = focal, focal * WIDTH / HEIGHT, -1, -0.2, -1
        views.append(View(lens @ look, WIDTH, HEIGHT, POINT_RADIUS))
    return views


def lasso(person: Labeller, positions: np.ndarray, labels: np.ndarray, views: list[View], truth: np.ndarray) -> Any:
    """One loop: the rows taken and the true class that most of nine pictures show."""
    seen: list[Projected] = [project(positions, view) for view in views]
    plan = person.choose(seen, labels)
    taken = np.flatnonzero(select(seen[plan.view], plan.polygon, plan.depth, plan.near, plan.far)).astype(np.int32)
    return taken, int(person.read(taken, lambda row: str(truth[row])))


def simulate(dataset: Dataset, seed: int, settings: dict[str, Any], arms_too: bool) -> dict[str, Any]:
    """One seed: the main run and its arms; without arms_too only the frozen one, which costs nothing."""
    truth = dataset.truth
    assert truth is not None
    config = TrainConfig.from_dict({"seed": seed, "threads": 1, **settings})
    nothing = np.zeros(dataset.size, dtype=np.int32)
    begin = time.process_time()
    engine = Engine(dataset, config, nothing)
    for _ in range(OPENING):
        engine.step()
    saved, before = copy.deepcopy(engine.state_dict()), engine.positions()
    views, person = eyes(seed), Labeller(seed, POINT_RADIUS)
    labels, acts, purity, frozen_room = nothing.copy(), [], [], before
    for number in range(LASSOS):
        taken, name = lasso(person, engine.positions(), labels, views, truth)
        labels[taken] = name
        acts.append((taken, name))
        purity.append(float(np.mean(truth[taken] == np.bincount(truth[taken]).argmax())))
        engine.set_labels(labels)
        for _ in range(BETWEEN):
            engine.step()
        if number == 0:
            frozen_room = engine.positions()
    for _ in range(AFTER):
        engine.step()
    cpu, after = time.process_time() - begin, engine.positions()
    frozen_labels, frozen_person = nothing.copy(), Labeller(seed, POINT_RADIUS)
    frozen_labels[acts[0][0]] = acts[0][1]
    for _ in range(LASSOS - 1):
        taken, name = lasso(frozen_person, frozen_room, frozen_labels, views, truth)
        frozen_labels[taken] = name
    evaluate = (labels == 0) & (frozen_labels == 0)
    order = np.random.default_rng(seed).permutation(LASSOS)
    arms = {}
    plans = (("no_labels", None), ("shuffled", [acts[i][1] for i in order])) if arms_too else ()
    for arm, names in plans:
        engine.load_state_dict(copy.deepcopy(saved))
        engine.set_labels(nothing)
        given = nothing.copy()
        for number, (taken, _) in enumerate(acts):
            if names is not None:
                given[taken] = names[number]
                engine.set_labels(given)
            for _ in range(BETWEEN):
                engine.step()
        for _ in range(AFTER):
            engine.step()
        arms[arm] = knn_accuracy(engine.positions(), labels, truth, evaluate)
    return {
        "seed": seed,
        "accuracy_before": knn_accuracy(before, labels, truth, evaluate),
        "accuracy_after": knn_accuracy(after, labels, truth, evaluate),
        "accuracy_frozen": knn_accuracy(frozen_room, frozen_labels, truth, evaluate),
        **{f"accuracy_{arm}": value for arm, value in arms.items()},
        "classes_found": len({name for _, name in acts}),
        "classes_found_frozen": len(np.unique(frozen_labels[frozen_labels > 0])),
        "fill": fill(after),
        "purity": [round(value, 2) for value in purity],
        "share_labelled": float(np.mean(labels > 0)),
        "label_error": float(np.mean(truth[labels > 0] != labels[labels > 0])),
        "cpu_seconds": cpu,
    }


def main() -> None:
    """Print a JSON line a seed and the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--set", action="append", default=[], help="NAME=VALUE of a training setting")
    parser.add_argument("--main-only", action="store_true", help="leave out the arms that train")
    chosen = parser.parse_args()
    settings = {text.split("=")[0]: float(text.split("=")[1]) for text in chosen.set}
    dataset = open_dataset(DatasetRef("digits"))
    rows = []
    for seed in range(chosen.seeds):
        rows.append(simulate(dataset, seed, settings, not chosen.main_only))
        print(json.dumps(rows[-1]), flush=True)
    for key in [key for key, value in rows[0].items() if isinstance(value, (int, float))]:
        values = [row[key] for row in rows]
        print(f"{key:24} {np.mean(values):.3f} ± {np.std(values):.3f}")


if __name__ == "__main__":
    main()
