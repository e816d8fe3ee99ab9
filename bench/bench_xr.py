"""XR frame time of the training cloud through a real OpenXR runtime, beside the same scene without the extension.

    python -m bench.bench_xr [POINTS ...]
"""

from __future__ import annotations

import sys

from bench.timing import report, row
from tests.window.test_window import play

SIZES = [10_000, 100_000]
LIMITS = {10_000: "<= 1.15"}


def main(sizes: list[int]) -> None:
    """Each size: as it trains, without the extension beside a trainer of its own, and with nothing beside."""
    facts, _ = play("xr/frames", vr=True, seconds=3000, more={"sizes": sizes})
    rows = []
    for size in sizes:
        training, plain, alone = (facts[f"{size} {case}"] for case in ("training", "plain", "plain, nothing beside"))
        rows.append(row(f"{size:,} points: an XR frame while it trains", 1e3 * training["median_s"], "", "ms"))
        ratio = training["median_s"] / plain["median_s"]
        rows.append(row("... of the plain scene with a trainer beside it", ratio, LIMITS.get(size, ""), "x"))
        held = facts[f"{size} held"]
        rows.append(row("... the same while the cloud is held still", held["median_s"] / plain["median_s"], "", "x"))
        rows.append(row("... as it trains, in Blender's own processor time", training["cpu_s"] / plain["cpu_s"], "", "x"))
        rows.append(row("... the plain scene, nothing beside", 1e3 * alone["median_s"], "", "ms"))
        rows.append(row("... steps a second meanwhile", facts[f"{size} steps a second"], "", ""))
    report(rows)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
