"""What a snapshot shows: every sample of the layer asked for where that takes no time, else one part after another.

A large cloud is computed anew a little at every snapshot, in strides over the whole of it, so that all its regions move
alike; the rest keep their last place. Nothing here is recorded, so that how fast a machine is does not change a run.
Imports torch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from ..core.arrays import Float32Array, Int64Array
from . import graph, layers
from .engine import FORWARD, Engine

WHOLE_SECONDS = 0.06
"""A cloud that is computed within this is shown whole: beside the steps that still is four snapshots a second."""
PART_SECONDS = 0.025
IDLE_SECONDS = 0.1
"""How long a part is computed for at a snapshot, among steps and while there are none."""
COMPONENTS_FROM = 4_096
"""Samples that the components of h and p are found from."""


class Refresh:
    """The places that are shown, and how old each of them is.

    layer: the one shown; places: (N, 3) float32 of it, replaced and never written to once it was handed out. wanted: the
    layer asked for; shown from when all of its places were computed once.
    """

    def __init__(self, shown: Float32Array, seed: int) -> None:
        """shown: (N, 3) float32, what the user sees already: the room as it was opened."""
        self.size = len(shown)
        self.rows = graph.subset(self.size, seed, COMPONENTS_FROM)
        self.layer = self.wanted = "z"
        self.places = self.coming = shown
        self.stamp: Int64Array = np.full(self.size, -1, dtype=np.int64)
        self.exact_step = -1
        self.first = torch.empty(0, dtype=torch.int64)
        self.turn = 0
        self.pace = 0.0

    @property
    def in_parts(self) -> bool:
        """Whether the cloud is too large to be computed for every snapshot. pace: seconds a sample, the best so far."""
        return self.size > 2 * FORWARD and self.pace * self.size > WHOLE_SECONDS

    def show(self, layer: str) -> bool:
        """Show this layer as soon as it is computed. Returns whether that is another one."""
        if layer == self.wanted:
            return False
        self.wanted = layer
        self.stamp[:] = -1
        self.exact_step = -1
        self.coming = self.places
        return True

    def changed(self, rows: Int64Array) -> None:
        """The labels of `rows` (M,) changed: they come first in the next part."""
        self.first = torch.cat([torch.from_numpy(rows), self.first])

    def fresh(self, step: int) -> float:
        """Which share of the places shown is of this step."""
        if self.layer != self.wanted:
            return 0.0
        return float(np.count_nonzero(self.stamp == step)) / self.size

    def exactly(self, engine: Engine, give_up: Callable[[], bool]) -> Float32Array | None:
        """(N, 3) float32: z of every sample at this step, by one full pass, computed once: what is recorded.

        None where `give_up` said so.
        """
        step = engine.step_count
        if self.exact_step == step:
            return self.places
        begin = time.perf_counter()
        positions = engine.positions(give_up)
        if positions is not None:
            self._note_pace(begin, self.size)
            if self.wanted == "z":
                self._take(positions, step)
                self.exact_step = step
        return positions

    def _take(self, positions: Float32Array, step: int) -> None:
        """Show these places (N, 3) of the layer asked for, all of this step."""
        self.layer, self.places = self.wanted, positions
        self.stamp[:] = step

    def _note_pace(self, begin: float, count: int) -> None:
        """So many places were computed since `begin`, by the clock."""
        pace = (time.perf_counter() - begin) / count
        self.pace = min(self.pace, pace) if self.pace else pace

    @torch.no_grad()
    def advance(self, engine: Engine, idle: bool, give_up: Callable[[], bool]) -> bool:
        """Compute what is not of this step: all of it, or a part, a larger one where no step waits (idle).

        False where `give_up` said so.
        """
        step = engine.step_count
        if self.fresh(step) == 1.0:
            return True
        begin = time.perf_counter()
        if self.in_parts:
            self._note_pace(begin, self._part(engine, step, begin + (IDLE_SECONDS if idle else PART_SECONDS)))
        elif self.wanted == "z":
            return self.exactly(engine, give_up) is not None
        else:
            self._take(layers.positions(engine, self.wanted, self.rows, self._last()), step)
        return True

    def _part(self, engine: Engine, step: int, end: float) -> int:
        """Compute places until `end`, by the clock. Returns how many."""
        place = layers.place_of(engine, self.wanted, self.rows, self._last())
        coming = (self.places if self.layer == self.wanted else self.coming).copy()
        done = 0
        for rows in self._stale(step):
            coming[rows] = place(engine.features[rows]).numpy()
            self.stamp[rows] = step
            done += len(rows)
            if time.perf_counter() > end:
                break
        self.coming, self.exact_step = coming, -1
        if self.layer == self.wanted or bool((self.stamp >= 0).all()):
            self.layer, self.places = self.wanted, coming
        return done

    def _stale(self, step: int) -> Iterator[Tensor]:
        """Rows that are not of this step, in blocks: first those whose label changed, then stride by stride from where the
        last part ended.
        """
        while len(self.first):
            rows, self.first = self.first[:FORWARD], self.first[FORWARD:]
            yield rows
        strides = -(-self.size // FORWARD)
        for _ in range(strides):
            rows = torch.arange(self.turn, self.size, strides)
            self.turn = (self.turn + 1) % strides
            rows = rows[torch.from_numpy(self.stamp[rows.numpy()] != step)]
            if len(rows):
                yield rows

    def _last(self) -> Tensor:
        """(M, 3): where the samples that components are found from are shown now."""
        return torch.from_numpy(self.places[self.rows.numpy()])
