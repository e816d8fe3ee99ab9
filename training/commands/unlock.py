"""`latent-lasso unlock`: take a run that a trainer on another computer seems to hold."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .arguments import add_common
from .report import Report


def add(commands: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "unlock",
        help="take a run on a network drive whose trainer has ended",
        description="On a network drive it cannot be seen whether the trainer on another computer still works. If you know that it "
        "has ended, this forgets it. A run that is held on this computer is not given away.",
    )
    parser.add_argument("folder", type=Path, metavar="RUN", help="the run folder")
    add_common(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, report: Report) -> int:
    """Unlock."""
    from ..reading import connect_to_read
    from ..runlock import take

    connect_to_read(chosen.folder).close()  # says what is wrong where this is no run
    before = take(chosen.folder)
    report.result(f"Nobody holds the run now; before: {before or 'nobody'}", {"before": str(before or "")})
    return 0
