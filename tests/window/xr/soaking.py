"""`make soak-vr`: ten minutes of gestures in a real OpenXR session; writes out/soak.json and says how memory and frames went."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tests.window.test_window import ROOT, play


def soaked(minutes: float) -> dict[str, Any]:
    """Play the soak, hold its figures to what is flat, write them down. Returns the scenario's facts."""
    facts, _work = play("xr/soak", vr=True, seconds=int(2400 + 60 * minutes), more={"minutes": minutes})
    rows = facts["rows"]
    told = summary(rows)
    told |= {"labels_sent": facts["sent"], "labels_acknowledged": facts["acknowledged"], "steps": facts["steps"]}
    (ROOT / "out" / "soak.json").write_text(json.dumps({**told, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    print(
        f"[soak] {told['gestures']} gestures in {told['minutes']} min: memory {told['rss_mb_first']} MB, then "
        f"{told['rss_mb_per_gesture']:+.2f} MB a gesture; {told['handlers'][1] - told['handlers'][0]:+d} handlers; "
        f"a frame {told['frame_ms_first']} ms in the first half, {told['frame_ms_last']} ms in the second; "
        f"of Blender's processor time {told['frame_cpu_ms_first']} and {told['frame_cpu_ms_last']} ms"
    )
    assert told["handlers"][0] == told["handlers"][1], "gestures leave handlers behind"
    # undo keeps the labels and the selection of each step, and Blender's limit for it comes after 32 of them
    assert told["rss_mb_per_gesture"] < 5.0, f"memory grows: {told}"
    assert told["gestures_that_took"] >= 0.8 * told["gestures"]
    assert facts["sent"] == facts["acknowledged"] and facts["held"] == []
    return facts


def summary(rows: list[dict[str, float]]) -> dict[str, Any]:
    """What the rows of the soak come to: slopes by least squares over the second half, when all is warm."""
    half = len(rows) // 2
    late = rows[half:]
    slope = np.polyfit(range(len(late)), [row["rss_mb"] for row in late], 1)[0] if len(late) > 2 else 0.0
    frames = {name: [row[name] for row in rows] for name in ("frame_ms", "frame_cpu_ms")}
    return {
        "gestures": len(rows),
        "gestures_that_took": sum(row["taken"] > 0 for row in rows),
        "minutes": round((rows[-1]["at"] - rows[0]["at"]) / 60, 2),
        "rss_mb_first": round(rows[0]["rss_mb"], 1),
        "rss_mb_last": round(rows[-1]["rss_mb"], 1),
        "rss_mb_per_gesture": round(float(slope), 3),
        "handlers": [int(rows[0]["handlers"]), int(rows[-1]["handlers"])],
        **{f"{name}_first": round(float(np.median(values[:half])), 1) for name, values in frames.items()},
        **{f"{name}_last": round(float(np.median(values[half:])), 1) for name, values in frames.items()},
    }


if __name__ == "__main__":
    from tools.layout import python_of, zip_path

    os.environ.setdefault("LATENT_LASSO_ZIP", str(zip_path()))
    os.environ.setdefault("LATENT_LASSO_TRAINER_PYTHON", str(python_of("trainer")))
    soaked(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
    print(f"[soak] {Path(ROOT / 'out' / 'soak.json')}")
