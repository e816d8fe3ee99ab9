"""Inputs that are as they should be, small: what the changes begin with."""

from __future__ import annotations

import gzip
import io
import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

RNG = np.random.default_rng(0)


def frames() -> list[bytes]:
    from latent_lasso.core.categories import Category
    from latent_lasso.core.edits import LabelEdit
    from latent_lasso.training import frames as codec
    from latent_lasso.training import protocol
    from latent_lasso.training.datasets import DatasetRef

    some = np.arange(5, dtype=np.int32)
    edit = LabelEdit(
        "e", "g", "c", "MOUSE", "ASSIGN", some, some * 0, some * 0 + 1, 7, "ana", np.ones((4, 2), np.float32), np.eye(4),
        (640, 480), 1.25, 99.5,
    )  # fmt: skip
    messages: list[protocol.Message] = [
        protocol.Open("1", 1, "c", "/run", DatasetRef("arrays", "/x", {"k": 2}), {"seed": 3}),
        protocol.ApplyEdits([edit]),
        protocol.SetCategories("r", [Category(1, "a", (0.1, 0.2, 0.3))]),
        protocol.Snapshot(1, 0.5, {"loss": 2.0}, 3, RNG.normal(size=(5, 3)).astype(np.float32), some),
        protocol.Lease(10, 2.5),
        protocol.AskForces("r", some),
        protocol.Failed("STREAM", "It broke.", True),
        protocol.Close(),
    ]
    wires = [b"".join(bytes(piece) for piece in codec.encode(message)) for message in messages]
    return [*wires, b"".join(wires)]


def positions() -> list[bytes]:
    header = struct.Struct("<12siiffi")
    body = RNG.normal(size=(2, 6, 3)).astype("<f4").tobytes()
    return [
        header.pack(b"POINTCACHE2\0", 1, 6, 0.0, 1.0, 2) + body,
        header.pack(b"POINTCACHE2\0", 1, 6, 0.0, 1.0, 0),
    ]


def idx() -> list[bytes]:
    pixels = b"\0\0\x08\x03" + struct.pack(">3I", 6, 8, 8) + bytes(range(64)) * 6
    vectors = b"\0\0\x0d\x02" + struct.pack(">2I", 6, 3) + RNG.normal(size=(6, 3)).astype(">f4").tobytes()
    return [pixels, vectors]


def idx_gz() -> list[bytes]:
    return [gzip.compress(seed, 1) for seed in idx()]


def npy() -> list[bytes]:
    found = []
    for array in (
        RNG.normal(size=(6, 3)),
        RNG.integers(0, 255, (6, 8, 8, 3), dtype=np.uint8),
        np.asfortranarray(RNG.normal(size=(6, 3))),
    ):
        stream = io.BytesIO()
        np.save(stream, array)
        found.append(stream.getvalue())
    return found


def npz() -> list[bytes]:
    x, y = RNG.normal(size=(6, 3)).astype(np.float32), np.array(["a", "b"] * 3)
    found = []
    for more in ({}, {"y": y, "ids": np.arange(6), "names": y}, {"positions": x, "y": np.arange(6) % 2}):
        stream = io.BytesIO()
        np.savez(stream, x=x, **more)
        found.append(stream.getvalue())
    return found


def csv() -> list[bytes]:
    rows = "".join(f"s{n},{n}.5,2024-01-0{1 + n},{'xy'[n % 2]},\n" for n in range(6))
    return [
        f"name,a,day,label,gap\n{rows}".encode(),
        b"a;b\n1,5;2\n3,5;4\n5;6\n",
        b"\xff\xfe" + "a,b\n1,2\n3,4\n".encode("utf-16-le"),
    ]


def json_lines() -> list[bytes]:
    rows = [{"id": n, "text": f"the oak number {n} grows", "label": "ab"[n % 2]} for n in range(6)]
    return [
        "".join(json.dumps(row) + "\n" for row in rows).encode(),
        b'"one tree"\n"two trees"\n"three trees"\n',
    ]


