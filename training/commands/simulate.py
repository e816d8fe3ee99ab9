"""`latent-lasso simulate`: a scripted person lassos the room while it learns."""

from __future__ import annotations

import argparse
import shlex
from typing import Any

from ...core.errors import DataError
from .arguments import add_data, add_measuring, reference_of, settings_of, whole_from_1
from .bench import data_facts
from .report import Report


def add(commands: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "simulate",
        help="let a scripted person lasso the room",
        description="A person who sees only the room lassos it and names what most of nine pictures show: in our room as it "
        "learns, in our room frozen after its opening, and in UMAP's. Ctrl-C keeps the seeds that are done.",
    )
    parser.add_argument("--lassos", type=whole_from_1, default=15, metavar="N", help="loops drawn (default %(default)s)")
    parser.add_argument(
        "--steps", type=whole_from_1, default=60, metavar="N", help="of training after each (default %(default)s)"
    )
    parser.add_argument("--motion", action="store_true", help="look at every step: how far and how turned the cloud moves")
    parser.add_argument(
        "--follow", choices=("core", "uncertain", "novel"), default="", help="draw where this kind of suggestion points"
    )
    parser.add_argument("--effect", action="store_true", help="compare with the same steps without labels, and without each lasso")
    parser.add_argument(
        "--unnamed", action="store_true", help="instead: label half of the classes, and see what becomes of the others"
    )
    add_measuring(parser)
    add_data(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, report: Report) -> int:
    """Simulate."""
    from ..benchmark import lassos, table, unnamed

    if chosen.unnamed and chosen.follow:
        raise DataError("--unnamed draws no loops, so that --follow says nothing there; leave one of them out.")
    settings = settings_of(chosen.settings)
    reference = reference_of(chosen.data, chosen.kind, chosen.options)
    facts: dict[str, Any] = {**data_facts(reference), "settings": settings}
    if chosen.unnamed:
        facts |= {"experiment": "unnamed"}
    else:
        looks = {"motion": chosen.motion, "effect": chosen.effect}
        facts |= {"experiment": "lassos", "lassos": chosen.lassos, "steps": chosen.steps, **looks}
        facts |= {"follow": chosen.follow} if chosen.follow else {}
    kept = table.Table(chosen.output, facts, () if chosen.unnamed else (f"found_{chosen.lassos}",))
    kept.command = shlex.join(["latent-lasso", *chosen.typed])
    seeds = range(chosen.first_seed, chosen.first_seed + chosen.seeds)
    if chosen.unnamed:
        unnamed.run(kept, reference, seeds, settings, report.progress, report.line)
        shown: tuple[str, ...] = unnamed.SHOWN
    else:
        lassos.run(
            kept,
            reference,
            seeds,
            chosen.lassos,
            chosen.steps,
            chosen.motion,
            chosen.effect,
            chosen.follow,
            settings,
            report.progress,
            report.line,
        )
        shown = lassos.SHOWN
    report.result(table.text_of(kept, shown), {})
    return 0
