"""Arguments that several commands share: which data, whose code is trusted. Standard library only."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from typing import Any

from ...core.errors import DataError
from ...core.text import printable, reason
from ..config import Forces, TrainConfig
from ..datasets.options import Options
from ..datasets.reference import KINDS, DatasetRef, Option


def add_data(parser: argparse.ArgumentParser) -> None:
    """--kind and --option."""
    parser.add_argument(
        "--kind", default="auto", choices=KINDS, help="what the data is; found out from the path by default"
    )
    parser.add_argument(
        "--option",
        dest="options",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a setting of the reader, such as label=species, limit=5000 or window=1.5; docs/data.md lists them",
    )


def add_common(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument(
        "--progress",
        type=float,
        default=5.0,
        metavar="SECONDS",
        help="between lines of progress in a pipe (default %(default)g)",
    )


def add_measuring(parser: argparse.ArgumentParser) -> None:
    """--data, --seeds, --set and where the table goes, of the commands that measure."""
    parser.add_argument("--data", required=True, metavar="NAME|PATH", help="a file, a folder, or the word digits")
    parser.add_argument("--seeds", type=whole_from_1, default=3, metavar="K", help="how many (default %(default)s)")
    parser.add_argument("--first-seed", type=int, default=0, metavar="N", help="the first of them (default %(default)s)")
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a training setting, such as p_weight=0 or forces.room=0",
    )
    parser.add_argument(
        "--json", dest="output", type=Path, metavar="OUT", help="the table: a list of rows, one a method, kept up to date"
    )
    parser.add_argument("--progress", type=float, default=60.0, metavar="SECONDS", help=argparse.SUPPRESS)
    parser.set_defaults(json=False)


def whole_from_1(text: str) -> int:
    """A whole number from 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1; give 1 or more.")
    return number


def settings_of(given: list[str]) -> dict[str, Any]:
    """Training settings from NAME=VALUE and forces.NAME=VALUE, checked. Raises DataError."""
    chosen: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise DataError(f"{text!r} is no training setting; write NAME=VALUE.")
        number: str | int | float = value
        if not isinstance(getattr(TrainConfig(), name, 0), str):
            try:
                number = int(value) if value.lstrip("+-").isdigit() else float(value)
            except ValueError as error:
                raise DataError(f"The training setting {name} is {value!r}; it must be a number.") from error
        force = name.removeprefix("forces.")
        if force == name:
            chosen[name] = number
        elif force in vars(Forces()):
            chosen.setdefault("forces", {})[force] = number
        else:
            raise DataError(f"There is no force {force!r}; there are {', '.join(vars(Forces()))}.")
    TrainConfig.from_dict(chosen)
    return chosen


def add_trust(parser: argparse.ArgumentParser) -> None:
    """--trust."""
    parser.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="SHA256",
        help="run the user's own encoder whose file has this hash; without it you are asked on a terminal",
    )


def reference_of(data: str, kind: str, options: list[str]) -> DatasetRef:
    """The data that the arguments name. Raises DataError for an option that is none."""
    chosen: dict[str, Option] = {}
    kinds = {name: type(value) for name, value in vars(Options()).items()}
    for text in options:
        key, equals, value = text.partition("=")
        if not equals or key not in kinds:
            raise DataError(
                f"{text!r} is no data option; write KEY=VALUE with one of {', '.join(sorted(kinds))}."
            )
        try:
            chosen[key] = value if kinds[key] is str else int(value) if kinds[key] is int else float(value)
        except ValueError as error:
            raise DataError(f"The data option {key} is {value!r}; it must be a number.") from error
    if data == "digits" and not Path(data).exists():
        return DatasetRef("digits")
    return DatasetRef(kind, str(Path(data).absolute()), chosen)


def hash_of(path: Path) -> str:
    """sha256 of a file. Raises DataError."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(f"The encoder {path} cannot be read ({reason(error)}); check its path.") from error


def trusted(given: list[str], name: str, sha256: str) -> tuple[str, ...]:
    """The hashes that are trusted, after asking on a terminal where this one is not. Raises DataError elsewhere."""
    if not sha256 or sha256 in given:
        return tuple(given)
    if not sys.stdin.isatty():
        raise DataError(
            f"{printable(name, 60)} is code that would run as you; read it, then add --trust {sha256}"
        )
    print(
        f"{printable(name)}\nsha256 {sha256}\nThis is code that would run as you. Run it? [y/N] ",
        end="",
        file=sys.stderr,
        flush=True,
    )
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise DataError(f"{printable(name, 60)} was not run, as you chose.")
    return (*given, sha256)
