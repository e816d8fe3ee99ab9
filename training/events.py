"""TensorBoard events while training, by torch's own writer. Needs tensorboard (extra of that name)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import DataError
from . import protocol
from .datasets.guard import missing
from .opening import Send

if TYPE_CHECKING:
    from .engine import Engine

FOLDER = "events"


class Events:
    """Losses by name, the learning rate, how many samples are labelled and how many have a guess, by step."""

    def __init__(self, run: Path) -> None:
        """Begin a file of events in the run's folder. Raises DataError with the line that installs the library."""
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise missing("tensorboard", "Writing TensorBoard events", error) from error
        self._writer = SummaryWriter(str(run / FOLDER), flush_secs=10)

    def write(self, engine: Engine, metrics: Mapping[str, float]) -> None:
        """Add what is known at this step."""
        step = engine.step_count
        for name, value in metrics.items():
            group = name if name in ("rate", "clipped") else f"loss/{name}"
            self._writer.add_scalar(group, value, step)
        counts = {"labelled": int((engine.given > 0).sum()), "guessed": int((engine.guesser.prediction > 0).sum())}
        for name, count in counts.items():
            self._writer.add_scalar(f"samples/{name}", count, step)
        self._writer.flush()


def begin(run: Path, send: Send) -> Events | None:
    """A file of events in the run's folder; without the library a sentence is sent, and training goes on."""
    try:
        return Events(run)
    except DataError as error:
        send(protocol.Failed.of(error, "EVENTS"))
        return None
