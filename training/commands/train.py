"""`latent-lasso train`: a run without Blender, from data and a file of labels; or a run that is there, further."""

from __future__ import annotations

import argparse
import os
import signal
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...core.errors import DataError
from ..store import DATABASE
from .arguments import add_common, add_data, add_trust, hash_of, reference_of, trusted
from .report import Report


def add(commands: Any) -> None:
    """Declare the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "train",
        help="train a run without Blender",
        description="Train a new run on DATA, or go on with the run in RUN. Ctrl-C ends with a checkpoint.",
    )
    parser.add_argument("data", help="a file, a folder, the word digits, or a run folder to go on with")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="RUN", help="the run folder to make; default: NAME.latent here, after the data"
    )
    parser.add_argument("--steps", type=int, default=850, help="how many steps further (default %(default)s)")
    parser.add_argument("--labels", type=Path, help="CSV, JSON or Parquet with the columns id and category")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same run")
    parser.add_argument("--threads", type=int, default=0, help="0: all cores but one")
    parser.add_argument("--annotator", default="", help="whose labels these are")
    parser.add_argument(
        "--body",
        default="",
        choices=("conv", "mlp", "head"),
        help="the encoder: convolutions, layers, one layer; chosen by the data by default",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps (default %(default)s)")
    parser.add_argument(
        "--encoder", type=Path, help="your own encoder: .py with build(sample_shape), .pt2 or .pt"
    )
    parser.add_argument(
        "--tensorboard", action="store_true", help="write events for TensorBoard into RUN/events"
    )
    parser.add_argument(
        "--disk-limit", type=float, metavar="GB", help="what recorded epochs may take before older ones are thinned out; kept"
    )
    add_data(parser)
    add_trust(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, report: Report) -> int:
    """Train."""
    from .. import headless, label_files

    if chosen.steps < 0:
        raise DataError(f"--steps is {chosen.steps}; it must be 0 or more.")
    existing = os.path.isfile(Path(chosen.data) / DATABASE)  # False also where it may not be looked at
    folder = Path(chosen.data) if existing else chosen.output or Path(f"{Path(chosen.data).stem}.latent")
    config: dict[str, Any] = {
        "seed": chosen.seed,
        "threads": chosen.threads,
        "body": chosen.body,
        "device": chosen.device,
        "tensorboard": int(chosen.tensorboard),
    }
    reference = None if existing else reference_of(chosen.data, chosen.kind, chosen.options)
    hashes = tuple(chosen.trust)
    if chosen.encoder is not None and not existing:
        config |= {"encoder": str(chosen.encoder.absolute()), "encoder_sha256": hash_of(chosen.encoder)}
        hashes = trusted(chosen.trust, str(chosen.encoder), config["encoder_sha256"])
    elif existing:
        hashes = trust_of_run(folder, chosen.trust)
    labels = label_files.read(chosen.labels) if chosen.labels is not None else {}
    interrupted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: interrupted.append(number))
    try:
        done = headless.train(
            folder,
            reference,
            config,
            chosen.steps,
            labels,
            report.progress,
            hashes,
            chosen.annotator,
            lambda: bool(interrupted),
            chosen.disk_limit,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    for sentence in done.warnings:
        report.warn(sentence)
    report.result(
        f"Trained {done.samples:,} samples, {done.labelled:,} labelled, to step {done.steps:,} "
        f"(epoch {done.epochs:.1f}) in {done.seconds:.1f} s: {done.run}",
        asdict(done),
    )
    return 130 if interrupted else 0


def trust_of_run(folder: Path, given: list[str]) -> tuple[str, ...]:
    """The trusted hashes, after asking about the encoder that a run uses, if it uses one."""
    from ..run_view import RunView

    view = RunView(folder)
    config = view.meta["configuration"]
    view.close()
    return trusted(given, config.get("encoder", ""), config.get("encoder_sha256", ""))
