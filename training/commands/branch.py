"""`latent-lasso branch`: a run as it was at an epoch, as a run of its own."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...core.errors import DataError
from .arguments import add_common, add_trust
from .report import Report
from .train import trust_of_run


def add(commands: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "branch",
        help="begin a new run from an earlier epoch of a run, which stays as it is",
        description="The branch holds the labels given up to that epoch; what was said later is listed and left out.",
    )
    parser.add_argument("folder", type=Path, metavar="RUN", help="the run folder; a trainer may be running on it")
    parser.add_argument("--epoch", type=float, required=True, help="the last epoch recorded at or before it is taken")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="NEW", help="the run folder to make")
    add_trust(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, report: Report) -> int:
    """Branch."""
    if not chosen.epoch >= 0:
        raise DataError(f"--epoch is {chosen.epoch}; it must be 0 or more.")
    trusted = trust_of_run(chosen.folder, chosen.trust)
    from ..branching import branch

    made = branch(chosen.folder, chosen.epoch, chosen.output, report.progress, trusted)
    if made.distance:
        report.warn(f"The branch is not bit for bit what was recorded: its farthest point lies {made.distance:.2g} off.")
    for sentence in made.left_out:
        report.warn(f"Not in the branch, for it was given later: {sentence}")
    report.result(
        f"Branched off at epoch {made.epoch:.1f} (step {made.step:,}) with {made.edits:,} label edits, "
        f"{len(made.left_out):,} later ones left out: {made.run}",
        asdict(made),
    )
    return 0
