"""How far what lights up lies behind the mouse in Blender's real window: redraws, and time beside a plain redraw."""

from __future__ import annotations

from bench.timing import report, row
from tests.window.test_window import play


def main() -> None:
    """Measure in a window under software GL, where a redraw is slowest."""
    facts, _ = play("lag", vr=False)
    rows = []
    for found in facts["found"]:
        title = f"{found['points']:,} points, {found['tool']}, {found['events']} events: redraws behind the mouse"
        rows.append(row(title, found["redraws"], "<= 2", "redraws"))
        rows.append(row("... its own part of that redraw, on the main thread", 1e3 * found["own"], "", "ms"))
        rows.append(row("... from the event to the lit redraw, of one with nothing new", found["s"] / found["still"], "", "x"))
        rows.append(row("... with nothing new, of a plain one before the gesture", found["still"] / found["plain"], "", "x"))
        rows.append(row("... a plain redraw", 1e3 * found["plain"], "", "ms"))
    report(rows)


if __name__ == "__main__":
    main()
