"""XR frame time of the training cloud through a real OpenXR runtime, beside the same scene without the extension.

    python -m bench.bench_xr [POINTS ...]
"""

from __future__ import annotations

import sys

from bench.timing import report, row
from tests.window.test_window import play

SIZES = [10_000, 100_000, 1_000_000]
CASES = {"held": "the cloud held still", "palette": "held still, the palette open"}
LIMITS = {10_000: "<= 1.15"}


def main(sizes: list[int]) -> None:
    """Each size: as it trains, without the extension beside a trainer of its own, and with nothing beside."""
    facts, _ = play("xr/frames", vr=True, seconds=3000, more={"sizes": sizes})
    rows = []
    for size in sizes:
        cases = {case: facts[f"{size} {case}"] for case in ("training", "held", "palette", "plain", "plain, nothing beside")}
        training, plain, alone = cases["training"], cases["plain"], cases["plain, nothing beside"]
        rows.append(row(f"{size:,} points: an XR frame while it trains", 1e3 * training["median_s"], "", "ms"))
        for words, figure in (("", "median_s"), (", in the mean", "mean_s"), (", in Blender's own processor time", "cpu_s")):
            limit = LIMITS.get(size, "") if figure == "median_s" else ""
            ratio = training[figure] / plain[figure]
            rows.append(row(f"... of the plain scene with a trainer beside it{words}", ratio, limit, "x"))
        rows.append(row("... of the plain scene, nothing beside", training["median_s"] / alone["median_s"], "", "x"))
        for case in ("held", "palette"):
            ratio = cases[case]["median_s"] / plain["median_s"]
            rows.append(row(f"... {CASES[case]}, of the plain scene", ratio, "", "x"))
        rows.append(row("... what a hand holds, an eye, of the main thread", training["own_ms"], "", "ms"))
        rows.append(row("... with the palette open", cases["palette"]["own_ms"], "", "ms"))
        rows.append(row("... redraws of the desk a frame", training["desk_redraws_a_frame"], "", ""))
        rows.append(row("... the plain scene, nothing beside", 1e3 * alone["median_s"], "", "ms"))
        rows.append(row("... steps a second meanwhile", facts[f"{size} steps a second"], "", ""))
    report(rows)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
