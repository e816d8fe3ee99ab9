"""`latent-lasso relocate`: tell a run where its data lies now."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .arguments import add_common
from .report import Report


def add(commands: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "relocate",
        help="tell a run where its data lies now",
        description="For data that was moved or renamed. It must be the same data; no trainer may be running on the run.",
    )
    parser.add_argument("folder", type=Path, metavar="RUN", help="the run folder")
    parser.add_argument("data", type=Path, metavar="DATA", help="the file or the folder where it lies now")
    add_common(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, report: Report) -> int:
    """Relocate."""
    from ..relocation import relocate

    source = relocate(chosen.folder, chosen.data, report.progress)
    report.result(f"The run reads its data from {source} now.", {"source": source})
    return 0
