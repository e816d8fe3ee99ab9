"""How the cloud moves from step to step, and whether a lasso does what it should beside the same steps without it."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Int32Array, Int64Array
from ..engine import Engine

MOST = 400
"""Samples of a class, and of the others, between which distances are taken."""


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
    """After each lasso: distances of the lassoed class, in a run with the new label and in one without, at equal steps."""

    def __init__(self, truth: Int32Array) -> None:
        self.truth = truth
        self.named: list[int] = []
        self.new: list[bool] = []
        self.closer: list[bool] = []
        self.farther: list[bool] = []

    def lasso(self, engine: Engine, before: dict[str, Any], name: int, count: int) -> None:
        """Compare an engine, `count` steps after a lasso of class `name`, with the same without it.

        before: a copy of its state before that label; the engine is as it was afterwards.
        """
        self.new.append(name not in self.named)
        self.named.append(name)
        after, room = copy.deepcopy(engine.state_dict()), engine.positions()
        engine.load_state_dict(before)
        for _ in range(count):
            engine.step()
        without = engine.positions()
        engine.load_state_dict(after)
        assert room is not None and without is not None
        within, between = self.distances(room, name)
        within_without, between_without = self.distances(without, name)
        self.closer.append(within < within_without)
        self.farther.append(between > between_without)

    def distances(self, room: Float32Array, name: int) -> tuple[float, float]:
        """(mean distance within the class, mean distance to the other classes named so far) in a room (N, 3).

        With the first class there is no other: then to all samples of other classes.
        """
        mine = some(np.flatnonzero(self.truth == name))
        others = np.isin(self.truth, self.named) & (self.truth != name)
        others = others if others.any() else self.truth != name
        between = spread(room[mine], room[some(np.flatnonzero(others))])
        within = spread(room[mine], room[mine]) * len(mine) / max(1, len(mine) - 1)
        return within, between

    def figures(self) -> dict[str, float]:
        """Shares of lassos after which the class was closer, farther from others, and both; both, of the lassos that named
        a class for the first time. Nothing without lassos.
        """
        if not self.closer:
            return {}
        both = [a and b for a, b in zip(self.closer, self.farther, strict=True)]
        first = [done for done, new in zip(both, self.new, strict=True) if new]
        named = {"closer": self.closer, "farther": self.farther, "both": both, "both_new": first}
        return {f"effect_{name}": float(np.mean(values)) for name, values in named.items()}


def spread(a: Float32Array, b: Float32Array) -> float:
    """The mean distance from points (A, 3) to points (B, 3)."""
    return float(np.linalg.norm(a[:, None] - b[None], axis=2).mean())


def some(rows: Int64Array) -> Int64Array:
    """At most MOST of rows, always the same."""
    return rows if len(rows) <= MOST else np.random.default_rng(0).choice(rows, MOST, replace=False)
