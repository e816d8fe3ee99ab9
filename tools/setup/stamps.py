"""Remembers what was finished, so that a second run starts at once and an interrupted one is done again.

A stamp is written last and holds a hash of everything that the work depended on. While work is going on, a
marker stands in its place: whoever finds the marker knows that the folder cannot be trusted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(files: Iterable[Path], *facts: str) -> str:
    """A hash over the contents of files and any number of facts, in order."""
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(fact.encode() + b"\0")
    for path in files:
        digest.update(path.name.encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_finished(folder: Path, name: str, expected: str) -> bool:
    """Whether this piece of work was finished in this folder, and with the same inputs."""
    try:
        return (folder / f".{name}.stamp").read_text(encoding="ascii") == expected
    except OSError:
        return False


def is_interrupted(folder: Path) -> bool:
    """Whether a piece of work in this folder began and never ended."""
    return (folder / ".unfinished").exists()


def begin(folder: Path, name: str) -> None:
    """Mark the folder as not to be trusted until `finish`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".unfinished").write_text(name, encoding="ascii")
    (folder / f".{name}.stamp").unlink(missing_ok=True)


def finish(folder: Path, name: str, value: str) -> None:
    """The work is done: write the stamp, then take the marker away."""
    (folder / f".{name}.stamp").write_text(value, encoding="ascii")
    (folder / ".unfinished").unlink(missing_ok=True)
