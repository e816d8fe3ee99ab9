"""One decoder, fed until its processor time is over: a child of `python -m tools.fuzz`, which watches it from outside.

What an input reaches is traced by line in the package, and an input that reaches something new is kept and changed further.
Usage: python -m tools.fuzz.worker NAME SECONDS SEED FOLDER [INPUTS]
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import random
import resource
import shutil
import signal
import sys
import traceback
import warnings
from pathlib import Path
from types import FrameType
from typing import Any

from .decoders import BESIDE, DECODERS

ADDRESS_SPACE = 24 * 2**30
"""Bytes; torch alone reserves several. What is resident is watched from outside."""
MOST_KEPT = 2000
LONGEST_SENTENCE = 420


class Traced:
    """The lines of the package that were reached so far."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.lines: set[tuple[str, int]] = set()

    def call(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        return self.line if frame.f_code.co_filename.startswith(self.root) else None

    def line(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self.line


def spent() -> float:
    """Seconds of processor time so far, of processes that a decoder started and that have ended too."""
    return sum(os.times()[:4])


def sentence_of(error: Any) -> str:
    """What is wrong with an error's sentence as a user would read it; empty where nothing is."""
    text = error.sentence
    if not text.isprintable():
        return "its sentence cannot be printed"
    if text[-1:] not in (".", "?", "!") or len(text) > LONGEST_SENTENCE:
        return f"its sentence is no sentence: {text[:200]}"
    return ""


def main(name: str, seconds: float, seed: int, folder: Path, most: int) -> int:
    """Feed one decoder, at most `most` inputs where that is not 0. Findings, kept inputs and the counts go below `folder`."""
    import latent_lasso
    from latent_lasso.core.errors import LatentError

    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(int(seconds) * 40 + 600)  # by the clock: a machine may be busy, and nobody may be watching
    warnings.simplefilter("ignore")
    decoder, rng = DECODERS[name], random.Random(seed)
    work, corpus_folder, findings = folder / "work", folder / "corpus", folder / "findings"
    for made in (work, corpus_folder, findings):
        made.mkdir(parents=True, exist_ok=True)
    corpus = [*decoder.seeds(), *(path.read_bytes() for path in sorted(corpus_folder.iterdir()))]
    path = work / "inputs" / (f"input{decoder.suffix}" if decoder.suffix[0] == "." else decoder.suffix[1:])
    traced = Traced(str(Path(latent_lasso.__file__).parent))
    counts = {"inputs": 0, "opened": 0, "refused": 0, "lines": 0, "slowest": 0.0, "findings": 0}
    with (folder / "beat").open("r+b") as stream:
        beat = mmap.mmap(stream.fileno(), 8)
    fresh = [*corpus]
    for data in decoder.seeds()[:1]:  # libraries are loaded before the time begins
        put(path, name, data)
        decoder.read(path)
    ends = spent() + seconds
    while spent() < ends and not 0 < most <= counts["inputs"]:
        data = fresh.pop() if fresh else decoder.mutate(rng, rng.choice(corpus), corpus)
        put(path, name, data)
        counts["inputs"] += 1
        beat[:] = counts["inputs"].to_bytes(8, "little")
        known, began = len(traced.lines), spent()
        wrong = ""
        sys.settrace(traced.call)
        try:
            decoder.read(path)
            counts["opened"] += 1
        except LatentError as error:
            counts["refused"] += 1
            wrong = sentence_of(error)
        except BaseException as error:  # noqa: BLE001 - whatever else comes out is what is looked for
            wrong = f"{type(error).__name__}: {error}\n{traceback.format_exc()[-3000:]}"
        finally:
            sys.settrace(None)
        counts["slowest"] = max(counts["slowest"], spent() - began)
        if wrong:
            keep(findings, data, wrong)
            counts["findings"] += 1
        if len(traced.lines) > known and len(corpus) < MOST_KEPT:
            corpus.append(data)
            (corpus_folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
        counts["lines"] = len(traced.lines)
        if counts["inputs"] % 20 == 0:
            (folder / "counts.json").write_text(json.dumps(counts), encoding="ascii")
    (folder / "counts.json").write_text(json.dumps(counts), encoding="ascii")
    return 0


def put(path: Path, name: str, data: bytes) -> None:
    """Write an input where its decoder looks, in a fresh folder with what belongs beside it."""
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir(parents=True)
    if name in BESIDE:
        other, good = BESIDE[name]
        (path.parent / other).write_bytes(good()[0])
    path.write_bytes(data)


def keep(findings: Path, data: bytes, wrong: str) -> None:
    """Keep an input and what it did; of one place in the code, the shortest."""
    where = [line for line in wrong.splitlines() if line.lstrip().startswith("File ")]
    key = hashlib.sha256((where[-1] if where else wrong[:60]).encode()).hexdigest()[:12]
    kept = findings / key
    if not kept.exists() or kept.stat().st_size > len(data):
        kept.write_bytes(data)
        kept.with_suffix(".txt").write_text(wrong, encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    most_inputs = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    sys.exit(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]), most_inputs))
