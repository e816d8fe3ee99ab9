"""The command line of the trainer: serve, describe, info. Exit code 0 done, 1 refused with a sentence, 2 misused."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from ..core.errors import LatentError
from ..core.version import VERSION


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(prog="latent-lasso", description="The trainer of Latent Lasso.")
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve Blender on stdin and stdout")
    describing = commands.add_parser("describe", help="say what a data set holds, without loading it")
    describing.add_argument("path", help="a .npy or .npz file, a folder of pictures, or the word digits")
    about = commands.add_parser("info", help="say what a run holds")
    about.add_argument("run", type=Path, help="the run folder, NAME.latent")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "serve":
            return serve()
        if chosen.command == "describe":
            return describe(chosen.path)
        return info(chosen.run)
    except LatentError as error:
        print(f"latent-lasso: {error.sentence}", file=sys.stderr)
        return 1


def serve() -> int:
    """Serve Blender; library threads are limited before any library is loaded."""
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    from .server import serve as run

    return run()


def describe(path: str) -> int:
    """Print what a data set holds."""
    from .datasets import DatasetRef
    from .datasets import describe as look

    reference = DatasetRef("digits") if path == "digits" else DatasetRef("auto", path)
    print(json.dumps(asdict(look(reference)), indent=2))
    return 0


def info(run: Path) -> int:
    """Print what a run holds."""
    from .history import RunHistory

    history = RunHistory(run)
    edits = history.edits()
    facts = {
        "records": len(history.records),
        "steps": history.records[-1].step if history.records else 0,
        "edits": len(edits),
        "labels": sum(edit.count for edit in edits),
        "categories": [category.name for category in history.categories()],
    }
    print(json.dumps(facts, indent=2))
    return 0
