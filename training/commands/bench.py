"""`latent-lasso bench learning`: how good the learning is, beside what else a researcher could use, on the same splits."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

from ...core.errors import DataError
from ..datasets.reference import DatasetRef
from .arguments import add_data, add_measuring, reference_of, settings_of
from .report import Report


def add(commands: Any) -> None:
    """Declare the command."""
    bench: argparse.ArgumentParser = commands.add_parser(
        "bench",
        help="measure the learning beside other methods",
        description="Measure the learning beside what else there is, on the same splits.",
    )
    parts = bench.add_subparsers(dest="part", required=True)
    parser: argparse.ArgumentParser = parts.add_parser(
        "learning",
        help="accuracy, trust, fill, calibration and cost, by seed",
        description="Methods on the same splits in one run: 30 %% held out, labels stratified, at least one a category. "
        "Ctrl-C keeps what is done; the same command goes on with it.",
    )
    labels = parser.add_mutually_exclusive_group(required=True)
    labels.add_argument("--label-fraction", type=float, default=0.0, metavar="F", help="of the cloud, such as 0.05")
    labels.add_argument("--labels-per-class", type=int, default=0, metavar="N", help="labels of each category")
    parser.add_argument(
        "--mode", choices=("offline", "live"), default="offline", help="labels at once, or in twelve instalments"
    )
    parser.add_argument("--methods", default="", metavar="A,B", help="only these (a wrong name lists them)")
    add_measuring(parser)
    add_data(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, report: Report) -> int:
    """Measure."""
    fraction, per_class = chosen.label_fraction, chosen.labels_per_class
    if not (0 < fraction < 1 or (fraction == 0 and per_class > 0)):
        raise DataError("Say how many samples are labelled: --label-fraction between 0 and 1, or --labels-per-class from 1.")
    from ..benchmark import learning, table

    settings = settings_of(chosen.settings)
    reference = reference_of(chosen.data, chosen.kind, chosen.options)
    facts = {
        **data_facts(reference),
        "label_fraction": fraction or None,
        "labels_per_class": per_class or None,
        "mode": chosen.mode,
        "settings": settings,
    }
    kept = table.Table(chosen.output, facts, learning.BEST_BY)
    kept.command = shlex.join(["latent-lasso", *chosen.typed])
    seeds = range(chosen.first_seed, chosen.first_seed + chosen.seeds)
    names = [name.strip() for name in chosen.methods.split(",") if name.strip()]
    learning.run(
        kept, reference, fraction, per_class, seeds, chosen.mode, names, settings, report.progress, report.line
    )
    report.result(table.text_of(kept, learning.FIGURES), {})
    return 0


def data_facts(reference: DatasetRef) -> dict[str, Any]:
    """Which data, as a table keeps it: its name rather than its place, which differs between machines."""
    name = Path(reference.path).name if reference.path else reference.kind
    return {"data": name, "kind": reference.kind, "options": dict(reference.options)}
