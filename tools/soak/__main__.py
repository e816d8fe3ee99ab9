"""`python -m tools.soak`: see `--help`. Runs under the trainer's Python; `make soak-training` does so.

Goes on with the run and the table that lie in out/soak-training, until the hour is full: it can be done in pieces. The run is
the same one all along, so each piece also opens a run that has grown.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tools.layout import OUT, ROOT, python_of

from .session import Session
from .slopes import growing, table, warm

EVERY = 5.0
"""Seconds from label to label."""
SHORTEST = 0.2
"""Minutes; what would be less is not begun."""


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make soak-training", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="of all pieces together")
    parser.add_argument("--piece", type=float, default=60.0, help="minutes of this piece at most")
    parser.add_argument("--labels", type=float, default=math.inf, help="of this piece at most, however long they take")
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--every", type=float, default=EVERY, help="seconds from label to label")
    parser.add_argument("--folder", type=Path, default=OUT / "soak-training")
    parser.add_argument("--python", type=Path, default=None, help="the trainer's; by default the one of .env")
    parser.add_argument("--table", action="store_true", help="only print what there is")
    return parser.parse_args(given)


def read(folder: Path) -> list[dict[str, Any]]:
    """The rows so far."""
    path = folder / "rows.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def soaked(rows: list[dict[str, Any]]) -> float:
    """Minutes of all pieces."""
    ends: dict[int, float] = {}
    for row in rows:
        ends[row["piece"]] = max(ends.get(row["piece"], 0.0), row["at_s"])
    return sum(ends.values()) / 60


def soak(chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """One more piece, if any is left. Returns all rows."""
    rows = read(chosen.folder)
    minutes = min(chosen.piece, chosen.minutes - soaked(rows))
    if minutes < SHORTEST:
        return rows
    chosen.folder.mkdir(parents=True, exist_ok=True)
    piece = 1 + max((row["piece"] for row in rows), default=0)
    session = Session(chosen.python or python_of("trainer"), chosen.folder, chosen.points, piece)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    noted = {"when": time.strftime("%Y-%m-%d"), "commit": commit.stdout.strip()}
    begin, labels = time.monotonic(), 0
    try:
        with (chosen.folder / "rows.jsonl").open("a", encoding="utf-8") as stream:
            while (left := minutes * 60 - (time.monotonic() - begin)) > chosen.every and labels < chosen.labels:
                passed = time.monotonic() - begin
                for row in session.rows(min(60.0, left), chosen.every, piece, chosen.labels - labels):
                    labels += 1
                    stream.write(json.dumps({**row, "at_s": round(row["at_s"] + passed, 1), **noted}) + "\n")
                stream.flush()  # a minute at a time, so that a piece that is broken off counts as far as it came
    finally:
        session.close()
    return read(chosen.folder)


def main(given: list[str] | None = None) -> int:
    """Soak, print the table. 1 where something grows that may not."""
    chosen = arguments(given)
    rows = read(chosen.folder) if chosen.table else soak(chosen)
    behind = warm(rows)
    if not behind:
        print(f"[soak] {soaked(rows):.1f} minutes so far: too few for a table")
        return 0
    pieces = len({row["piece"] for row in rows})
    wrong = growing(behind)
    print(table(behind))
    print(
        f"[soak] {soaked(rows):.1f} of {chosen.minutes:g} minutes in {pieces} pieces, {len(rows):,} labels, "
        f"step {rows[-1]['step']:,}, {chosen.points:,} points; {'; '.join(wrong) or 'nothing grows that may not'}"
    )
    if soaked(rows) >= chosen.minutes - SHORTEST and not wrong:
        for path in (chosen.folder / "run.latent", chosen.folder / "points.npy"):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
