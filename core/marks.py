"""What the timeline says of label edits: one short text for those that came close together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

LONGEST = 55
"""Letters of a marker's name; Blender keeps 63 bytes."""


@dataclass(frozen=True)
class Change:
    """One label edit. frame: where it shows; count: points; name: what they were called, empty if they lost their label."""

    frame: float
    count: int
    name: str


def merged(changes: Sequence[Change], gap: float, translate: Callable[[str], str] = str) -> list[tuple[int, str]]:
    """(frame, text) of the markers, ascending; changes fewer than `gap` frames after a marker's first are told with it.

    changes: in any order. The counts of one name are added up. translate: what looks words up before values are filled in.
    """
    groups: list[tuple[float, dict[str, int]]] = []
    for change in sorted(changes, key=lambda change: change.frame):
        if not groups or change.frame - groups[-1][0] >= gap:
            groups.append((change.frame, {}))
        counts = groups[-1][1]
        counts[change.name] = counts.get(change.name, 0) + change.count
    return [(round(frame), text(counts, translate)) for frame, counts in groups]


def text(counts: dict[str, int], translate: Callable[[str], str] = str) -> str:
    """What one marker says: +214 seven, +80 three; where that is long, the largest first and how many names more."""
    cleared = translate("{count:,} cleared")
    parts = {name: f"+{count:,} {name}" if name else cleared.format(count=count) for name, count in counts.items()}
    whole = ", ".join(parts.values())
    if len(whole) <= LONGEST:
        return whole
    largest = max(counts, key=lambda name: counts[name])
    first = parts[largest]
    more = translate(" and {more} more").format(more=len(counts) - 1) if len(counts) > 1 else ""
    return (first if len(first + more) <= LONGEST else first[: LONGEST - len(more) - 1] + "…") + more
