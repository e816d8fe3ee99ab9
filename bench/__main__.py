"""`make bench`, `make bench-window`: the hot paths as ratios in one run: a table, and out/bench.json."""

from __future__ import annotations

import json
import operator
import os
import subprocess
import sys
import tempfile
from typing import Any

from tools.layout import OUT, ROOT, python_of, zip_path
from tools.staging import link

PARTS = (
    ("bench_lasso", "trainer"),
    ("bench_arithmetic", "trainer"),
    ("bench_snapshot", "blender52"),
    ("bench_snapshot", "blender45"),
    ("bench_categories", "blender52"),
    ("bench_gesture", "blender52"),
    ("bench_loading", "trainer"),
    ("bench_refresh", "trainer"),
    ("bench_recording", "trainer"),
)
WINDOW_PARTS = (
    ("bench_viewport", "trainer"),
    ("bench_frames", "trainer"),
    ("bench_hover", "trainer"),
    ("bench_highlight", "trainer"),
    ("bench_xr", "trainer"),
)
COMPARE = {"<=": operator.le, ">=": operator.ge}


def run(part: str, environment: str) -> list[dict[str, Any]]:
    """The rows that one part reports, from a process of its own."""
    with tempfile.TemporaryDirectory(prefix="latent-lasso-") as user:
        environ = dict(
            os.environ,
            PYTHONPATH=os.pathsep.join([str(link()), str(ROOT)]),
            OMP_NUM_THREADS="1",
            LATENT_LASSO_ZIP=str(zip_path()),
            LATENT_LASSO_TRAINER_PYTHON=str(python_of("trainer")),
            BLENDER_USER_RESOURCES=user,
        )
        done = subprocess.run(
            [str(python_of(environment)), "-m", f"bench.{part}"],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith("BENCH ")]
    if not lines:
        print(f"[bench] {part} in {environment} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
        return [{"what": f"{part} in {environment}", "value": None, "limit": "", "unit": "", "held": False}]
    rows: list[dict[str, Any]] = json.loads(lines[-1].removeprefix("BENCH "))
    for entry in rows:
        sign, _, bound = entry["limit"].partition(" ")
        entry["held"] = COMPARE[sign](entry["value"], float(bound)) if sign else None
    return rows


def main(arguments: list[str]) -> int:
    """Run every part, print the table, write the JSON. 1 where a limit did not hold. --window: what needs a window."""
    in_window = "--window" in arguments
    target = OUT / ("bench-window.json" if in_window else "bench.json")
    rows = []
    for part, environment in WINDOW_PARTS if in_window else PARTS:
        print(f"[bench] {part} in {environment}", flush=True)
        rows += run(part, environment)
    OUT.mkdir(exist_ok=True)
    target.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print()
    for entry in rows:
        held = {None: "", True: "held", False: "MISSED"}[entry["held"]]
        value = "failed" if entry["value"] is None else f"{entry['value']:.4g} {entry['unit']}"
        print(f"  {entry['what']:62} {value:>12}  {entry['limit']:>8}  {held}")
    print(f"\nThe same as JSON: {target}")
    return 1 if any(entry["held"] is False for entry in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
