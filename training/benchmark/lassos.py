"""A scripted person lassos a room: ours while it learns, ours as it opened, and UMAP's, which never moves.

The person (core/labeller.py) sees projected positions, pictures and a seed, never a true label. Measured is kNN in the room
on samples without a label: on those of classes that were found by then, and on all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Int32Array
from ...core.errors import LassoError
from ...core.labeller import Labeller
from ...core.metrics import fill, knn_accuracy
from ...core.projection import View, project
from ...core.selection import select
from ..config import TrainConfig
from ..datasets import Dataset, DatasetRef, open_dataset
from ..engine import Engine
from ..suggestions import suggest
from .measures import same_shape_in_cube
from .motion import Effect, Motion, places
from .rivals import umap_of
from .splits import truth_of
from .table import Table

AT = (5, 10, 15, 20)
"""Lassos after which it is measured, and after the last."""
VIEWS, POINT_RADIUS, WIDTH, HEIGHT, AWAY = 12, 0.26, 1280, 720, 42.0
ARMS = ("ours", "ours_frozen", "umap_static")
SHOWN = (
    *(f"{what}_{when}" for what in ("found", "all", "classes") for when in AT[:3]),
    "fill",
    *(f"motion_{what}_worst" for what in ("median", "p99", "max", "turn")),
    "effect_both",
    "effect_lasso_both",
)


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
        look[:3, 3] = -look[:3, :3] @ (back * AWAY)
        focal = 1 / np.tan(np.radians(20))
        lens = np.zeros((4, 4))
        lens[0, 0], lens[1, 1], lens[2, 2], lens[2, 3], lens[3, 2] = focal, focal * WIDTH / HEIGHT, -1, -0.2, -1
        views.append(View(lens @ look, WIDTH, HEIGHT, POINT_RADIUS))
    return views


class Session:
    """One person at work: labels (N,) int32 as given so far, and what they are worth."""

    def __init__(self, truth: Int32Array, seed: int) -> None:
        self.truth, self.views, self.person = truth, eyes(seed), Labeller(seed, POINT_RADIUS)
        self.labels: Int32Array = np.zeros(len(truth), dtype=np.int32)
        self.named: list[int] = []
        self.figures: dict[str, float] = {}

    def lasso(self, room: Float32Array, suggested: Sequence[int] | None = None) -> int:
        """Draw one loop in a room (N, 3), around the rows suggested where there are any, and name what it holds.

        Returns the name, 0 where nothing is left to circle.
        """
        seen = [project(room, view) for view in self.views]
        try:
            plan = self.person.choose(seen, self.labels, suggested)
        except LassoError:
            return 0
        taken = np.flatnonzero(select(seen[plan.view], plan.polygon, plan.depth, plan.near, plan.far)).astype(np.int32)
        name = int(self.person.read(taken, lambda row: str(self.truth[row])))
        self.labels[taken] = name
        self.named.append(name)
        return name

    def measure(self, room: Float32Array, when: str) -> None:
        """Note accuracy in a room (N, 3): on found classes, on all; and how many were found."""
        free, found = self.labels == 0, np.isin(self.truth, self.named)
        self.figures[f"found_{when}"] = knn_accuracy(room, self.labels, self.truth, free & found)
        self.figures[f"all_{when}"] = knn_accuracy(room, self.labels, self.truth, free & (self.truth > 0))
        self.figures[f"classes_{when}"] = float(len(set(self.named)))

    def finish(self, room: Float32Array, seconds: float) -> dict[str, float]:
        """All figures, with those of the end."""
        given = self.labels > 0
        self.figures |= {
            "fill": fill(room),
            "share_labelled": float(given.mean()),
            "label_error": float(np.mean(self.truth[given] != self.labels[given])),
            "cpu_seconds": seconds,
        }
        return self.figures


def still(room: Float32Array, truth: Int32Array, seed: int, lassos: int, seconds: float = 0.0) -> dict[str, float]:
    """A person in a room (N, 3) that does not move; seconds: what it took to make."""
    session = Session(truth, seed)
    for number in range(1, lassos + 1):
        session.lasso(room)
        if number in AT or number == lassos:
            session.measure(room, str(number))
    return session.finish(room, seconds)


def live(
    engine: Engine, truth: Int32Array, seed: int, lassos: int, between: int, motion: bool, effect: bool, follow: str = ""
) -> dict[str, float]:
    """A person in the room of an engine that has opened, `between` steps after each lasso, then until it has settled.

    follow: the kind of suggestion that says where to draw; empty: the person's own eyes do.
    """
    begin = time.process_time()
    session, moved, acted = Session(truth, seed), Motion(), Effect(engine, truth)
    for number in range(1, lassos + 1):
        name = session.lasso(places(engine), pointed_at(engine, follow))
        if effect:
            acted.begin(engine)
        engine.set_labels(session.labels)
        steps(engine, between, moved if motion else None)
        if effect and name:
            acted.lasso(engine, session.labels, name, between)
        if number in AT or number == lassos:
            session.measure(places(engine), str(number))
    steps(engine, engine.config.settle_steps, moved if motion else None)
    room = places(engine)
    session.measure(room, "end")
    figures = session.finish(room, time.process_time() - begin)
    return figures | moved.figures("motion") | acted.figures()


def pointed_at(engine: Engine, kind: str) -> list[int] | None:
    """Rows of the place of this kind that the engine suggests now, its middle first; None where there is none."""
    found = suggest(engine) if kind else []
    return next((region.rows.tolist() for region in found if region.kind == kind), None)


def steps(engine: Engine, count: int, moved: Motion | None) -> None:
    """So many steps, each of them looked at where that is asked for."""
    if moved is not None:
        moved.begin(places(engine))
    for _ in range(count):
        engine.step()
        if moved is not None:
            moved.add(places(engine))


def run(
    table: Table,
    reference: DatasetRef,
    seeds: Sequence[int],
    lassos: int,
    between: int,
    motion: bool,
    effect: bool,
    follow: str,
    settings: Mapping[str, Any],
    progress: Callable[[float, str], None],
    say: Callable[[str], None],
) -> None:
    """Fill a table, an arm a row. Raises DataError."""
    import torch

    dataset = open_dataset(reference, progress)
    truth = truth_of(dataset)
    for place, seed in enumerate(seeds):
        if all(table.has(arm, seed) for arm in ARMS):
            continue
        torch.set_num_threads(1)
        progress(place / len(seeds), f"Seed {seed}: the room opens")
        begin = time.process_time()
        config = TrainConfig.from_dict({"seed": seed, "threads": 1, "device": "cpu", **settings})
        engine, opening = Engine(dataset, config, np.zeros(dataset.size, dtype=np.int32)), Motion()
        steps(engine, config.opening_steps, opening if motion else None)
        opened, seconds = places(engine), time.process_time() - begin
        progress((place + 0.3) / len(seeds), f"Seed {seed}: {lassos} lassos")
        found = live(engine, truth, seed, lassos, between, motion, effect, follow) | opening.figures("opening")
        found["cpu_seconds"] += seconds
        found_in = {"ours": found, "ours_frozen": still(opened, truth, seed, lassos, seconds)}
        begin = time.process_time()
        static = umap_room(dataset, seed)
        found_in["umap_static"] = still(static, truth, seed, lassos, time.process_time() - begin)
        for arm, figures in found_in.items():
            table.add(arm, seed, figures)
            say(f"seed {seed}, {arm}: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))


def umap_room(dataset: Dataset, seed: int) -> Float32Array:
    """(N, 3): UMAP's room of a data set, without labels, as large as ours."""
    room = umap_of(dataset.flat(), seed).fit_transform(dataset.flat())
    return same_shape_in_cube(np.asarray(room, dtype=np.float32))
