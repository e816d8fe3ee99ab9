"""Frame time of the training cloud in Blender's real window, beside a plain scene with the same geometry and the same load."""

from __future__ import annotations

from bench.timing import report, row
from tests.window.test_window import play


def main() -> None:
    """Orbit three sizes, each: as it trains, stopped, and without the extension beside a trainer of its own."""
    facts, _ = play("frames", vr=False)
    rows = []
    for size in (int(name.split()[0]) for name in facts if name.endswith(" training")):
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
    main()
