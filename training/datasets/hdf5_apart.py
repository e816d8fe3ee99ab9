"""HDF5 in a process of its own. Over a damaged file its library loops, takes gigabytes or crashes, which nobody can catch.

So it runs where the system ends it, and what it read comes back through a pipe, as JSON and plain arrays that are checked before
anything is allocated. What is read there is in h5ad_parts.py.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from ...core import outside_json
from ...core.errors import DataError
from .. import orphan
from .guard import check_promise
from .options import Options

COMMAND = "read-h5ad"
"""The trainer's own command for it (cli.py)."""
MEMORY, MEMORY_A_BYTE = 768 * 2**20, 300
"""Bytes that reading may take, and more for each byte of the file: twice what guard.py lets a file unpack to."""
SECONDS, SECONDS_A_MEGABYTE = 7, 2
"""Of processor time, beyond what loading the libraries took."""
MOST_TOLD = 2**31
ENTRY = Path(__file__).resolve().parents[1]
"""What Python is to run: the trainer."""
Array = np.ndarray[Any, Any]


@contextmanager
def asked(path: Path, options: Options, whole: bool) -> Iterator[tuple[dict[str, Any], IO[bytes]]]:
    """(what the child says of the file, the stream its arrays follow in). whole: with them.

    Raises DataError: what the child refused, or that it came to a bad end.
    """
    command = [sys.executable, *(["-I"] if sys.flags.isolated else []), str(ENTRY)]
    command += [COMMAND, str(path), json.dumps(options.as_dict()), str(int(whole))]
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    alone = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # each thread would take memory of its own
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, creationflags=hidden, env=alone)
    assert child.stdout is not None
    try:
        told = heard(child.stdout)
        if "refused" in told:
            raise DataError(str(told["refused"]))
        yield told, child.stdout
    except (EOFError, ValueError, KeyError, TypeError, RecursionError) as error:
        child.kill()  # it talks nonsense, or has ended
        raise DataError(
            "{name} is damaged (HDF5 came to a bad end over it, or took too long); save it again.", name=path.name
        ) from error
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def heard(stream: IO[bytes]) -> dict[str, Any]:
    """The child's JSON. Raises EOFError or ValueError."""
    length = int.from_bytes(exactly(stream, 8), "little")
    if length > MOST_TOLD:
        raise ValueError(length)
    told = outside_json.parse(exactly(stream, length).decode())
    if not isinstance(told, dict):
        raise ValueError(told)
    return told


def exactly(stream: IO[bytes], count: int) -> bytes:
    """So many bytes. Raises EOFError."""
    data = stream.read(count)
    if len(data) < count:
        raise EOFError(count)
    return data


def array(stream: IO[bytes], shape: tuple[int, ...], path: Path) -> Array:
    """The next array, which is to have this shape and hold numbers. Raises ValueError, EOFError, DataError."""
    np.lib.format.read_magic(stream)
    found, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    if found != shape or fortran or dtype.kind not in "fiub":
        raise ValueError(found)
    size = dtype.itemsize * int(np.prod(shape, dtype=np.int64))
    check_promise(size, path.stat().st_size, path.name)
    values = np.empty(shape, dtype=dtype)
    into = values.reshape(-1).view(np.uint8).data
    done = 0
    while done < size:
        taken = stream.readinto(into[done : done + 2**24])  # type: ignore[attr-defined]
        if not taken:
            raise EOFError(size)
        done += taken
    return values


def serve(path: str, options: str, whole: str) -> int:
    """The child: read, and tell it on stdout."""
    from . import h5ad_parts

    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    orphan.watch()
    arrays: list[Array] = []
    try:
        h5ad_parts.libraries()
        limit(Path(path))
        told, arrays = h5ad_parts.parts(Path(path), Options.from_mapping(json.loads(options)), whole == "1")
    except DataError as error:
        told = {"refused": error.sentence}
    except MemoryError:
        return 1
    said = json.dumps(told).encode()
    out.write(len(said).to_bytes(8, "little") + said)
    for values in arrays:
        np.lib.format.write_array_header_1_0(out, np.lib.format.header_data_from_array_1_0(values))
        out.write(values.reshape(-1).view(np.uint8).data)
    out.close()
    return 0


def limit(path: Path) -> None:
    """Have the system end this process where reading takes more than the file can be worth. Windows has no such limits."""
    if sys.platform == "win32":
        return
    import resource

    size, spent = path.stat().st_size, math.ceil(time.process_time())
    memory, seconds = MEMORY + MEMORY_A_BYTE * size, spent + SECONDS + SECONDS_A_MEGABYTE * size // 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
