"""`python -m tools.fuzz [--seconds N] [NAME ...]`: each decoder for N seconds of a child's work, and a line more in its table.

The child is ended where one input takes over 10 s of work or memory goes over 1 GB. Times add up over runs: out/fuzz/NAME keeps the
inputs that reached something new, docs/measured/fuzz.json the counts.
"""

from __future__ import annotations

import argparse
import datetime
import fcntl
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ..layout import OUT, ROOT
from .decoders import DECODERS

HANG_SECONDS = 10.0
"""Of the child's own processor time for one input; a child that waits instead is given WAIT_SECONDS by the clock."""
WAIT_SECONDS = 60.0
MOST_RESIDENT = 2**30
TABLE = ROOT / "docs" / "measured" / "fuzz.json"
MEMORY = Path("/dev/shm")


@dataclass
class Piece:
    """What one piece of fuzzing came to. findings: sentences, with where the input lies."""

    name: str
    seconds: float
    inputs: int = 0
    opened: int = 0
    refused: int = 0
    lines: int = 0
    slowest: float = 0.0
    peak_mb: int = 0
    hangs: int = 0
    crashes: int = 0
    findings: int = 0


def resident(pid: int) -> int:
    """Bytes of a process that lie in memory and in no file; 0 where it is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(
        int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith(("RssAnon", "RssShmem"))
    )


def worked(pid: int) -> float:
    """Seconds of processor time that a process took so far, and those that it started and saw end; 0 where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def children() -> float:
    """Seconds of processor time that all ended children took together."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def piece(name: str, seconds: float, kept: Path, seed: int, most: int = 0) -> Piece:
    """Feed one decoder for `seconds`, or `most` inputs a child where not 0; a child that dies is started again for the rest."""
    done, left = Piece(name, seconds), seconds
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=MEMORY if MEMORY.is_dir() else None) as place:
        folder = Path(place)
        for sub in ("corpus", "findings"):
            if (kept / sub).is_dir():
                shutil.copytree(kept / sub, folder / sub)
        while left > 0.5:
            began = children()
            status = watched(name, left, seed, folder, done, most)
            left -= children() - began if status else left
            seed += 1
            counts = folder / "counts.json"
            if counts.is_file():
                add(done, json.loads(counts.read_text(encoding="ascii")))
                counts.unlink()
        for sub in ("corpus", "findings"):
            shutil.copytree(folder / sub, kept / sub, dirs_exist_ok=True)
    return done


def add(done: Piece, counts: dict[str, float]) -> None:
    """Count what a child did."""
    for what in ("inputs", "opened", "refused", "findings"):
        setattr(done, what, getattr(done, what) + int(counts[what]))
    done.lines = max(done.lines, int(counts["lines"]))
    done.slowest = max(done.slowest, round(counts["slowest"], 3))


def watched(name: str, seconds: float, seed: int, folder: Path, done: Piece, most: int) -> bool:
    """Run one child under watch. True where it came to a bad end, which is then a finding."""
    beat = folder / "beat"
    beat.write_bytes(bytes(8))
    command = [sys.executable, "-m", "tools.fuzz.worker", name, str(seconds), str(seed), str(folder), str(most)]
    with (folder / "stderr.txt").open("wb") as log:
        child = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        last, since, before, wrong = b"", time.monotonic(), 0.0, ""
        while child.poll() is None:
            time.sleep(0.05)
            now = beat.read_bytes()
            if now != last or now == bytes(8):
                last, since, before = now, time.monotonic(), worked(child.pid)
            size = resident(child.pid)
            done.peak_mb = max(done.peak_mb, size >> 20)
            if worked(child.pid) - before > HANG_SECONDS or time.monotonic() - since > WAIT_SECONDS:
                wrong, done.hangs = f"hang: over {HANG_SECONDS:.0f} s", done.hangs + 1
            elif size > MOST_RESIDENT:
                wrong, done.crashes = f"memory: {size / 2**30:.1f} GB", done.crashes + 1
            if wrong:
                child.kill()
                child.wait()
    if child.returncode == 0:
        return False
    if not wrong:
        wrong, done.crashes = f"crash: the child ended with {child.returncode}", done.crashes + 1
    wrong += "\n" + (folder / "stderr.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
    inputs = folder / "work" / "inputs"
    data = max(
        (p for p in inputs.rglob("*") if p.is_file()),
        key=lambda p: not p.name.startswith("good"),
        default=None,
    )
    (folder / "findings").mkdir(exist_ok=True)
    kept = folder / "findings" / f"{wrong[:5].strip(':')}-{seed}"
    kept.write_bytes(data.read_bytes() if data else b"")
    kept.with_suffix(".txt").write_text(wrong, encoding="utf-8")
    return True


def commit() -> str:
    """The commit that is tried, short."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    return (
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        or "unknown"
    )


def note(done: Piece) -> None:
    """Add a line to the table file."""
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    with (OUT / "fuzz" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # decoders may be fed in several calls at once
        rows = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.is_file() else []
        rows.append({**vars(done), "date": today, "commit": commit(), "machine": machine})
        TABLE.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n", encoding="utf-8")


def table() -> str:
    """The table as Markdown: all pieces of each decoder together."""
    rows = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.is_file() else []
    lines = [
        "| decoder | minutes | since anything was found | inputs | opened | refused | lines reached | slowest, s | memory, MB | "
        "hangs | crashes | other |"
    ]
    lines.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for name, decoder in DECODERS.items():
        own = [row for row in rows if row["name"] == name]
        if not own:
            continue
        total = {
            what: sum(row[what] for row in own)
            for what in ("seconds", "inputs", "opened", "refused", "hangs", "crashes", "findings")
        }
        bad = [number for number, row in enumerate(own) if row["hangs"] or row["crashes"] or row["findings"]]
        clean = sum(row["seconds"] for row in own[bad[-1] + 1 if bad else 0 :])
        most = {what: max(row[what] for row in own) for what in ("lines", "slowest", "peak_mb")}
        lines.append(
            f"| {decoder.title} | {total['seconds'] / 60:.1f} | {clean / 60:.1f} | {total['inputs']:,} | {total['opened']:,} | "
            f"{total['refused']:,} | {most['lines']} | {most['slowest']:.2f} | {most['peak_mb']} | {total['hangs']} | "
            f"{total['crashes']} | {total['findings']} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Fuzz the decoders named, or all. The exit status is 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(DECODERS)}; none: all")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each decoder")
    parser.add_argument("--table", action="store_true", help="only print the table")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in DECODERS]
    if unknown:
        parser.error(f"there is no decoder {unknown[0]}; there are {', '.join(DECODERS)}")
    if given.table:
        print(table())
        return 0
    bad = 0
    for name in given.names or DECODERS:
        done = piece(name, given.seconds, OUT / "fuzz" / name, time.time_ns() & 0xFFFFFFFF)
        note(done)
        found = done.findings + done.hangs + done.crashes
        bad += found
        print(
            f"[fuzz] {name}: {done.inputs:,} inputs, {found} findings"
            + (f", see out/fuzz/{name}/findings" if found else ""),
            flush=True,
        )
    print(table())
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
