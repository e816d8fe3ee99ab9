"""Which checkpoints stay: the last three, one of each recorded hour, each one at which labels changed. Standard library only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

NEWEST = 3
HOUR = 3600.0


def kept(written: Sequence[tuple[int, str, int, float]]) -> set[str]:
    """The files that stay of all that were noted: (step, file, edits, wall time in seconds) each, ascending by step.

    Of an hour its last one stays; where the number of edits differs from that of the checkpoint before, labels changed.
    """
    stay = {file for _, file, _, _ in written[-NEWEST:]}
    by_hour = {int(wall // HOUR): file for _, file, _, wall in written}
    before = 0
    for _, file, edits, _ in written:
        if edits != before:
            stay.add(file)
        before = edits
    return stay | set(by_hour.values())


def prune(folder: Path, written: Sequence[tuple[int, str, int, float]], recent: Collection[str]) -> None:
    """Delete the checkpoints that need not stay. One that was not noted (a crash came between) stays while it is the newest.

    recent: the files written last, whatever their steps: where later ones are damaged, training goes on from before them.
    """
    stay = kept(written) | set(recent)
    found = sorted(folder.glob("checkpoint-*.pt"), reverse=True)
    stay |= {path.name for path in found[:NEWEST]}
    for path in found:
        if path.name not in stay:
            path.unlink(missing_ok=True)
