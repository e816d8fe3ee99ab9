"""The two ways to coloured points in Blender's real window, each frame with new positions: discs, or Material Preview."""

from __future__ import annotations

from bench.timing import report, row
from tests.window.test_window import play


def main() -> None:
    """Measure in a window under software GL, where both are slowest."""
    facts, _ = play("shading", vr=False)
    seconds = {(found["points"], found["shape"], found["shading"]): found["s"] for found in facts["found"]}
    rows = []
    for (points, shape, shading), spent in seconds.items():
        if shading == "SOLID":
            title = f"{points:,} {shape.lower()}"
            rows.append(row(f"{title}: a frame with discs", 1e3 * spent, "", "ms"))
            preview = seconds[points, shape, "MATERIAL"]
            rows.append(row("... Material Preview against it", preview / spent, "", "x"))
    report(rows)


if __name__ == "__main__":
    main()
