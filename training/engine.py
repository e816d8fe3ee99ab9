"""The engine: one step of training after another, and where every sample is. numpy at the border, torch inside.

The network is warm-started where the room already is and never restarted by a label: the cloud moves, it does not jump.
Reading positions or predictions changes nothing and draws no random number, so that how often Blender looks does not
change the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..core.arrays import Float32Array, Int32Array
from ..core.version import HALF_SIDE
from . import graph, pseudo_labels
from .config import Forces, TrainConfig
from .datasets import Dataset
from .datasets.pca import first_room
from .encoders import Network, choose
from .losses import attract_and_repel, neighbours_loss, p_head_loss, room_loss
from .optimiser import AdamW, clip
from .pseudo_labels import Guessing
from .samplers import PairSampler, balanced_rows
from .schedule import learning_rate
from .views import AMOUNTS, ViewBank, view_count

FORWARD = 2048
"""Samples in one forward pass of the whole set."""
GRADIENT_NORM = 5.0
SOON = 3
"""Steps after a label until guesses are made anew: the label itself pulls at once, this follows."""

Rest = tuple[int, Tensor, Tensor, Tensor]
"""Guesses for samples outside the graph: the first row not done yet, categories (C,), their directions in p (C, 32), and
how near to them (C,) a sample must be.
"""


@dataclass(frozen=True)
class StepResult:
    """step: how many were made. epoch: samples seen over samples. metrics: loss terms by name, unweighted."""

    step: int
    epoch: float
    metrics: dict[str, float]


class Engine:
    """Training of one run."""

    def __init__(
        self, dataset: Dataset, config: TrainConfig, labels: Int32Array, own: tuple[torch.nn.Module, int] | None = None
    ) -> None:
        """labels: (N,) int32 category ids, 0 unlabelled. own: the user's encoder and its width. Readers checked the data."""
        torch.set_num_threads(config.thread_count)
        torch.manual_seed(config.seed)  # for the initial weights alone; steps draw from a generator of their own
        self.config = config
        self.forces = config.forces
        self.generator = torch.Generator().manual_seed(config.seed)
        self.features = torch.from_numpy(np.ascontiguousarray(dataset.features))
        self.size = len(self.features)
        kind, shape = dataset.description.kind, tuple(dataset.features.shape[1:])
        self.network = Network(choose(kind, shape), shape, *(own or ()))
        self.optimiser = AdamW(self.network.parameters(), config.weight_decay)
        self.rows = graph.subset(self.size, config.seed)
        flat = graph.reduced(self.features[self.rows].reshape(len(self.rows), -1))
        near = self.rows[graph.nearest(flat, config.neighbours)]
        self.views = None
        if kind in AMOUNTS and view_count(self.size, self.features[0].numel()):
            self.views = ViewBank(self.features, config.seed, kind)
        self.pairs = PairSampler(self.features, self.rows, near, self.views)
        self.batch = max(2, min(config.batch, self.size))
        self.step_count = 0
        self.seen = 0
        self.given = torch.zeros(self.size, dtype=torch.int64)
        self.guessed = torch.zeros(self.size, dtype=torch.int64)
        self.prediction = torch.zeros(self.size, dtype=torch.int64)
        self.confidence = torch.zeros(self.size)
        self.label_step = -1
        self.first_label_step = -1
        self.guess_due = -1
        self.guessing: Guessing | None = None
        self.rest: Rest | None = None
        self.in_graph = torch.zeros(self.size, dtype=torch.bool)
        self.in_graph[self.rows] = True
        self._warm_start(first_room(dataset.features, dataset.coordinates, HALF_SIDE))
        self.set_labels(labels)

    def _warm_start(self, positions: Float32Array) -> None:
        """Let the norms see the data, then start the room where the principal components put it."""
        generator = torch.Generator().manual_seed(self.config.seed + 1)
        rows = torch.randperm(self.size, generator=generator)[:4096]
        self.network.train()
        with torch.no_grad():
            for _ in range(20):
                part = rows[torch.randint(len(rows), (min(512, max(2, len(rows))),), generator=generator)]
                self.network.body(self.features[part])
        self.network.eval()
        self.network.start_at(self.features[rows], torch.from_numpy(positions)[rows])

    @property
    def epoch(self) -> float:
        """Samples seen over samples."""
        return self.seen / self.size

    def step(self) -> StepResult:
        """One step. The labels and forces set before it count."""
        c = self.config
        self._guess()
        self.network.train()
        left, right = self.pairs.draw(self.batch, self.generator)
        labelled, categories = self._labelled_batch()
        parts = [left, right] if len(labelled) == 0 else [left, right, self.features[labelled]]
        _, p, z = self.network(torch.cat(parts))
        pairs = self.batch
        losses = {
            "neighbours": neighbours_loss(z[:pairs], z[pairs : 2 * pairs]),
            "p_head": p_head_loss(p[:pairs], p[pairs : 2 * pairs], c.temperature),
            "room": room_loss(z[: 2 * pairs], HALF_SIDE, c.projections, self.generator),
        }
        supervised = self.label_step >= 0
        weights = {
            "neighbours": self.forces.neighbours,
            "p_head": 1.0,
            "room": (c.room_after if supervised else c.room_before) * self.forces.room,
            "attract": c.supervised * self.forces.attract,
            "repel": c.supervised * self.forces.repel,
        }
        if len(labelled):
            losses["attract"], losses["repel"] = attract_and_repel(z[2 * pairs :], categories)
        total = torch.stack([weights[name] * loss for name, loss in losses.items()]).sum()
        self.optimiser.zero_grad()
        total.backward()
        clip(self.optimiser.parameters, GRADIENT_NORM)
        rate = learning_rate(c, self.step_count, self.label_step)
        self.optimiser.step(rate)
        self.step_count += 1
        self.seen += pairs
        metrics = {name: float(loss.detach()) for name, loss in losses.items()}
        metrics["loss"], metrics["rate"] = float(total.detach()), rate
        return StepResult(self.step_count, self.epoch, metrics)

    def _labelled_batch(self) -> tuple[Tensor, Tensor]:
        """(rows, categories) of the supervised part: a share from the labels given, the rest from guesses too."""
        if self.label_step < 0:
            return self.given[:0], self.given[:0]
        true = round(self.config.labelled_batch * self.config.given_share)
        rows_given = balanced_rows(self.given, true, self.generator)
        rows_guessed = balanced_rows(self.guessed, self.config.labelled_batch - true, self.generator)
        rows = torch.cat([rows_given, rows_guessed])
        return rows, torch.cat([self.given[rows_given], self.guessed[rows_guessed]])

    def _guess(self) -> None:
        """Begin a round of guesses if one is due, and do a slice of the one under way."""
        if self.step_count == self.guess_due:
            self.guess_due, self.rest = -1, None
            if not bool((self.given > 0).any()):
                for tensor in (self.guessed, self.prediction, self.confidence):
                    tensor.zero_()
                return
            with torch.no_grad():
                p = self._forward(self.rows, lambda x: self.network(x)[1])
            self.guessing = Guessing(
                p, self.given[self.rows].clone(), self.config.neighbours, self.config.gate
            )
        if self.guessing is not None:
            guesses = self.guessing.advance()
            if guesses is not None:
                self._take(guesses, self.guessing.p)
                self.guessing = None
        elif self.rest is not None:
            self.rest = self._guess_rest(*self.rest)
        else:
            return
        if self.guessing is None and self.rest is None:
            self.guess_due = self.step_count + self.config.guess_every

    def _take(self, guesses: pseudo_labels.Guesses, p: Tensor) -> None:
        """Let the surest guesses pull, and show all of them."""
        c, given = self.config, self.given[self.rows]
        grown = min(1.0, 0.5 + 0.5 * (self.step_count - self.first_label_step) / max(1, c.settle_steps))
        self.guessed = self.given.clone()
        self.guessed[self.rows] = pseudo_labels.surest(guesses, given, grown if c.gate > 0 else 0.0)
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
    def _guess_rest(self, start: int, known: Tensor, centres: Tensor, usual: Tensor) -> Rest | None:
        """Samples outside the graph, one part of them: the category whose mean direction in p is nearest, if as near as
        its own are. Returns what is left to do.
        """
        end = min(self.size, start + 2 * FORWARD)
        self.network.eval()
        cosine = self.network(self.features[start:end])[1] @ centres.T
        best, column = cosine.max(1)
        share = torch.softmax(cosine / self.config.temperature, dim=1).max(1).values
        sure = best >= usual[column]
        labelled = self.given[start:end] > 0
        category = torch.where(labelled, self.given[start:end], torch.where(sure, known[column], 0))
        outside = ~self.in_graph[start:end]
        self.prediction[start:end][outside] = category[outside]
        confidence = torch.where(labelled, 1.0, torch.where(sure, share, 0.0))
        self.confidence[start:end][outside] = confidence[outside]
        return (end, known, centres, usual) if end < self.size else None

    def _forward(self, rows: Tensor, function: Any) -> Tensor:
        """`function` of the features of `rows`, block by block, in evaluation mode."""
        self.network.eval()
        return torch.cat([function(self.features[part]) for part in rows.split(FORWARD)])

    @torch.no_grad()
    def positions(self, give_up: Callable[[], bool] = bool) -> Float32Array | None:
        """(N, 3) float32: where every sample is, in room units. Changes nothing.

        None where `give_up`, asked now and then, said so: a label that just came need not wait for it.
        """
        self.network.eval()
        room = self.network.fused_room()
        out = torch.empty(self.size, 3)
        for start in range(0, self.size, FORWARD):
            if give_up():
                return None
            out[start : start + FORWARD] = room(self.features[start : start + FORWARD])
        positions: Float32Array = out.numpy()
        return positions

    def predictions(self) -> tuple[Int32Array, Float32Array]:
        """(prediction (N,) int32 category ids, 0 unknown; confidence (N,) float32 0..1), as of the last guess."""
        return self.prediction.to(torch.int32).numpy().copy(), self.confidence.numpy().copy()

    def set_labels(self, labels: Int32Array) -> None:
        """Take (N,) int32 labels in from the next step on. The cloud goes on from where it is."""
        given = torch.from_numpy(labels.astype(np.int64))
        if torch.equal(given, self.given):
            return
        # a guess that the user has just overruled must not pull on for another round
        changed = given != self.given
        self.guessed[changed] = given[changed]
        self.given = given
        if bool((given > 0).any()):
            self.label_step = self.step_count
            if self.first_label_step < 0:
                self.first_label_step = self.step_count
        else:
            self.label_step = self.first_label_step = -1
        self.guess_due = self.step_count + SOON
        self.guessing = self.rest = None  # of the labels as they were

    def set_forces(self, forces: Forces) -> None:
        """Weigh the terms anew from the next step on."""
        self.forces = forces

    def state_dict(self) -> dict[str, Any]:
        """All that a checkpoint needs to go on bit for bit: tensors and plain values only."""
        return {
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "generator": self.generator.get_state(),
            "step": self.step_count,
            "seen": self.seen,
            "given": self.given,
            "guessed": self.guessed,
            "prediction": self.prediction,
            "confidence": self.confidence,
            "label_step": self.label_step,
            "first_label_step": self.first_label_step,
            "guess_due": self.guess_due,
            "guessing": self.guessing.state_dict() if self.guessing is not None else None,
            "rest": list(self.rest) if self.rest is not None else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint of the same data and configuration."""
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.generator.set_state(state["generator"])
        self.step_count, self.seen = int(state["step"]), int(state["seen"])
        for name in ("given", "guessed", "prediction", "confidence"):
            setattr(self, name, state[name].clone())
        self.label_step, self.guess_due = int(state["label_step"]), int(state["guess_due"])
        self.first_label_step = int(state["first_label_step"])
        half, rest, c = state.get("guessing"), state.get("rest"), self.config
        self.guessing = Guessing.resumed(half, c.neighbours, c.gate) if half is not None else None
        self.rest = (
            (int(rest[0]), rest[1].clone(), rest[2].clone(), rest[3].clone()) if rest is not None else None
        )
