"""The same in a headset: twelve loops drawn in the air through a real OpenXR runtime, by scripted head and hands.

    make vr-demo, or .env/trainer/bin/python -m demo.vr [--seeds 3] [--gestures 12]

Writes out/vr-demo.json, what both eyes saw, and a line that says whether every gesture arrived.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from statistics import fmean
from typing import Any

from tests.window.test_window import play
from tools.layout import OUT, python_of, zip_path

SCENARIO = "xr/labelling"
SECONDS = 4500
"""For a seed, after which its Blender is ended."""
GOOD = 0.90
"""The mean accuracy of twelve gestures on samples that nobody labelled."""


def main() -> int:
    """Play every seed. 1 where something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--gestures", type=int, default=12)
    chosen = parser.parse_args()
    os.environ.update(
        LATENT_LASSO_ZIP=str(zip_path()),
        LATENT_LASSO_TRAINER_PYTHON=os.environ.get("LATENT_LASSO_TRAINER_PYTHON") or str(python_of("trainer")),
        LATENT_LASSO_REQUIRE_WINDOW="1",
    )
    runs: list[dict[str, Any]] = []
    for seed in range(chosen.seeds):
        print(f"[vr-demo] seed {seed}: a session with {chosen.gestures} gestures, some minutes", flush=True)
        more = {"seed": seed, "gestures": chosen.gestures}
        facts, work = play(SCENARIO, vr=True, seconds=SECONDS, more=more)
        for picture in work.glob("*.png"):
            shutil.copy(picture, OUT / f"vr-demo-{seed}-{picture.name}")
        del facts["reached"]
        runs.append(facts)
        print(f"[vr-demo] seed {seed}: {line([facts])}", flush=True)
        result = {**summary(runs), "runs": runs}
        (OUT / "vr-demo.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    good = well(runs, accurate=chosen.gestures >= 12)
    print(f"[vr-demo] {'GOOD' if good else 'NOT GOOD'}: {line(runs)}; see {OUT / 'vr-demo.json'}")
    return 0 if good else 1


def summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """What all seeds come to."""
    gestures = [gesture for run in runs for gesture in run["gestures"]]
    return {
        "seeds": len(runs),
        "gestures": len(gestures),
        "gestures_as_expected": sum(gesture["wrong"] == 0 for gesture in gestures),
        "largest_share": max(gesture["share"] for gesture in gestures),
        "points_taken": sum(gesture["taken"] for gesture in gestures),
        "points_expected": sum(gesture["expected"] for gesture in gestures),
        "accuracy_before": round(fmean(run["accuracy_before"] for run in runs), 4),
        "accuracy_after": round(fmean(run["accuracy_after"] for run in runs), 4),
        "labels_sent": sum(run["labels_sent"] for run in runs),
        "labels_acknowledged": sum(run["labels_acknowledged"] for run in runs),
        "labels_on_disk": sum(run["labels_on_disk"] for run in runs),
        "labels_lost": sum(
            abs(run["labels_sent"] - run["labels_acknowledged"])
            + abs(run["labels_sent"] - run["labels_on_disk"])
            + abs(run["labels_on_mesh"] - run["labels_standing"])  # a label given anew is sent twice and stands once
            for run in runs
        ),
        "events_lost": sum(gesture["lost"] for gesture in gestures),
        "xr_frames": sum(run["xr_frames"] for run in runs),
    }


def line(runs: list[dict[str, Any]]) -> str:
    """The verdict in words."""
    told = summary(runs)
    return (
        f"{told['gestures_as_expected']} of {told['gestures']} gestures took what the geometry says "
        f"({told['points_taken']} points, at most {told['largest_share']:.1%} of the cloud in one), "
        f"accuracy {told['accuracy_before']:.3f} before, {told['accuracy_after']:.3f} after (mean of {told['seeds']}), "
        f"{told['labels_lost']} labels and {told['events_lost']} events lost in {told['xr_frames']} XR frames"
    )


def well(runs: list[dict[str, Any]], accurate: bool) -> bool:
    """Whether all of it holds; accurate: as many gestures were made as the accuracy is promised for."""
    told = summary(runs)
    lost = told["labels_lost"] + told["events_lost"]
    exact = told["gestures_as_expected"] == told["gestures"] and told["largest_share"] <= 0.03
    return exact and lost == 0 and (not accurate or told["accuracy_after"] >= GOOD)


if __name__ == "__main__":
    sys.exit(main())
