"""How the cloud moves from step to step, and whether a lasso does what it should beside the same steps without it."""

from __future__ import annotations

import copy

import numpy as np

from ...core.arrays import Float32Array, Int32Array, Int64Array
from ..engine import Engine

MOST = 400
"""Samples of a category, and of the others, between which distances are taken."""


class Motion:
    """Displacement of samples between two looks, over the RMS radius of the cloud, and the turn that explains most of it."""

    def __init__(self) -> None:
        self.last: Float32Array | None = None
        self.shares: list[tuple[float, float, float]] = []
        self.turns: list[float] = []
        self.mirrored = 0

    def begin(self, positions: Float32Array) -> None:
        """Look from here on: (N, 3)."""
        self.last = positions.copy()

    def add(self, positions: Float32Array) -> None:
        """The next look: (N, 3)."""
        assert self.last is not None
        moved = np.linalg.norm(positions - self.last, axis=1) / rms_radius(self.last)
        median, high = np.percentile(moved, (50, 99))
        self.shares.append((float(median), float(high), float(moved.max())))
        turn, mirrored = kabsch(self.last, positions)
        self.turns.append(turn)
        self.mirrored += mirrored
        self.last = positions.copy()

    def figures(self, name: str) -> dict[str, float]:
        """Of the medians, 99th percentiles and largest displacements of all looks, the worst and the mean; the largest turn
        in degrees; in how many looks a mirror fits better than any turn. Nothing where nobody looked.
        """
        if not self.shares:
            return {}
        parts = np.array(self.shares)
        found = {}
        for column, part in enumerate(("median", "p99", "max")):
            found[f"{name}_{part}_worst"] = float(parts[:, column].max())
            found[f"{name}_{part}_mean"] = float(parts[:, column].mean())
        return found | {f"{name}_turn_worst": max(self.turns), f"{name}_mirrored": float(self.mirrored)}


def rms_radius(positions: Float32Array) -> float:
    """Root mean square distance of points (N, 3) from their middle."""
    return max(float(np.sqrt(((positions - positions.mean(0)) ** 2).sum(1).mean())), 1e-12)


def kabsch(before: Float32Array, after: Float32Array) -> tuple[float, bool]:
    """(degrees of the rotation that carries points (N, 3) best, whether a mirror would carry them better).

    Kabsch, 1976, "A solution for the best rotation to relate two sets of vectors".
    """
    a, b = (points - points.mean(0, dtype=np.float64) for points in (before, after))
    u, _, vt = np.linalg.svd(a.T @ b)
    sign = np.sign(np.linalg.det(u @ vt))
    rotation = u @ np.diag([1.0, 1.0, sign]) @ vt
    return float(np.degrees(np.arccos(np.clip((np.trace(rotation) - 1) / 2, -1.0, 1.0)))), bool(sign < 0)


class Effect:
    """After each lasso: is the lassoed category closer, and farther from the others, than in runs of the same steps without?

    Two runs are compared with: one that never gets a label (effect), and one that gets all but this lasso (effect_lasso).
    Distances are between the samples that carry a label by then, and (effect_class) between all samples of the classes
    named by then. While there is one category only, nothing can be farther from others: such lassos count for `closer`
    alone.
    """

    def __init__(self, engine: Engine, truth: Int32Array) -> None:
        """engine: opened, without labels. truth: (N,) int32."""
        self.truth = truth
        self.unlabelled = copy.deepcopy(engine.state_dict())
        self.before = self.unlabelled
        self.found: dict[str, list[bool]] = {}

    def begin(self, engine: Engine) -> None:
        """A lasso comes: keep what the engine was before it."""
        self.before = copy.deepcopy(engine.state_dict())

    def lasso(self, engine: Engine, labels: Int32Array, name: int, count: int) -> None:
        """Compare an engine, `count` steps after a lasso of `name` that made its labels (N,) int32 what they are."""
        after, room = copy.deepcopy(engine.state_dict()), places(engine)
        for arm, state in (("effect", self.unlabelled), ("effect_lasso", self.before)):
            engine.load_state_dict(copy.deepcopy(state))
            for _ in range(count):
                engine.step()
            without = places(engine)
            self.compare(arm, room, without, labels, name)
            if arm == "effect":
                self.unlabelled = copy.deepcopy(engine.state_dict())
                classes = np.where(np.isin(self.truth, labels[labels > 0]), self.truth, 0).astype(np.int32)
                self.compare("effect_class", room, without, classes, name)
        engine.load_state_dict(after)

    def compare(self, arm: str, room: Float32Array, without: Float32Array, labels: Int32Array, name: int) -> None:
        """Note whether in a room (N, 3) the category is closer, and farther from others, than in one without (N, 3)."""
        (within, between), (within_without, between_without) = (distances(r, labels, name) for r in (room, without))
        closer, farther = within < within_without, between > between_without
        self.found.setdefault(f"{arm}_closer", []).append(closer)
        if len(np.unique(labels[labels > 0])) > 1:
            self.found.setdefault(f"{arm}_farther", []).append(farther)
            self.found.setdefault(f"{arm}_both", []).append(closer and farther)

    def figures(self) -> dict[str, float]:
        """Shares of lassos after which it was closer, farther, and both, against either run. Nothing without lassos."""
        return {name: float(np.mean(values)) for name, values in self.found.items()}


def places(engine: Engine) -> Float32Array:
    """(N, 3): the room as shown."""
    room = engine.positions()
    assert room is not None
    return room


def distances(room: Float32Array, labels: Int32Array, name: int) -> tuple[float, float]:
    """(mean distance within a category, mean distance to the others) of the labelled samples in a room (N, 3); the second
    is 0 where there are no others.
    """
    mine, others = some(np.flatnonzero(labels == name)), some(np.flatnonzero((labels > 0) & (labels != name)))
    within = spread(room[mine], room[mine]) * len(mine) / max(1, len(mine) - 1)
    return within, spread(room[mine], room[others]) if len(others) else 0.0


def spread(a: Float32Array, b: Float32Array) -> float:
    """The mean distance from points (A, 3) to points (B, 3)."""
    return float(np.linalg.norm(a[:, None] - b[None], axis=2).mean())


def some(rows: Int64Array) -> Int64Array:
    """At most MOST of rows, always the same."""
    return rows if len(rows) <= MOST else np.random.default_rng(0).choice(rows, MOST, replace=False)
