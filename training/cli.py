"""The command line: train, predict, export, info, replay, branch, relocate, unlock, bench, simulate; serve, for Blender.

Exit codes are listed in commands/__init__.py.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from ..core.errors import LatentError
from ..core.version import VERSION


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # library threads are limited before any library is loaded
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    if given == ["serve"]:
        return serve()
    if len(given) == 4 and given[0] == "read-h5ad":  # the trainer asks itself
        from .datasets import hdf5_apart

        return hdf5_apart.serve(*given[1:])
    from .commands import bench, branch, export, info, predict, relocate, replay, simulate, train, unlock
    from .commands.report import Report

    parser = argparse.ArgumentParser(
        prog="latent-lasso",
        description="A data set as a room of points: train, place new samples, export. Without Blender.",
        epilog="Exit codes: 0 done, 1 refused with a sentence, 2 misused, 3 a replay that differs or a run that is "
        "not sound, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", required=True)
    for command in (train, predict, export, info, replay, branch, relocate, unlock, bench, simulate):
        command.add(commands)
    commands.add_parser("serve", help="serve Blender on stdin and stdout")
    chosen = parser.parse_args(given, argparse.Namespace(typed=given))
    report = Report(chosen.json, chosen.progress)
    try:
        code: int = chosen.run(chosen, report)
        return code
    except LatentError as error:
        report.clear()
        print(f"latent-lasso: {error.sentence}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        report.clear()
        print("latent-lasso: interrupted", file=sys.stderr)
        return 130


def serve() -> int:
    """Serve Blender."""
    from .server import serve as run

    return run()
