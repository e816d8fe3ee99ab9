"""`latent-lasso replay`: repeat a run and compare."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .arguments import add_common, add_trust
from .report import Report
from .train import trust_of_run

DIFFERENT = 3


def add(commands: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "replay",
        help="repeat a run from its recorded edits and compare every recorded epoch",
        description="Exit code 0: every recorded epoch came out bit for bit; 3: some did not, and what differs is said.",
    )
    parser.add_argument("folder", type=Path, metavar="RUN", help="the run folder")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as the run took")
    add_trust(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, report: Report) -> int:
    """Replay."""
    from ..replay import replay

    found = replay(chosen.folder, report.progress, trust_of_run(chosen.folder, chosen.trust), chosen.threads)
    if found.first < 0:
        sentence = f"All {found.records:,} recorded epochs came out bit for bit, over {found.steps:,} steps"
    else:
        reasons = "; ".join(found.differs) or "nothing that the run keeps; the processor may differ"
        sentence = (
            f"{found.equal:,} of {found.records:,} recorded epochs came out bit for bit; the first that did not is of step "
            f"{found.first:,}, its farthest point {found.distance:.3g} off. What differs: {reasons}"
        )
    report.result(sentence, {**asdict(found), "same": found.first < 0})
    return 0 if found.first < 0 else DIFFERENT
