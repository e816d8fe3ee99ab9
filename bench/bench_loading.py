"""Opening a million samples of 64 features: the highest memory of a process that opens the run, and its time against a
plain read of the file by the library's own reader. Each kind in a process of its own, as the trainer opens it for Blender.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.timing import report, row

SAMPLES, FEATURES = 1_000_000, 64
MEMORY_LIMIT = "<= 1000"
BLOCK = 50_000

OPENING = """
import json, sys, time
from pathlib import Path
from latent_lasso.training import opening, protocol
from latent_lasso.training.datasets import DatasetRef
from latent_lasso.core.version import PROTOCOL, VERSION

def highest():
    # of this program alone: getrusage also counts what the process that started it had before
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1000

begin = time.perf_counter()
calls = []
message = protocol.Open(VERSION, PROTOCOL, "bench", sys.argv[2], DatasetRef("auto", sys.argv[1]), {"threads": 1})
run = opening.open_run(message, lambda m: calls.append(m) if isinstance(m, protocol.Status) else None)
seconds = time.perf_counter() - begin
run.store.close()
opened = highest()
if len(sys.argv) > 3:
    import numpy as np
    from latent_lasso.training.engine import Engine
    engine = Engine(run.dataset, run.config, np.zeros(run.dataset.size, np.int32))
    engine.step()
    assert np.isfinite(engine.positions()).all()
trained = highest()
print(json.dumps([seconds, opened, len(calls), trained]))
"""


def write(folder: Path, kind: str) -> Path:
    """A file of a million rows, written in blocks."""
    rng = np.random.default_rng(0)
    path = folder / f"million.{kind}"
    if kind == "npy":
        array = np.lib.format.open_memmap(path, "w+", np.float32, (SAMPLES, FEATURES))
        for start in range(0, SAMPLES, BLOCK):
            array[start : start + BLOCK] = rng.normal(size=(BLOCK, FEATURES))
        array.flush()
        return path
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    schema = pa.schema([(f"f{n}", pa.float32()) for n in range(FEATURES)])
    writers = {"parquet": pa.parquet.ParquetWriter, "csv": pa.csv.CSVWriter}
    with writers[kind](str(path), schema) as writer:
        for _ in range(0, SAMPLES, BLOCK):
            values = np.round(rng.normal(size=(FEATURES, BLOCK)), 3).astype(np.float32)
            writer.write_table(pa.Table.from_arrays([pa.array(column) for column in values], schema=schema))
    return path


def plain_read(path: Path) -> float:
    """Seconds that the library's own reader takes on one thread to have the whole file in memory, unscaled."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    readers = {
        ".npy": lambda: np.array(np.load(path)),
        ".parquet": lambda: pa.parquet.read_table(path, use_threads=False),
        ".csv": lambda: pa.csv.read_csv(path, read_options=pa.csv.ReadOptions(use_threads=False)),
    }
    begin = time.perf_counter()
    readers[path.suffix]()
    return time.perf_counter() - begin


def main() -> int:
    """Measure each kind."""
    rows = []
    for kind in ("npy", "parquet", "csv"):
        with tempfile.TemporaryDirectory(prefix="latent-lasso-") as folder:
            path = write(Path(folder), kind)
            plain = plain_read(path)
            command = [sys.executable, "-c", OPENING, str(path), f"{folder}/run", *(["train"] if kind == "npy" else [])]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds, opened, told, trained = json.loads(done.stdout.splitlines()[-1])
            assert told > 5, "progress is told while it loads"
            size = path.stat().st_size / 1e6
            rows.append(row(f"1M x 64 from .{kind} ({size:,.0f} MB): highest memory", opened, MEMORY_LIMIT, "MB"))
            rows.append(row(f"{seconds:.0f} s until the cloud is there: of a plain read into memory", seconds / plain, "", "x"))
            if kind == "npy":
                rows.append(row("the same with torch, a step and the place of every sample", trained, "", "MB"))
    report(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
