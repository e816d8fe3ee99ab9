"""Which recorded epochs stay within a limit: all recent ones, then fewer and fewer. Pure Python."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

DEFAULT_LIMIT = 2.0
"""GB that recorded epochs may take, unless the user says otherwise."""
LEAST_LIMIT = 0.001
MOST_RECORDS = 4096
"""However small they are: so that a run of any length fits the timeline."""
LEAST_RECORDS = 8
BYTES_A_POINT = 24
"""Three float32 of position, three of label, prediction and confidence."""


def most_records(points: int, limit: float) -> int:
    """How many recorded epochs of so many points fit `limit` GB."""
    return max(LEAST_RECORDS, min(MOST_RECORDS, int(limit * 1e9 / (BYTES_A_POINT * max(1, points)))))


def labelled(steps: Sequence[int], applied: Iterable[int]) -> set[int]:
    """Places of the recorded epochs at which labels changed: of each edit the first that knew it.

    steps: ascending, but for a trainer that died: the next one goes on from a checkpoint and makes the same steps again. In which
    life an edit was taken in its step does not tell, so its epoch stays in each.
    """
    told, places, begin = set(applied), set(), 0
    for end in range(1, len(steps) + 1):
        if end == len(steps) or steps[end] <= steps[end - 1]:
            found = (bisect_left(steps, step + 1, begin, end) for step in told)
            places |= {place for place in found if place < end}
            begin = end
    return places


def kept(steps: Sequence[int], protected: set[int], most: int) -> list[int]:
    """Places of the recorded epochs that stay, ascending: `most` of them, or more where more are protected.

    The first, the newest half of `most`, and all protected ones; of the rest those whose ages, in steps, grow by a constant factor.
    """
    count = len(steps)
    if count <= most:
        return list(range(count))
    recent = range(count - max(1, most // 2), count)
    stay = {0, *recent, *protected}
    old = [place for place in range(recent.start) if place not in stay]
    free = min(len(old), most - len(stay))
    if free <= 0:
        return sorted(stay)
    last = steps[-1]
    youngest, oldest = max(1, last - steps[old[-1]]), max(2, last - steps[old[0]])
    ages = [youngest * (oldest / youngest) ** (number / max(1, free - 1)) for number in range(free)]
    chosen = -1
    # from the oldest on; each takes the epoch nearest to its age, but leaves as many as are still to be chosen
    for number, age in enumerate(sorted(ages, reverse=True)):
        place = bisect_left(old, last - age, key=lambda place: steps[place])
        chosen = min(max(place, chosen + 1), len(old) - (free - number))
        stay.add(old[chosen])
    return sorted(stay)
