"""Files that are wrong, one maker each: what a user may meet, and what somebody hostile may send."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path

import numpy as np

RNG = np.random.default_rng(0)
GOOD = "name,a,b,label\n" + "".join(f"s{n},{n},{n % 5},{'xy'[n % 2]}\n" for n in range(20))


def text(name: str, content: str, encoding: str = "utf-8"):
    def make(folder: Path) -> Path:
        (folder / name).write_text(content, encoding=encoding)
        return folder / name

    return make


def raw(name: str, content: bytes):
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def array(name: str, **arrays):
    def make(folder: Path) -> Path:
        if name.endswith(".npy"):
            np.save(folder / name, arrays["x"])
        else:
            np.savez(folder / name, **arrays)
        return folder / name

    return make


def missing(folder: Path) -> Path:
    return folder / "gone.csv"


def objects(folder: Path) -> Path:
    with (folder / "objects.npy").open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, {"descr": "|O", "fortran_order": False, "shape": (3,)})
        stream.write(b"cbuiltins\nexec\n(S'raise SystemExit(\"unpickled\")'\ntR.")
    return folder / "objects.npy"


def lying_npy(folder: Path) -> Path:
    with (folder / "lying.npy").open("wb") as stream:
        np.lib.format.write_array_header_1_0(
            stream, {"descr": "<f8", "fortran_order": False, "shape": (2**40, 64)}
        )
        stream.write(b"\0" * 100)
    return folder / "lying.npy"


def npz_bomb(folder: Path) -> Path:
    """2 GB of zeros in 2 MB."""
    header = (
        b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (524288, 1024), }".ljust(
            127
        )
        + b"\n"
    )
    with (
        zipfile.ZipFile(folder / "bomb.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("x.npy", "w", force_zip64=True) as member,
    ):
        member.write(header)
        for _ in range(128):
            member.write(bytes(2**24))
    return folder / "bomb.npz"


def truncated_npz(folder: Path) -> Path:
    path = array("cut.npz", x=RNG.normal(size=(50, 3)))(folder)
    path.write_bytes(path.read_bytes()[:-60])
    return path


def fifo(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.csv")
    return folder / "pipe.csv"


def device(folder: Path) -> Path:
    os.mknod(folder / "zero.csv", 0o20666, os.makedev(1, 5))
    return folder / "zero.csv"


def loop(folder: Path) -> Path:
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    return folder / "loop.csv"


def strange_name(name: str):
    def make(folder: Path) -> Path:
        (folder / name).write_text("a,b\n1,2\n1\n", encoding="utf-8")
        return folder / name

    return make


def long_name(folder: Path) -> Path:
    path = folder / ("n" * 246 + ".csv")
    path.write_text("a,b\n1,2\n1\n", encoding="utf-8")
    return path


def no_permission(folder: Path) -> Path:
    path = text("secret.csv", GOOD)(folder)
    path.chmod(0)
    return path


def many_columns(folder: Path) -> Path:
    line = ",".join(["1"] * 1_000_000)
    (folder / "wide.csv").write_text(f"{line}\n{line}\n{line}\n", encoding="utf-8")
    return folder / "wide.csv"


def wide_npy(folder: Path) -> Path:
    np.save(folder / "wide.npy", np.zeros((3, 1_000_000), dtype=np.uint8))
    return folder / "wide.npy"


def parquet_bomb(folder: Path) -> Path:
    """A million rows of 1,500 columns that all hold one number: some MB on disk, 6 GB in memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    column = pa.array(np.zeros(1_000_000, dtype=np.float32))
    schema = pa.schema([(f"c{n}", pa.float32()) for n in range(1500)])
    with pq.ParquetWriter(folder / "bomb.parquet", schema, compression="zstd") as writer:
        writer.write_table(pa.Table.from_arrays([column] * 1500, schema=schema))
    return folder / "bomb.parquet"


def truncated_parquet(folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": RNG.normal(size=100)}), folder / "cut.parquet")
    (folder / "cut.parquet").write_bytes((folder / "cut.parquet").read_bytes()[:-40])
    return folder / "cut.parquet"


def damaged_parquet(folder: Path) -> Path:
    """The footer is whole, a page is not."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(
        pa.table({"a": RNG.normal(size=4000)}),
        folder / "page.parquet",
        compression="zstd",
        write_page_checksum=True,
    )
    data = bytearray((folder / "page.parquet").read_bytes())
    data[200:9000] = bytes(8800)
    (folder / "page.parquet").write_bytes(bytes(data))
    return folder / "page.parquet"


def idx_file(name: str, shape: tuple[int, ...], data: bytes):
    return raw(name, b"\0\0\x08" + bytes([len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + data)


def idx_other_length(folder: Path) -> Path:
    idx_file("t-labels-idx1-ubyte", (7,), bytes(7))(folder)
    return idx_file("t-images-idx3-ubyte", (9, 4, 4), bytes(144))(folder)


def idx_gzip_bomb(folder: Path) -> Path:
    import gzip

    with gzip.open(folder / "bomb-images-idx3-ubyte.gz", "wb", compresslevel=9) as stream:
        stream.write(b"\0\0\x08\x03" + struct.pack(">3I", 40_000, 200, 200))
        for _ in range(100):
            stream.write(bytes(2**24))
    return folder / "bomb-images-idx3-ubyte.gz"


def late_text(folder: Path) -> Path:
    rows = "".join(f"{n},{n % 3}\n" for n in range(300_000))
    return text("late.csv", f"a,b\n{rows}oops,1\n")(folder)
