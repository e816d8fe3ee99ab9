"""Frame time of the training cloud in Blender's real window, beside a plain scene with the same geometry and the same load.

    python -m bench.bench_frames [POINTS ...]
"""

from __future__ import annotations

import sys

from bench.timing import report, row
from tests.window.test_window import play

SIZES = [10_000, 100_000, 1_000_000]


def main(sizes: list[int]) -> None:
    """Orbit each size: as it trains, stopped, and without the extension beside a trainer of its own."""
    facts, _ = play("frames", vr=False, seconds=3000, more={"sizes": sizes})
    rows = []
    for size in sizes:
        seconds = {
            case: facts[f"{size} {case}"]["median_s"]
            for case in ("training", "stopped", "plain", "plain, nothing beside")
        }
        rows.append(row(f"{size:,} points: a frame while it trains", 1e3 * seconds["training"], "", "ms"))
        rows.append(row("... of a plain scene with a trainer beside it", seconds["training"] / seconds["plain"], "", "x"))
        rows.append(row("... stopped, of a plain scene alone", seconds["stopped"] / seconds["plain, nothing beside"], "", "x"))
        rows.append(row("... steps a second meanwhile", facts[f"{size} steps a second"], "", ""))
    panels, _ = play("panels", vr=False)
    slowest = max(panels["milliseconds"], key=panels["milliseconds"].get)
    rows.append(row(f"the slowest panel draws itself ({slowest})", panels["milliseconds"][slowest], "<= 2", "ms"))
    report(rows)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
