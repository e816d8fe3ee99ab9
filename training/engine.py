"""The engine: one step of training after another, and where every sample is. numpy at the border, torch inside.

The network is warm-started where the room already is and never restarted by a label: the cloud moves, it does not jump.
Reading positions or predictions changes nothing and draws no random number, so that how often Blender looks does not
change the run.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..core.arrays import Float32Array, Int32Array
from . import graph
from .config import Forces, TrainConfig
from .datasets import Dataset
from .datasets.pca import first_room
from .device import device_of
from .encoders import Network, choose
from .guesser import Guesser
from .linear import Linear
from .objective import Batch, random_room, terms, weights
from .optimiser import AdamW, clip
from .safety import Safety
from .samplers import Agreement, PairSampler, balanced_rows
from .schedule import learning_rate
from .views import AMOUNTS, ViewBank, view_count

FORWARD = 2048
"""Samples in one forward pass of the whole set."""
GRADIENT_NORM = 5.0
EVIDENCE = 10.0
"""Labels of a category by which it is half known."""

@dataclass(frozen=True)
class StepResult:
    """step: how many were made. epoch: samples seen over samples. metrics: loss terms by name, unweighted; steps clipped so far."""

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
        self.config, self.forces = config, config.forces
        self.generator = torch.Generator().manual_seed(config.seed)
        self.features = torch.from_numpy(np.ascontiguousarray(dataset.features))
        self.size = len(self.features)
        kind, shape = dataset.description.kind, tuple(dataset.features.shape[1:])
        self.network = Network(choose(kind, shape, self.size, config.body), shape, *(own or ()))
        self.rows = graph.subset(self.size, config.seed)
        linear = Linear(self.features, self.rows)
        near = self.rows[graph.nearest(linear.columns, config.neighbours)]
        self.views = None
        if kind in AMOUNTS and view_count(self.size, self.features[0].numel()):
            self.views = ViewBank(self.features, config.seed, kind)
        linear.views = self.views
        self.pairs = PairSampler(self.features, self.rows, near, self.views, config.views)
        self.batch = max(2, min(config.batch, self.size))
        self.step_count = self.seen = 0
        self.given = torch.zeros(self.size, dtype=torch.int64)
        self.guesser = Guesser(self.size, self.rows, config, linear)
        self.label_step = self.first_label_step = -1
        self._warm_start(first_room(dataset.features, dataset.coordinates, config.half_side))
        self.device = device_of(config.device)
        self.network.to(self.device)
        self.shown = copy.deepcopy(self.network)
        self.references: Tensor | None = None
        self.optimiser = AdamW(self.network.parameters(), config.weight_decay)
        self.safety = Safety(GRADIENT_NORM)
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

    def draw(self) -> Batch:
        """What the next step looks at. Draws from the run's generator, so a step does it once."""
        c = self.config
        left, right, left_rows, right_rows = self.pairs.draw(self.batch, self.generator, self.called, self.agreement)
        labelled, categories, given = self.labelled_batch(self.generator)
        directions, cube = random_room(2 * self.batch, c, self.generator)
        rows = torch.cat([left_rows, right_rows, labelled])
        return Batch(
            step=self.step_count,
            features=torch.cat([left, right, self._seen(labelled)]),
            rows=rows,
            pairs=self.batch,
            categories=categories,
            known=self.known(categories),
            given=given,
            directions=directions,
            cube=cube,
            references=self.references_of(rows[: 2 * self.batch]),
        )

    def references_of(self, rows: Tensor) -> Tensor | None:
        """(M, 3) float32: where `rows` (M,) int64 were shown when the labels last changed; None where nothing was kept."""
        return None if self.references is None else self.references[rows]

    def labelled_batch(self, generator: torch.Generator) -> tuple[Tensor, Tensor, int]:
        """(rows, categories, how many of them given) of the supervised part: a share from the labels given, the rest from
        guesses too.
        """
        if self.label_step < 0:
            return self.given[:0], self.given[:0], 0
        true = round(self.config.labelled_batch * self.config.given_share)
        guessed = self.guesser.guessed
        rows_given = balanced_rows(self.given, true, generator)
        rows_guessed = balanced_rows(guessed, self.config.labelled_batch - true, generator)
        rows = torch.cat([rows_given, rows_guessed])
        return rows, torch.cat([self.given[rows_given], guessed[rows_guessed]]), len(rows_given)

    def known(self, categories: Tensor) -> Tensor:
        """(L,) float32: how well each of the categories (L,) int64 is known, n / (n + EVIDENCE) for n labels given."""
        labels = torch.bincount(self.given, minlength=1 + max(categories.tolist(), default=0))[categories].float()
        return labels / (labels + EVIDENCE)

    def _seen(self, rows: Tensor) -> Tensor:
        """(L, ...): features of labelled samples, a share of them views: what holds of a sample holds of its views."""
        features, views = self.features[rows], self.views
        if views is not None and len(rows) and self.config.label_views:
            warped = torch.nonzero(torch.rand(len(rows), generator=self.generator) < self.config.label_views).squeeze(1)
            features[warped] = views.draw(rows[warped], self.generator)
        return features

    @property
    def called(self) -> Tensor | None:
        """(N,) int64: what samples are called by a label or a guess that pulls; None where that parts no pair."""
        return self.guesser.guessed if self.config.keep_apart and self.label_step >= 0 else None

    @property
    def agreement(self) -> Agreement | None:
        """How probably two samples are of one category, as guessed; None where that parts no pair."""
        guessed = self.config.views_for_doubt and self.label_step >= 0 and len(self.guesser.latest_rows)
        return self.guesser.agreement if guessed else None

    @property
    def weights(self) -> dict[str, float]:
        """What each loss term is multiplied by now."""
        return weights(self.config, self.forces, self.label_step >= 0)

    def step(self) -> StepResult:
        """One step. The labels and forces set before it count."""
        self.guesser.advance(self.step_count, self.first_label_step, self.given, self.directions)
        self.network.train()
        self.safety.begin(self.network)
        batch = self.draw().to(self.device)
        _, p, z = self.network(batch.features)
        losses, weights = terms(batch, p, z, self.config), self.weights
        total = torch.stack([weights[name] * loss for name, loss in losses.items()]).sum()
        self.optimiser.zero_grad()
        total.backward()
        rate = learning_rate(self.config, self.step_count, self.label_step) * self.safety.caution
        if self.safety.sound(float(total.detach()), clip(self.optimiser.parameters, GRADIENT_NORM)):
            self.optimiser.step(rate)
            self._average()
        self.step_count += 1
        self.seen += batch.pairs
        metrics = {name: float(loss.detach()) for name, loss in losses.items()} | {"clipped": float(self.safety.clipped)}
        return StepResult(self.step_count, self.epoch, {**metrics, "loss": float(total.detach()), "rate": rate})

    @torch.no_grad()
    def _average(self) -> None:
        """Let the network that is shown follow the one that learns."""
        pairs = zip(self.shown.state_dict().values(), self.network.state_dict().values(), strict=True)
        floats = [(a, b) for a, b in pairs if a.is_floating_point()]
        torch._foreach_lerp_([a for a, _ in floats], [b for _, b in floats], 1 - self.config.average)

    @torch.no_grad()
    def directions(self, rows: Tensor) -> Tensor:
        """(M, 32) float32: p of the samples `rows` (M,) int64, as shown."""
        self.shown.eval()
        return torch.cat([self.shown(self.features[part].to(self.device))[1].cpu() for part in rows.split(FORWARD)])

    @torch.no_grad()
    def places(self, rows: Tensor) -> Tensor:
        """(M, 3) float32: z of the samples `rows` (M,) int64, as shown."""
        self.shown.eval()
        return torch.cat([self.shown(self.features[part].to(self.device))[2].cpu() for part in rows.split(FORWARD)])

    @torch.no_grad()
    def positions(self, give_up: Callable[[], bool] = bool) -> Float32Array | None:
        """(N, 3) float32: where every sample is, in room units. Changes nothing.

        None where `give_up`, asked now and then, said so: a label that just came need not wait for it.
        """
        self.shown.eval()
        room = self.shown.fused_room()
        out = torch.empty(self.size, 3)
        for start in range(0, self.size, FORWARD):
            if give_up():
                return None
            out[start : start + FORWARD] = room(self.features[start : start + FORWARD].to(self.device))
        positions: Float32Array = out.numpy()
        return positions

    def predictions(self) -> tuple[Int32Array, Float32Array]:
        """(prediction (N,) int32 category ids, 0 unknown; confidence (N,) float32 0..1), as of the last guess."""
        guesser = self.guesser
        return guesser.prediction.to(torch.int32).numpy().copy(), guesser.confidence.numpy().copy()

    def guesses(self) -> dict[str, Any]:
        """All that was guessed, each (N,), by the names that a snapshot gives it."""
        prediction, confidence = self.predictions()
        found = {"prediction": prediction, "confidence": confidence, "margin": self.margin()}
        return {**found, "novelty": self.novelty(), "doubted": self.doubted()}

    def novelty(self) -> Float32Array:
        """(N,) float32 0..1: how probably a sample is of no category that has a label, as of the last guess."""
        novelty: Float32Array = self.guesser.novelty.numpy().copy()
        return novelty

    def margin(self) -> Float32Array:
        """(N,) float32 0..1: by how much the first of a sample's probabilities is above the second."""
        margin: Float32Array = self.guesser.margin.numpy().copy()
        return margin

    def doubted(self) -> Int32Array:
        """(N,) int32: of labelled samples that the others would surely call something else: what; else 0."""
        return self.guesser.doubted.to(torch.int32).numpy().copy()

    def set_labels(self, labels: Int32Array) -> None:
        """Take (N,) int32 labels in from the next step on. The cloud goes on from where it is, and stays near to it if asked."""
        given = torch.from_numpy(labels.astype(np.int64))
        if torch.equal(given, self.given):
            return
        self.guesser.labels_changed(self.step_count, given, given != self.given)
        self.given = given
        self.pairs.labels_changed(given)
        if self.config.stay_near:
            self.references = torch.from_numpy(self.positions())
        if bool((given > 0).any()):
            self.label_step = self.step_count
            if self.first_label_step < 0:
                self.first_label_step = self.step_count
        else:
            self.label_step = self.first_label_step = -1

    def set_forces(self, forces: Forces) -> None:
        """Weigh the terms anew from the next step on."""
        self.forces = forces

    def state_dict(self) -> dict[str, Any]:
        """All that a checkpoint needs to go on bit for bit: tensors and plain values only."""
        return {
            "network": self.network.state_dict(),
            "shown": self.shown.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "generator": self.generator.get_state(),
            "step": self.step_count,
            "seen": self.seen,
            "given": self.given,
            "label_step": self.label_step,
            "first_label_step": self.first_label_step,
            "references": self.references,
            "guesser": self.guesser.state_dict(),
            "safety": self.safety.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint of the same data and configuration."""
        self.network.load_state_dict(state["network"])
        self.shown.load_state_dict(state["shown"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.generator.set_state(state["generator"])
        self.step_count, self.seen = int(state["step"]), int(state["seen"])
        self.given = state["given"].clone()
        self.pairs.labels_changed(self.given)
        self.label_step, self.first_label_step = int(state["label_step"]), int(state["first_label_step"])
        self.references = state.get("references")  # no older version kept any
        self.guesser.load_state_dict(state["guesser"])
        self.safety.load_state_dict(state.get("safety", {}))
