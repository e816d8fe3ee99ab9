"""The card of the sample under the mouse, in Blender's real window: what it costs beyond the redraw."""

from __future__ import annotations

from bench.timing import report, row
from tests.window.test_window import play


def main() -> None:
    """Three sizes; the cloud moved since the last look, as while it trains, and stands still."""
    facts, _ = play("hovering", vr=False)
    rows = []
    for found in facts["found"]:
        title = f"{found['points']:,} points"
        whole = found["moved"] + found["card"]
        rows.append(row(f"{title}: from the mouse to the card, moved since", 1e3 * whole, "<= 50", "ms"))
        rows.append(row("... while it stands still", 1e3 * (found["still"] + found["card"]), "<= 50", "ms"))
        rows.append(row("... the legend, where it changed", 1e3 * found["legend"], "", "ms"))
    report(rows)


if __name__ == "__main__":
    main()
