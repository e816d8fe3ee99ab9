"""Curves over epochs: values that a run noted, thinned to what a chart can show, and the numbers on their axes. Pure numpy."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from .arrays import Float32Array, Int32Array

MOST = 800
"""Points of one curve: then every second goes, so that a run of any length takes as little memory."""
GRADIENT = "gradient "
"""Begins the names of gradient norms; the layer's name follows."""
LOSSES = {
    "attract": (0.74, 0.27, 0.51),
    "repel": (0.27, 0.78, 0.94),
    "neighbours": (1.00, 0.65, 0.06),
    "room": (0.45, 0.40, 1.00),
    "p_head": (0.62, 0.62, 0.62),
}
"""Loss terms in the colours of their arrows; the p head has none."""
WHOLE = {"agreement": (0.20, 0.72, 0.45), "fill": (0.45, 0.40, 1.00)}
LABELS = {"labels": (0.85, 0.55, 0.15)}
OTHERS = (
    (0.27, 0.78, 0.94), (1.00, 0.65, 0.06), (0.74, 0.27, 0.51), (0.45, 0.40, 1.00), (0.20, 0.72, 0.45), (0.85, 0.25, 0.15),
    (0.62, 0.62, 0.62), (0.90, 0.85, 0.35), (0.55, 0.38, 0.22), (0.95, 0.60, 0.75), (0.10, 0.55, 0.60), (0.65, 0.80, 0.30),
)  # fmt: skip


@dataclass
class Curve:
    """One value over epochs; both ascending in time."""

    epochs: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, epoch: float, value: float) -> bool:
        """The next value. Returns False for one of an epoch that is there already, as after a trainer died: the first stands."""
        if self.epochs and epoch <= self.epochs[-1]:
            return False
        self.epochs.append(epoch)
        self.values.append(value)
        if len(self.values) > MOST:
            self.epochs, self.values = self.epochs[::2], self.values[::2]
        return True


@dataclass
class Curves:
    """The curves of one run. step: the last that was taken in. marks: (epoch, what was named), where labels came."""

    run_id: str
    title: str
    step: int = 0
    curves: dict[str, Curve] = field(default_factory=dict)
    marks: list[tuple[float, str]] = field(default_factory=list)
    edits: int = -1
    recorded: list[float] = field(default_factory=list)
    """The epochs that the timeline can show."""

    def take(self, step: int, epoch: float, values: Iterable[tuple[str, float]]) -> bool:
        """Add what was noted at a step. Returns whether any of it was new."""
        added = [
            self.curves.setdefault(name, Curve()).add(epoch, value) for name, value in values if math.isfinite(value)
        ]
        self.step = max(self.step, step)
        return any(added)

    @property
    def last_epoch(self) -> float:
        """The newest epoch of any curve."""
        return max((curve.epochs[-1] for curve in self.curves.values()), default=0.0)

    def lines(self) -> list[str]:
        """The newest numbers, a line each; gradients are told where they are measured."""
        told = [(name, curve) for name, curve in sorted(self.curves.items()) if not name.startswith(GRADIENT)]
        return [f"{label(name)} {short(curve.values[-1])}" for name, curve in told]


@dataclass(frozen=True)
class Chart:
    """One picture among several that share their epochs. curves: name to sRGB colour; high: the top of the axis, None: by
    the data; logarithmic: factors are as high as each other.
    """

    title: str
    curves: dict[str, tuple[float, float, float]]
    high: float | None = None
    logarithmic: bool = False


def charts(curves: Curves, wanted: set[str]) -> list[Chart]:
    """The charts of a set: LOSSES, AGREEMENT, LABELS, GRADIENTS; those for which there is no value yet are left out."""
    layers = sorted(name for name in curves.curves if name.startswith(GRADIENT))
    norms = {name: OTHERS[place % len(OTHERS)] for place, name in enumerate(layers)}
    whole = {
        "LOSSES": Chart("Loss terms", LOSSES),
        "AGREEMENT": Chart("Agreement and fill", WHOLE, 1.0),
        "LABELS": Chart("Labels", LABELS),
        "GRADIENTS": Chart("Gradient by layer", norms, None, True),
    }
    found = []
    for key, chart in whole.items():
        there = {name: colour for name, colour in chart.curves.items() if name in curves.curves}
        if key in wanted and there:
            found.append(Chart(chart.title, there, chart.high, chart.logarithmic))
    return found


def limits(chart: Chart, curves: Curves) -> tuple[float, float]:
    """The lowest and the highest value on a chart's axis; of a logarithmic one, both above 0."""
    values = np.concatenate([curves.curves[name].values for name in chart.curves])
    if chart.logarithmic:
        values = values[values > 0]
        if not len(values):
            return 0.1, 1.0
        return 10 ** math.floor(math.log10(values.min())), 10 ** math.ceil(math.log10(values.max() * 1.0001))
    high = chart.high if chart.high is not None else float(values.max())
    return min(0.0, float(values.min())), high if high > 0 else 1.0


def heights(values: Sequence[float], low: float, high: float, logarithmic: bool) -> Float32Array:
    """(K,) float32, 0..1: how high values stand between low and high."""
    array = np.asarray(values, dtype=np.float64)
    if logarithmic:
        array, low, high = np.log10(np.maximum(array, low)), math.log10(low), math.log10(high)
    return np.clip((array - low) / ((high - low) or 1.0), 0.0, 1.0).astype(np.float32)


def ticks(high: float, most: int = 5) -> list[float]:
    """Round numbers from 0 up to `high`, at most `most` of them besides 0."""
    if high <= 0:
        return [0.0]
    rough = high / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999999)
    return [step * k for k in range(int(high / step + 1e-9) + 1)]


def short(value: float) -> str:
    """A number as an axis shows it."""
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:.1e}"


def label(name: str) -> str:
    """What a curve is called in words."""
    return name.removeprefix(GRADIENT).replace("body.layers.", "body ").replace("to_", "").replace(".", " ").replace("_", " ")


def agreement(positions: Float32Array, labels: Int32Array, most: int = 400) -> float:
    """Of the labelled points, the share whose nearest other labelled point carries the same label; NaN below two.

    positions: (N, 3); labels: (N,), 0 unlabelled. Of more than `most` labelled points, evenly chosen ones are asked; of more
    than ten times as many, evenly chosen ones answer.
    """
    labelled = np.flatnonzero(labels)
    labelled = labelled[:: max(1, -(-len(labelled) // (10 * most)))]
    if len(labelled) < 2:
        return float("nan")
    asked = np.unique(np.linspace(0, len(labelled) - 1, min(most, len(labelled))).astype(np.int64))
    places = positions[labelled].astype(np.float64)
    away = ((places[asked][:, None] - places[None]) ** 2).sum(axis=2)
    away[np.arange(len(asked)), asked] = np.inf
    return float(np.mean(labels[labelled][asked] == labels[labelled][away.argmin(axis=1)]))
