"""Files that are wrong, one maker each: what a user may meet, and what somebody hostile may send."""

from __future__ import annotations

import json
import os
import struct
import zipfile
import zlib
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
        np.lib.format.write_array_header_1_0(stream, {"descr": "<f8", "fortran_order": False, "shape": (2**40, 64)})
        stream.write(b"\0" * 100)
    return folder / "lying.npy"


def npz_bomb(folder: Path) -> Path:
    """2 GB of zeros in 2 MB."""
    header = b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (524288, 1024), }".ljust(127) + b"\n"
    with zipfile.ZipFile(folder / "bomb.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        with archive.open("x.npy", "w", force_zip64=True) as member:
            member.write(header)
            for _ in range(128):
                member.write(bytes(2**24))
    return folder / "bomb.npz"


def truncated_npz(folder: Path) -> Path:
    path = array("cut.npz", x=RNG.normal(size=(50, 3)))(folder)
    path.write_bytes(path.read_bytes()[:-60])
    return path


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def picture_bomb(folder: Path) -> Path:
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(png(60_000, 60_000))
    return folder


def good_pictures(folder: Path, count: int = 4) -> Path:
    from PIL import Image

    for n in range(count):
        Image.fromarray(RNG.integers(0, 255, (20, 20), dtype=np.uint8)).save(folder / f"{n}.png")
    return folder


def truncated_picture(folder: Path) -> Path:
    good_pictures(folder)
    whole = (folder / "1.png").read_bytes()
    (folder / "1.png").write_bytes(whole[: len(whole) // 2])
    return folder


def empty_picture(folder: Path) -> Path:
    good_pictures(folder)
    (folder / "2.png").write_bytes(b"")
    return folder


def one_picture(folder: Path) -> Path:
    return good_pictures(folder, 1)


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


def no_permission_folder(folder: Path) -> Path:
    inside = folder / "secret"
    inside.mkdir()
    good_pictures(inside)
    inside.chmod(0)
    return inside


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

    pq.write_table(pa.table({"a": RNG.normal(size=4000)}), folder / "page.parquet", compression="zstd", write_page_checksum=True)
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


def wav(frames: int, samples: bytes, rate: int = 8000) -> bytes:
    head = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    return b"RIFF" + struct.pack("<I", 36 + frames * 2) + head + b"data" + struct.pack("<I", frames * 2) + samples


def tone(length: int = 4000) -> bytes:
    return (np.sin(np.arange(length) / 9) * 9000).astype("<i2").tobytes()


def sounds(**files: bytes):
    def make(folder: Path) -> Path:
        (folder / "good.wav").write_bytes(wav(4000, tone()))
        for name, content in files.items():
            (folder / f"{name}.wav").write_bytes(content)
        return folder

    return make


def cut_flac(folder: Path) -> Path:
    import soundfile

    sounds()(folder)
    soundfile.write(folder / "cut.flac", RNG.normal(0, 0.1, 80_000), 8000)
    whole = (folder / "cut.flac").read_bytes()
    (folder / "cut.flac").write_bytes(whole[: len(whole) // 4])
    return folder


def endless_sound(folder: Path) -> Path:
    """Forty hours of silence in a small FLAC."""
    import soundfile

    sounds()(folder)
    with soundfile.SoundFile(folder / "endless.flac", "w", 8000, 1) as stream:
        for _ in range(150):
            stream.write(np.zeros(2_000_000, dtype=np.int16))
    return folder


def not_finite_sound(folder: Path) -> Path:
    import soundfile

    sounds()(folder)
    samples = np.zeros(4000, dtype=np.float32)
    samples[7] = np.nan
    soundfile.write(folder / "nan.wav", samples, 8000, subtype="FLOAT")
    return folder


def hf(folder: Path, **changes) -> Path:
    from kinds import huggingface_text

    path = huggingface_text(folder)
    for name, content in changes.items():
        next(path.glob(name.replace("_", "*"))).write_bytes(content)
    return path


def hf_damaged(folder: Path) -> Path:
    from kinds import huggingface_text

    path = huggingface_text(folder)
    shard = next(path.glob("*.arrow"))
    shard.write_bytes(shard.read_bytes()[:300])
    return path


def hf_json(folder: Path) -> Path:
    from kinds import huggingface_text

    path = huggingface_text(folder)
    (path / "dataset_info.json").write_text("[" * 200_000)
    return path


def hf_outside(folder: Path) -> Path:
    from kinds import huggingface

    path = huggingface(folder)
    (path / "dataset_dict.json").write_text(json.dumps({"splits": ["../../etc"]}))
    return path


def h5_external(folder: Path) -> Path:
    import h5py

    with h5py.File(folder / "other.h5", "w") as file:
        file["x"] = np.zeros((5, 2))
    with h5py.File(folder / "linked.h5ad", "w") as file:
        file["X"] = h5py.ExternalLink(str(folder / "other.h5"), "x")
    return folder / "linked.h5ad"


def projector(vectors: str, metadata: str):
    def make(folder: Path) -> Path:
        (folder / "tensors.tsv").write_text(vectors)
        (folder / "metadata.tsv").write_text(metadata)
        return folder / "tensors.tsv"

    return make


def late_text(folder: Path) -> Path:
    rows = "".join(f"{n},{n % 3}\n" for n in range(300_000))
    return text("late.csv", f"a,b\n{rows}oops,1\n")(folder)


# name: (what makes it, the kind that is asked for, words that the sentence holds)
WRONG = {
    "missing": (missing, "auto", "There is nothing at"),
    "empty file": (raw("empty.csv", b""), "auto", "empty (0 bytes)"),
    "header only": (text("head.csv", "a,b,c\n"), "auto", "holds 0 samples"),
    "empty folder": (lambda folder: folder, "auto", "holds no pictures, sounds or texts"),
    "one sample": (text("one.csv", "a,b\n1,2\n"), "auto", "holds 1 sample; a cloud needs at least 2"),
    "one picture": (one_picture, "auto", "holds 1 sample"),
    "one line": (text("one.txt", "hello world\n"), "auto", "holds 1 sample"),
    "one vector": (array("one.npy", x=np.zeros((1, 4))), "auto", "holds 1 sample"),
    "nan": (array("nan.npy", x=np.array([[0, 1], [2, np.nan], [3, 4]])), "auto", "nan in row 1, column 1"),
    "inf": (array("inf.npz", x=np.array([[0, 1], [2, 3], [np.inf, 4]])), "auto", "inf in row 2, column 0"),
    "inf in a table": (text("inf.csv", "a,b\n1,2\n2,inf\n3,4\n"), "auto", "column 'b', row 3 holds inf"),
    "ragged rows": (text("ragged.csv", "a,b,c\n1,2,3\n4,5\n6,7,8\n"), "auto", "has 2 cells where 3 belong"),
    "text among numbers": (
        text("ages.csv", "a,b\n" + "".join(f"{n},{n}\n" for n in range(9)) + "twelve,1\n"),
        "auto",
        "column 'a', row 11 holds 'twelve', and 9 other rows hold numbers",
    ),
    "text late in a long file": (late_text, "auto", "column 'a', row 300002 holds 'oops'"),
    "formula among numbers": (
        text("sum.csv", "a,b\n" + "".join(f"{n},{n}\n" for n in range(9)) + '"=SUM(A1:A9)",1\n'),
        "auto",
        "row 11 holds '=SUM(A1:A9)'",
    ),
    "nothing but texts": (text("t.csv", "a,b\n" + "".join(f"x{n},y{n}\n" for n in range(90))), "auto", "none of its 2 columns can be used"),
    "objects": (objects, "auto", "never loaded"),
    "truncated npz": (truncated_npz, "auto", "damaged"),
    "lying npy": (lying_npy, "auto", "cut off"),
    "npz bomb": (npz_bomb, "auto", "decompression bomb"),
    "picture bomb": (picture_bomb, "auto", "a.png says it has over 64,000,000 pixels"),
    "truncated picture": (truncated_picture, "auto", "1.png is damaged or cut off"),
    "empty picture": (empty_picture, "auto", "2.png cannot be read"),
    "fifo": (fifo, "auto", "a pipe or a device; it is not opened"),
    "device": (device, "auto", "a pipe or a device; it is not opened"),
    "link in a circle": (loop, "auto", "cannot be read"),
    "newline in a name": (strange_name("two\nlines.csv"), "auto", "two\\nlines.csv: row 3 has 1 cell where 2 belong"),
    "terminal escape in a name": (strange_name("\x1b[31mred\x07.csv"), "auto", "\\x1b[31mred\\x07.csv"),
    "right-to-left override in a name": (strange_name("gnp\u202excod.csv"), "auto", "\\u202excod.csv"),
    "long name": (long_name, "auto", "has 1 cell where 2 belong"),
    "no permission": (no_permission, "auto", "check its permissions"),
    "no permission for a folder": (no_permission_folder, "auto", "check its permissions"),
    "labels of another length": (array("l.npz", x=np.zeros((4, 2)), y=np.zeros(3)), "auto", "one label a sample"),
    "metadata of another length": (projector("1\t2\n3\t4\n5\t6\n", "a\nb\n"), "auto", "3 vectors and metadata.tsv 2 rows"),
    "idx labels of another length": (idx_other_length, "auto", "9 samples and t-labels-idx1-ubyte 7 labels"),
    "duplicate ids": (text("ids.csv", "id,a\n1,2\n2,3\n1,4\n"), "auto", "gives the id '1' to two samples"),
    "duplicate columns": (text("cols.csv", "a,a\n1,2\n2,3\n"), "auto", "two columns named 'a'"),
    "wrong encoding": (text("latin.csv", "größe,b\n1,2\n3,4\n", "latin-1"), "auto", "is not utf-8 text"),
    "wrong encoding late": (raw("late.txt", b"one two\n" * 9 + b"\xff\xfe\n"), "auto", "is not utf-8 text (line 10)"),
    "binary in a table": (raw("bin.csv", b"a,b\0\0\n1,2\n"), "auto", "zero bytes"),
    "a million columns": (many_columns, "auto", "1,000,000 columns"),
    "a million features": (wide_npy, "auto", "1,000,000 columns"),
    "parquet bomb": (parquet_bomb, "auto", "decompression bomb"),
    "truncated parquet": (truncated_parquet, "auto", "damaged or no Parquet file"),
    "damaged parquet": (damaged_parquet, "auto", "damaged or no Parquet file"),
    "no parquet": (raw("x.parquet", b"hello" * 20), "auto", "damaged or no Parquet file"),
    "lying idx": (idx_file("t.idx3-ubyte", (2**31, 28, 28), bytes(100)), "auto", "cut off: its header says"),
    "truncated idx": (idx_file("t.idx3-ubyte", (90, 4, 4), bytes(100)), "auto", "cut off"),
    "no idx": (raw("t.idx", b"hello" * 9), "auto", "no IDX file"),
    "idx gzip bomb": (idx_gzip_bomb, "auto", "decompression bomb"),
    "zero-length sound": (sounds(none=wav(0, b"")), "audio", "none.wav has no length"),
    "no sound": (sounds(noise=b"hello" * 90), "audio", "noise.wav cannot be read"),
    "empty sound": (sounds(empty=b""), "audio", "empty.wav cannot be read"),
    "truncated sound": (cut_flac, "audio", "cut.flac"),
    "endless sound": (endless_sound, "audio", "lasts 625 min, too long for one sample; set a window"),
    "sound that is not finite": (not_finite_sound, "audio", "nan.wav holds samples that are no finite numbers"),
    "no JSON": (text("x.jsonl", '{"text": "a b"}\n{"text": \n'), "auto", "line 2 is no JSON"),
    "deep JSON": (text("deep.jsonl", '{"text": "a b"}\n' + "[" * 100_000 + "\n"), "auto", "line 2 is"),
    "JSON without text": (text("x.jsonl", '{"text": "a b"}\n{"text": 7}\n'), "auto", "line 2 has no text"),
    "texts with nothing in common": (text("x.txt", "".join(f"w{n}x\n" for n in range(30))), "auto", "no words in common"),
    "damaged arrow": (hf_damaged, "auto", "damaged"),
    "deep description": (hf_json, "auto", "cannot be read"),
    "split outside": (hf_outside, "auto", "has no split"),
    "damaged h5ad": (raw("x.h5ad", b"\x89HDF\r\n\x1a\n" + bytes(200)), "auto", "damaged or no .h5ad file"),
    "h5ad that leads elsewhere": (h5_external, "auto", "lies in another file"),
    "vectors with a word": (projector("1\t2\n3\tx\n5\t6\n", "a\nb\nc\n"), "projector", "row 2, column 2 holds 'x'"),
    "unknown ending": (raw("x.xlsx", b"PK"), "auto", "no known kind"),
}


def silent_and_clipped(folder: Path) -> Path:
    loud = np.clip(np.sin(np.arange(4000) / 9) * 90_000, -32768, 32767).astype("<i2").tobytes()
    return sounds(silent=wav(4000, bytes(8000)), clipped=wav(4000, loud))(folder)


def links_and_pipes(folder: Path) -> Path:
    root = folder / "root"
    root.mkdir()
    good_pictures(root)
    os.mkfifo(root / "pipe.png")
    (root / "up").symlink_to(folder, target_is_directory=True)
    (root / "out.png").symlink_to("/etc/hostname")
    (root / "circle.png").symlink_to(root / "circle.png")
    return root


# what is odd but not wrong: it opens, and a note says it
ODD = {
    "links and pipes": (links_and_pipes, ("3 links out of the folder", "1 pipe or device left out")),
    "a class seen once": (text("c.csv", GOOD + "s20,4,4,lonely\n"), ("1 category with a single sample: lonely",)),
    "constant features": (array("c.npy", x=np.column_stack([np.ones(9), np.arange(9)])), ("1 constant column says nothing",)),
    "a constant column": (text("k.csv", "a,b\n" + "".join(f"{n},7\n" for n in range(9))), ("b: number, constant, says nothing",)),
    "silent and clipped sounds": (silent_and_clipped, ("1 silent (silent.wav)", "1 clipped (clipped.wav)")),
    "formulas in names": (text("f.csv", "name,a\n" + "".join(f'"=1+{n}",{n}\n' for n in range(9))), ("name from column 'name'",)),
}
