"""`make power-loss`: every place of the sequence, on a local disk and on a network drive. Exit code 1 where a label is lost.

`python -m tools.power_loss 10 3` cuts at every tenth place from the fourth on, so that all can be done in pieces.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from . import survival


def main() -> int:
    """Write down, cut everywhere, print the table."""
    begun, bad = time.monotonic(), 0
    stride, offset = (int(sys.argv[place]) if len(sys.argv) > place else least for place, least in ((1, 1), (2, 0)))
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as temporary:
        for name, folder, (lines, root) in [(name, path, survival.write_down(path, *ways)) for name, path, ways in (
            ("local disk (WAL)", Path(temporary, "local"), ()),
            ("network drive (rollback journal)", Path(temporary, "network"), ("network",)),
        )]:  # fmt: skip
            unseen = survival.same_as_left(lines, root)
            found = survival.survey(lines, root, range(1 + offset, len(lines) + 1, stride), folder / "scratch")
            print(
                f"{name}: {len(lines):,} calls, cut after {found.places:,}; {found.states:,} states of the disk, "
                f"{found.opened:,} opened; {found.acknowledged:,} acknowledged edits looked for, {found.lost:,} lost; "
                f"files not seen whole: {unseen or 'none'}",
                flush=True,
            )
            for problem in found.problems[:20]:
                print(f"  {problem}")
            bad += found.states - found.opened + found.lost + len(unseen)
    print(f"{time.monotonic() - begun:.0f} s")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
