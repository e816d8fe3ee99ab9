"""`latent-lasso bench learning`: every method on the same splits, seed by seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...core.errors import DataError
from ..datasets import DatasetRef, open_dataset
from . import splits
from .result import Result, figures
from .splits import Split
from .table import Table

FIGURES = ("held", "transductive", "trust", "silhouette", "fill", "room_fill", "ece", "coverage95", "cpu_seconds")
BEST_BY = ("held", "transductive")
MODES = ("offline", "live")
Say = Callable[[float, str], None]


@dataclass(frozen=True)
class Method:
    """A way to results on a split; one run of it may give several, some of them only for some kinds of data."""

    gives: tuple[str, ...]
    run: Callable[[Split, Mapping[str, Any]], dict[str, Result]]
    not_always: tuple[str, ...] = ()


def methods(mode: str) -> tuple[Method, ...]:
    """All methods, those that take least time first."""
    from . import ours, propagation, rivals

    def rival(run: Callable[[Split], dict[str, Result]]) -> Callable[[Split, Mapping[str, Any]], dict[str, Result]]:
        return lambda split, settings: run(split)

    return (
        Method(("raw_knn",), rival(rivals.raw_knn)),
        Method(("logistic", "logistic_views"), rival(rivals.logistic), ("logistic_views",)),
        Method(("label_spreading",), rival(rivals.spreading)),
        Method(("propagation",), rival(propagation.propagation)),
        Method(("umap_semi", "umap", "umap_propagation"), rival(rivals.umap)),
        Method(("autoencoder",), rival(rivals.autoencoder)),
        Method(("supcon",), ours.supcon),
        Method(("attract_repel",), ours.attract_repel),
        Method(("ours", "ours_predictor", "ours_propagation_p"), ours.live if mode == "live" else ours.offline),
    )


def chosen_methods(mode: str, names: Sequence[str]) -> list[tuple[Method, tuple[str, ...]]]:
    """The methods to run and which of their results are wanted; all without names. Raises DataError for an unknown name."""
    everything = methods(mode)
    known = [name for method in everything for name in method.gives]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise DataError(f"There is no method {unknown[0]!r}; there are {', '.join(known)}.")
    wanted = set(names or known)
    return [(m, given) for m in everything if (given := tuple(name for name in m.gives if name in wanted))]


def run(
    table: Table,
    reference: DatasetRef,
    fraction: float,
    per_class: int,
    seeds: Sequence[int],
    mode: str,
    names: Sequence[str],
    settings: Mapping[str, Any],
    progress: Say,
    say: Callable[[str], None],
) -> None:
    """Fill a table. progress: where it is; say: a line for each finished method of a seed. Raises DataError."""
    import torch

    chosen = chosen_methods(mode, names)
    whole = open_dataset(reference, progress)
    for place, seed in enumerate(seeds):
        split: Split | None = None
        for number, (method, wanted) in enumerate(chosen):
            needed = [name for name in wanted if name not in method.not_always] or wanted
            if all(table.has(name, seed) for name in needed):
                continue
            split = split or splits.make(reference, seed, fraction, per_class, whole)
            share = (place + number / len(chosen)) / len(seeds)
            progress(share, f"Seed {seed}: {', '.join(wanted)}")
            torch.set_num_threads(1)  # UMAP leaves another number behind
            results = method.run(split, settings)
            for name in wanted:
                if name in results and not table.has(name, seed):
                    found = figures(split, results[name])
                    table.add(name, seed, found)
                    said = ", ".join(f"{figure} {found[figure]:.3f}" for figure in FIGURES if figure in found)
                    say(f"seed {seed}, {name}: {said}")
