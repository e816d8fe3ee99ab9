"""`latent-lasso predict`: place and judge new samples with a run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from ...core.errors import StoreError
from .arguments import add_common, add_data, add_trust, reference_of
from .report import Report
from .train import trust_of_run


def add(commands: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "predict",
        help="place new samples: category, confidence, novelty",
        description="Read NEW_DATA as the run's own data was read, and write where each sample lies and what it is.",
    )
    parser.add_argument("folder", type=Path, metavar="RUN", help="the run folder")
    parser.add_argument(
        "data", metavar="NEW_DATA", help="a file or folder of the same kind as the run's data"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, help="a .csv, .parquet, .json or .npz")
    add_data(parser)
    add_trust(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, report: Report) -> int:
    """Predict."""
    from .. import prediction

    if chosen.output.suffix.lower() not in prediction.SUFFIXES:
        raise StoreError(
            f"{chosen.output.name}: predictions are written as {', '.join(prediction.SUFFIXES)}; choose one of these."
        )
    reference = reference_of(chosen.data, chosen.kind, chosen.options)
    found = prediction.predict(
        chosen.folder, reference, report.progress, trust_of_run(chosen.folder, chosen.trust)
    )
    prediction.write(found, chosen.output)
    counts = {name: int((found.category == number).sum()) for number, name in found.names.items()}
    known = int(np.count_nonzero(found.category))
    report.result(
        f"Wrote {len(found.ids):,} predictions to {chosen.output}: {known:,} of a category, {len(found.ids) - known:,} of none; "
        f"{int((found.novelty > 0.95).sum()):,} are unlike nearly all that the run knows",
        {
            "output": str(chosen.output),
            "samples": len(found.ids),
            "categories": counts,
            "none": len(found.ids) - known,
        },
    )
    return 0
