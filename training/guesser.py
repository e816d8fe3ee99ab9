"""Guesses while training goes on: rounds in slices among the steps, which of them pull, and what is shown of the rest.

A round begins a few steps after a label and then every so often. Samples of the neighbour graph are guessed by
propagation (pseudo_labels.py); where the data is larger than the graph, the others by the nearest category in p.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from . import pseudo_labels
from .config import TrainConfig
from .pseudo_labels import Guessing

SOON = 3
"""Steps after a label until guesses are made anew: the label itself pulls at once, this follows."""
PART = 4096
"""Samples outside the graph that are guessed in one step."""

Rest = tuple[int, Tensor, Tensor, Tensor]
"""Guesses for samples outside the graph: the first row not done yet, categories (C,), their directions in p (C, 32), and
how near to them (C,) a sample must be.
"""
Directions = Callable[[Tensor], Tensor]
"""(M,) int64 rows -> p (M, 32) float32 of length 1, as shown."""


class Guesser:
    """What is guessed of N samples. given, guessed, prediction: (N,) int64, 0 none; confidence: (N,) float32 0..1.

    guessed: the labels that pull: the given ones, and the surest guesses. prediction: what is shown.
    """

    def __init__(self, size: int, rows: Tensor, config: TrainConfig) -> None:
        """rows: (M,) int64, the samples that the neighbour graph holds."""
        self.size, self.rows, self.config = size, rows, config
        self.guessed = torch.zeros(size, dtype=torch.int64)
        self.prediction = torch.zeros(size, dtype=torch.int64)
        self.confidence = torch.zeros(size)
        self.due = -1
        self.guessing: Guessing | None = None
        self.rest: Rest | None = None
        self.in_graph = torch.zeros(size, dtype=torch.bool)
        self.in_graph[rows] = True

    def labels_changed(self, step: int, given: Tensor, changed: Tensor) -> None:
        """Labels given (N,) differ at `changed` (N,) bool: a guess just overruled must not pull on for another round."""
        self.guessed[changed] = given[changed]
        self.due = step + SOON
        self.guessing = self.rest = None  # of the labels as they were

    def advance(self, step: int, first_label_step: int, given: Tensor, directions: Directions) -> None:
        """Begin a round of guesses if one is due, and do a slice of the one under way."""
        if step == self.due:
            self.due, self.rest = -1, None
            if not bool((given > 0).any()):
                for tensor in (self.guessed, self.prediction, self.confidence):
                    tensor.zero_()
                return
            self.guessing = Guessing(
                directions(self.rows), given[self.rows].clone(), self.config.neighbours, self.config.gate
            )
        if self.guessing is not None:
            guesses = self.guessing.advance()
            if guesses is not None:
                self._take(guesses, self.guessing.p, given, step - first_label_step)
                self.guessing = None
        elif self.rest is not None:
            self.rest = self._guess_rest(given, directions, *self.rest)
        else:
            return
        if self.guessing is None and self.rest is None:
            self.due = step + self.config.guess_every

    def _take(self, guesses: pseudo_labels.Guesses, p: Tensor, given: Tensor, age: int) -> None:
        """Let the surest guesses pull, and show all of them. age: steps since the first label."""
        c = self.config
        grown = min(1.0, 0.5 + 0.5 * age / max(1, c.settle_steps))
        self.guessed = given.clone()
        self.guessed[self.rows] = pseudo_labels.surest(guesses, given[self.rows], grown if c.gate > 0 else 0.0)
        self.prediction[self.rows], self.confidence[self.rows] = guesses.category, guesses.confidence
        if len(self.rows) < self.size:
            known = torch.unique(guesses.category[guesses.category > 0])
            centres = torch.stack([p[guesses.category == k].mean(0) for k in known])
            centres = torch.nn.functional.normalize(centres, dim=1)
            usual = torch.stack(
                [(p[guesses.category == k] @ centres[i]).quantile(0.1) for i, k in enumerate(known)]
            )
            self.rest = (0, known, centres, usual)

    @torch.no_grad()
    def _guess_rest(
        self, given: Tensor, directions: Directions, start: int, known: Tensor, centres: Tensor, usual: Tensor
    ) -> Rest | None:
        """Samples outside the graph, one part of them: the category whose mean direction in p is nearest, if as near as
        its own are. Returns what is left to do.
        """
        end = min(self.size, start + PART)
        cosine = directions(torch.arange(start, end)) @ centres.T
        best, column = cosine.max(1)
        share = torch.softmax(cosine / self.config.temperature, dim=1).max(1).values
        sure = best >= usual[column]
        labelled = given[start:end] > 0
        category = torch.where(labelled, given[start:end], torch.where(sure, known[column], 0))
        outside = ~self.in_graph[start:end]
        self.prediction[start:end][outside] = category[outside]
        confidence = torch.where(labelled, 1.0, torch.where(sure, share, 0.0))
        self.confidence[start:end][outside] = confidence[outside]
        return (end, known, centres, usual) if end < self.size else None

    def state_dict(self) -> dict[str, Any]:
        """All that a checkpoint needs to go on, also within a round."""
        return {
            "guessed": self.guessed,
            "prediction": self.prediction,
            "confidence": self.confidence,
            "due": self.due,
            "guessing": self.guessing.state_dict() if self.guessing is not None else None,
            "rest": list(self.rest) if self.rest is not None else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        for name in ("guessed", "prediction", "confidence"):
            setattr(self, name, state[name].clone())
        self.due = int(state["due"])
        half, rest, c = state["guessing"], state["rest"], self.config
        self.guessing = Guessing.resumed(half, c.neighbours, c.gate) if half is not None else None
        self.rest = (
            (int(rest[0]), rest[1].clone(), rest[2].clone(), rest[3].clone()) if rest is not None else None
        )
