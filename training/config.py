"""The trainer's settings: small, checked, JSON in and out. Standard library only, so that the server reads them early."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from ..core.errors import DataError
from ..core.version import HALF_SIDE

MOST_FORCE = 100.0
MOST = {"seed": 2**63 - 1, "threads": 1024, "neighbours": 1000, "projections": 10_000}
"""Of the settings that are counts; of every other, MOST_OF_OTHERS: a run that somebody sent may ask for any."""
MOST_OF_OTHERS = 10_000_000


@dataclass(frozen=True)
class Forces:
    """Multipliers of the loss terms; 1 is the default strength, 0 switches a term off."""

    attract: float = 1.0
    repel: float = 1.0
    neighbours: float = 1.0
    room: float = 1.0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not isinstance(value, (int, float)) or not 0.0 <= value <= MOST_FORCE:
                raise DataError(
                    "The force {name} is {value}; it must lie between 0 and {most_force:g}.",
                    name=name, value=value, most_force=MOST_FORCE,
                )


@dataclass(frozen=True)
class TrainConfig:
    """How a run trains. The defaults are those of docs/learning.md.

    threads 0: all cores but one. batch: anchors a step. settle_steps: over which the rate falls after a label.
    gate: how far beyond its kind's usual distance a guess may lie; 0 switches guesses off.
    tensorboard: 1 writes events for TensorBoard. encoder: the file of the user's own encoder, encoder_sha256 what it held
    when it was trusted. body: mlp, conv or head; empty: chosen by the data. device: auto, cpu, cuda, cuda:1 or mps.
    average: how much of the network that is shown stays in each step; it follows the one that learns, so that the cloud
    glides and a rate that never dies does no harm. views: share of the pairs that are two views of one sample,
    at least.
    label_views: share of the labelled samples that a step sees as views. keep_apart: 1 lets no two samples that are called
    differently be a pair of neighbours; views_for_doubt: 1 gives neighbours that are probably not of one category a view of
    their own for a partner. contrast: temperature of attract and repel; given_pull, given_contrast: weight and
    temperature of the same towards given samples alone; gather: how given ones of a category pull at each other;
    spread: how categories push each other across the room; part: how given ones of two do; all three as well as a category is
    known.
    half_side: of the cube that the room means to fill, in units of the kernel; walls: weight, within the room term, of
    holding samples with a label or a guess there. stay_near: weight of the term that keeps every sample near to where it was
    when the labels last changed; 0 switches it off.
    """

    seed: int = 0
    threads: int = 0
    batch: int = 256
    neighbours: int = 10
    opening_steps: int = 700
    settle_steps: int = 600
    rate_high: float = 2e-3
    rate_low: float = 1e-3
    rate_floor: float = 3e-4
    warmup_steps: int = 30
    weight_decay: float = 1e-4
    temperature: float = 0.2
    labelled_batch: int = 128
    given_share: float = 0.25
    guess_every: int = 50
    gate: float = 1.0
    room_before: float = 8.0
    room_after: float = 9.0
    supervised: float = 0.7
    p_weight: float = 1.0
    average: float = 0.98
    views: float = 0.3
    label_views: float = 0.5
    keep_apart: int = 1
    views_for_doubt: int = 1
    contrast: float = 0.5
    given_pull: float = 1.0
    given_contrast: float = 0.2
    gather: float = 0.6
    spread: float = 0.5
    part: float = 1.8
    half_side: float = HALF_SIDE
    walls: float = 2.0
    stay_near: float = 0.0
    projections: int = 24
    tensorboard: int = 0
    encoder: str = ""
    encoder_sha256: str = ""
    body: str = ""
    device: str = "auto"
    forces: Forces = field(default_factory=Forces)

    @property
    def thread_count(self) -> int:
        """How many threads torch uses."""
        return self.threads or max(1, (os.cpu_count() or 2) - 1)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrainConfig:
        """Settings from plain values. Raises DataError that names an unknown or impossible one."""
        known = {f.name: f for f in fields(cls)}
        default = cls()
        chosen: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                raise DataError(
                    "There is no training setting {name!r}; known are {known}.",
                    name=name, known=", ".join(sorted(known)),
                )
            if name == "forces":
                if not isinstance(value, Mapping) or not value.keys() <= asdict(Forces()).keys():
                    raise DataError("The training setting forces is {value!r}; it must name forces.", value=str(value)[:80])
                chosen[name] = Forces(**value)
                continue
            wanted = type(getattr(default, name))
            if wanted is str:
                if not isinstance(value, str):
                    raise DataError("The training setting {name} is {value!r}; it must be text.", name=name, value=value)
                chosen[name] = value
                continue
            number = isinstance(value, (int, float)) and not isinstance(value, bool) and -math.inf < value < math.inf
            if not number or (wanted is int and value != int(value)):
                raise DataError("The training setting {name} is {value!r}; it must be a number.", name=name, value=value)
            if name in ("views", "label_views", "given_share") and value > 1:
                raise DataError(
                    "The training setting {name} is {value}; it is a share, from 0 to 1.",
                    name=name, value=value,
                )
            if name in ("contrast", "given_contrast", "temperature", "half_side") and value <= 0:
                raise DataError("The training setting {name} is {value}; it must be above 0.", name=name, value=value)
            least = 2 if name in ("batch", "neighbours", "labelled_batch") else 0
            if value < least:
                raise DataError(
                    "The training setting {name} is {value}; it must be {least} or more.", name=name, value=value, least=least
                )
            if value > MOST.get(name, MOST_OF_OTHERS):
                raise DataError(
                    "The training setting {name} is {value}; {most:,} is the most.",
                    name=name, value=value, most=MOST.get(name, MOST_OF_OTHERS),
                )
            chosen[name] = wanted(value)
        return replace(default, **chosen)
