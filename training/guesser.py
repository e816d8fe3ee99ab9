"""Guesses while training goes on: rounds in slices among the steps, which of them pull, and what is shown of the rest.

A round begins a few steps after a label and then every so often. Samples of the neighbour graph are guessed by
propagation (pseudo_labels.py), and labelled ones with them wherever they lie; where the data is larger than the graph,
the others by the nearest of those (voting.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from . import calibration, pseudo_labels
from .config import TrainConfig
from .linear import Linear
from .pseudo_labels import Beside, Guesses, Guessing
from .voting import NEAR, vote

SOON = 3
"""Steps after a label until guesses are made anew: the label itself pulls at once, this follows."""
PART = 4096
"""Samples outside the graph that are guessed in one step."""
ASKED = 1000
"""Samples of the graph that vote on the others."""
MOST_BESIDE = 4096
"""Labelled samples outside the graph that propagation begins from, too: without them a loop in a large cloud says little."""
SHOWN = ("prediction", "confidence", "margin", "novelty", "doubted")
KEPT = ("guessed", *SHOWN, "known", "probability", "latest_rows", "round_rows", "fresh", "surprises")

Rest = tuple[int, Tensor, Tensor, Tensor]
"""Guesses for samples outside the graph: the first row not done yet, and of those that vote: categories (C,), p (K, 32),
probabilities (K, 1 + C).
"""
Directions = Callable[[Tensor], Tensor]
"""(M,) int64 rows -> p (M, 32) float32 of length 1, as shown."""


class Guesser:
    """What is guessed of N samples. given, guessed, prediction, doubted: (N,) int64, 0 none; confidence, margin, novelty:
    (N,) float32 0..1.

    guessed: the labels that pull: the given ones, and the surest guesses. prediction: what is shown. doubted: what a
    labelled sample would surely be called without its label, if that is something else. latest: the last round, of the
    samples `latest_rows` (M,) int64. weights, fresh (N,) bool, surprises (T, W): of the linear guess (pseudo_labels.Beside),
    the first until labels change.
    """

    def __init__(self, size: int, rows: Tensor, config: TrainConfig, linear: Linear) -> None:
        """rows: (M,) int64, the samples that the neighbour graph holds."""
        self.size, self.rows, self.config, self.linear = size, rows, config, linear
        self.guessed = torch.zeros(size, dtype=torch.int64)
        self.prediction = torch.zeros(size, dtype=torch.int64)
        self.doubted = torch.zeros(size, dtype=torch.int64)
        self.confidence, self.margin, self.novelty = (torch.zeros(size) for _ in range(3))
        self.due = -1
        self.guessing: Guessing | None = None
        self.weights: list[Tensor] = []
        self.fresh = torch.zeros(size, dtype=torch.bool)
        self.surprises = calibration.nothing()
        self.round_rows = rows
        self.rest: Rest | None = None
        self.known, self.probability = rows[:0], torch.zeros(0, 1)
        self.latest_rows = rows[:0]
        self.in_graph = torch.zeros(size, dtype=torch.bool)
        self.in_graph[rows] = True

    def labels_changed(self, step: int, given: Tensor, changed: Tensor) -> None:
        """Labels given (N,) differ at `changed` (N,) bool: a guess just overruled must not pull on for another round."""
        self.guessed[changed] = given[changed]
        self.due = step + SOON
        self.guessing = self.rest = None  # of the labels as they were
        self.weights = []
        self.fresh[changed] = given[changed] > 0
        if not bool((given > 0).any()):
            self.surprises = calibration.nothing()

    def advance(self, step: int, first_label_step: int, given: Tensor, directions: Directions) -> None:
        """Begin a round of guesses if one is due, and do a slice of the one under way."""
        if step == self.due:
            self.due, self.rest = -1, None
            if not bool((given > 0).any()):
                self._forget()
                return
            rows = self._round(given)
            self.round_rows = rows
            c, here = self.config, given[rows].clone()
            self.guessing = Guessing(directions(rows), here, c.neighbours, c.gate, self._beside())
        if self.guessing is not None:
            guesses = self.guessing.advance()
            if guesses is not None:
                self._take(guesses, self.guessing, given, step, step - first_label_step)
                self.guessing = None
        elif self.rest is not None:
            self.rest = self._guess_rest(given, directions, *self.rest)
        else:
            return
        if self.guessing is None and self.rest is None:
            self.due = step + self.config.guess_every

    def agreement(self, left: Tensor, right: Tensor) -> Tensor:
        """(B,) float32: how probably samples left and right (B,) int64, of the graph, are of one category, named or not."""
        a, b = (self.probability[torch.searchsorted(self.latest_rows, rows)] for rows in (left, right))
        return (a * b).sum(1)

    def _forget(self) -> None:
        """Without labels nothing is guessed."""
        for name in ("guessed", *SHOWN):
            getattr(self, name).zero_()
        self.known, self.probability, self.latest_rows = self.rows[:0], torch.zeros(0, 1), self.rows[:0]

    def _round(self, given: Tensor) -> Tensor:
        """(M,) int64 ascending: the samples of the graph, and labelled ones that it does not hold."""
        beside = torch.nonzero((given > 0) & ~self.in_graph).squeeze(1)
        beside = beside[:: max(1, math.ceil(len(beside) / MOST_BESIDE))]
        return torch.cat([self.rows, beside]).sort().values if len(beside) else self.rows

    def _beside(self) -> Beside:
        """What the round under way has beside propagation."""
        rows = self.round_rows
        return Beside(self.linear, rows, self.weights, self.fresh[rows], self.surprises, self.linear.of(rows))

    def _take(self, guesses: Guesses, guessing: Guessing, given: Tensor, step: int, age: int) -> None:
        """Let the surest guesses pull, and show all of them. age: steps since the first label.

        What labels foretell of each other counts once, in the first round that ends after they came, before they have pulled
        for long. While the room has not opened, that says little of the neighbours, and they are asked anew until it has.
        """
        c, rows, p = self.config, self.round_rows, guessing.p
        if step >= c.opening_steps and guessing.beside is not None:
            self.surprises = guesses.surprises
            self.fresh.zero_()  # also those that a round left out because there were too many
        grown = min(1.0, 0.5 + 0.5 * age / max(1, c.settle_steps))
        self.guessed = given.clone()
        self.guessed[rows] = pseudo_labels.surest(guesses, given[rows], grown if c.gate > 0 else 0.0)
        self.prediction[rows], self.confidence[rows] = guesses.category, guesses.confidence
        self.margin[rows], self.novelty[rows], self.doubted[rows] = guesses.margin, guesses.novelty, guesses.doubted
        self.known, self.probability, self.latest_rows = guesses.known, guesses.probability, rows
        if len(self.rows) < self.size:
            asked = torch.arange(0, len(rows), math.ceil(len(rows) / ASKED))
            self.rest = (0, guesses.known, p[asked], guesses.probability[asked])

    @torch.no_grad()
    def _guess_rest(
        self, given: Tensor, directions: Directions, start: int, known: Tensor, asked: Tensor, probability: Tensor
    ) -> Rest | None:
        """Samples outside the graph, one part of them, by the vote of those `asked`. Returns what is left to do."""
        end = min(self.size, start + PART)
        share, _ = vote(directions(torch.arange(start, end)), asked, probability, min(NEAR, len(asked)))
        category, confidence, margin, novelty = pseudo_labels.answers(share, known)
        here, labelled = given[start:end], given[start:end] > 0
        outside = ~self.in_graph[start:end]
        for values, found, label in (
            (self.prediction, category, here),
            (self.confidence, confidence, 1.0),
            (self.margin, margin, 1.0),
            (self.novelty, novelty, 0.0),
        ):
            values[start:end][outside] = torch.where(labelled, label, found)[outside]
        return (end, known, asked, probability) if end < self.size else None

    def state_dict(self) -> dict[str, Any]:
        """All that a checkpoint needs to go on, also within a round."""
        return {
            **{name: getattr(self, name) for name in KEPT},
            "due": self.due,
            "guessing": self.guessing.state_dict() if self.guessing is not None else None,
            "weights": list(self.weights),
            "rest": list(self.rest) if self.rest is not None else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        for name in KEPT:
            setattr(self, name, state.get(name, getattr(self, name)).clone())  # older versions kept fewer
        self.due = int(state["due"])
        half, rest, c = state["guessing"], state["rest"], self.config
        self.weights = [weights.clone() for weights in state.get("weights", [])]
        self.guessing = Guessing.resumed(half, c.neighbours, c.gate, self._beside()) if half is not None else None
        self.rest = (
            (int(rest[0]), rest[1].clone(), rest[2].clone(), rest[3].clone()) if rest is not None else None
        )
