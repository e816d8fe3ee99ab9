"""`latent-lasso export`: results of a run for other tools."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .arguments import add_common, add_trust
from .report import Report
from .train import trust_of_run

WHAT = ("labels", "embeddings", "folder", "projector", "model")


def add(commands: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "export",
        help="write labels, embeddings, sorted files, Projector files or the model",
        description="labels: .csv, .json, .parquet. embeddings: .npz, .parquet. folder, projector, model: a new folder.",
    )
    parser.add_argument(
        "folder", type=Path, metavar="RUN", help="the run folder; a trainer may be running on it"
    )
    parser.add_argument("what", choices=WHAT, help="what to write")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the file or folder to write")
    add_trust(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, report: Report) -> int:
    """Export."""
    from ..exports import export

    hashes = trust_of_run(chosen.folder, chosen.trust) if chosen.what == "model" else ()
    sentence = export(chosen.folder, chosen.what, chosen.output, report.progress, hashes)
    report.result(
        f"{sentence} ({chosen.output})", {"output": str(chosen.output), "what": chosen.what, "done": sentence}
    )
    return 0