def labels() -> list[bytes]:
    return [b"id,category\ns1,oak\ns2,pine\ns3,'=fern\n", b"id,name,label,step\n1,a,oak,3\n"]


def labels_json() -> list[bytes]:
    rows = [{"id": f"s{n}", "category": "oak"} for n in range(3)]
    return [json.dumps({"run": "x", "labels": rows}).encode(), json.dumps(rows).encode()]


def images() -> list[bytes]:
    from PIL import Image

    picture = Image.fromarray(RNG.integers(0, 255, (12, 12, 3), dtype=np.uint8))
    found = []
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"):
        stream = io.BytesIO()
        picture.save(stream, kind)
        found.append(stream.getvalue())
    stream = io.BytesIO()
    picture.convert("L").save(stream, "PNG")
    return [*found, stream.getvalue()]


def sounds() -> list[bytes]:
    import soundfile

    tone = (0.5 * np.sin(np.arange(1600) / 5)).astype(np.float32)
    found = []
    for kind in ("WAV", "FLAC", "OGG", "MP3"):
        stream = io.BytesIO()
        soundfile.write(stream, tone, 8000, format=kind)
        found.append(stream.getvalue())
    return found


def parquet() -> list[bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(
        pa.table({"a": RNG.normal(size=6), "label": ["x", "y"] * 3}), stream, write_page_checksum=True
    )
    return [stream.getvalue()]


def labels_parquet() -> list[bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(pa.table({"id": [f"s{n}" for n in range(6)], "category": ["oak", "pine"] * 3}), stream, write_page_checksum=True)
    return [stream.getvalue()]


def arrow() -> list[bytes]:
    import pyarrow as pa

    stream = io.BytesIO()
    table = pa.table({"a": RNG.normal(size=6), "label": ["x", "y"] * 3})
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    return [stream.getvalue()]


def described() -> list[bytes]:
    """What lies beside the shards of a Hugging Face folder."""
    return [b'{"features": {}}']


def h5ad() -> list[bytes]:
    """As small as anndata writes them."""
    import tempfile

    import anndata
    import pandas

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.h5ad")
        cells = pandas.DataFrame({"kind": ["x", "y"] * 3}, index=[f"c{n}" for n in range(6)])
        anndata.AnnData(RNG.normal(size=(6, 3)).astype(np.float32), obs=cells).write_h5ad(path)
        return [path.read_bytes()]


def make_run(folder: Path) -> Path:
    """A closed run with edits, categories and one recorded epoch."""
    from latent_lasso.core.categories import Category
    from latent_lasso.core.edits import LabelEdit
    from latent_lasso.training.store import RunStore

    ids = [f"s{n}" for n in range(6)]
    meta = {
        "dataset": {"kind": "digits", "path": "", "options": {}},
        "dataset_hash": "0" * 64,
        "description": {"kind": "vector", "source": "fuzz", "samples": 6, "shape": [3], "notes": []},
        "configuration": {},
    }
    store = RunStore.create(folder, ids, ids, np.full(6, -1, np.int32), meta)
    store.set_categories([Category(1, "oak", (0.1, 0.2, 0.3)), Category(2, "pine", (0.3, 0.2, 0.1))])
    some = np.arange(3, dtype=np.int32)
    for number in range(3):
        store.apply_edits(
            [
                LabelEdit(
                    f"e{number}",
                    "g",
                    "c",
                    "MOUSE",
                    "ASSIGN",
                    some + number,
                    some * 0,
                    some * 0 + 1 + number % 2,
                )
            ]
        )
    store.close()
    return folder


def databases() -> list[bytes]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return [(make_run(Path(folder, "run")) / "run.sqlite").read_bytes()]


def checkpoints() -> list[bytes]:
    from latent_lasso.training import checkpoints as kept

    torch = kept.torch  # imported by training alone

    stream = io.BytesIO()
    torch.save(
        {
            "network": {"a": torch.zeros(3, 2), "b": torch.arange(4)},
            "step": 3,
            "generator": torch.get_rng_state()[:64],
        },
        stream,
    )
    return [stream.getvalue()]


Seeds = Callable[[], list[bytes]]
