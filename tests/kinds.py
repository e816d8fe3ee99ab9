"""Real files of every kind of data, small: three kinds of thing that differ, some of them labelled.

Used by the unit tests, and as a script by the Blender tests, whose Python has none of the libraries that write these:
PYTHON tests/kinds.py FOLDER
"""

from __future__ import annotations

import csv
import gzip
import json
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from kind_samples import COUNT, NAMES, label, pixels, sentence, sound, truth, vectors


def write_table(path: Path, separator: str = ",") -> Path:
    x = vectors(3)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, delimiter=separator)
        writer.writerow(["id", "height", "width", "weight", "soil", "seen", "label"])
        for n in range(COUNT):
            gap = "" if n == 5 else f"{x[n, 2]:.3f}"
            day = f"2024-0{1 + n % 9}-1{n % 10}"
            writer.writerow(
                [f"tree-{n}", f"{x[n, 0]:.3f}", f"{x[n, 1]:.3f}", gap, ("clay", "sand")[n % 2], day, label(n)]
            )
    return path


def csv_table(folder: Path) -> Path:
    return write_table(folder / "trees.csv")


def tsv_table(folder: Path) -> Path:
    return write_table(folder / "trees.tsv", "\t")


def parquet(folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    x = vectors(3)
    columns = {"height": x[:, 0], "width": x[:, 1].astype(np.float32), "tall": x[:, 0] > 0}
    columns |= {"vector": pa.array(vectors().tolist()), "label": [label(n) or None for n in range(COUNT)]}
    pq.write_table(pa.table(columns), folder / "trees.parquet")
    return folder / "trees.parquet"


def arrays(folder: Path) -> Path:
    given = np.array([label(n) for n in range(COUNT)])
    np.savez(folder / "trees.npz", x=vectors(), y=given, ids=np.array([f"t{n}" for n in range(COUNT)]))
    return folder / "trees.npz"


def embeddings(folder: Path) -> Path:
    """Embeddings with coordinates that somebody computed before."""
    np.savez(
        folder / "embedded.npz",
        embeddings=vectors(20).astype(np.float32),
        positions=vectors(3).astype(np.float32),
    )
    return folder / "embedded.npz"


def idx(folder: Path) -> Path:
    path = folder / "trees-images-idx3-ubyte.gz"
    with gzip.open(path, "wb") as stream:
        stream.write(b"\0\0\x08\x03" + struct.pack(">3I", COUNT, 12, 12) + pixels().tobytes())
    with open(folder / "trees-labels-idx1-ubyte", "wb") as stream:
        stream.write(b"\0\0\x08\x01" + struct.pack(">I", COUNT) + truth().astype(np.uint8).tobytes())
    return path


def images(folder: Path) -> Path:
    """Grey, colour, 16 bit, with alpha, turned by EXIF."""
    from PIL import Image

    root = folder / "pictures"
    for n, picture in enumerate(pixels(16)):
        place = root / (label(n) or "unlabelled")
        place.mkdir(parents=True, exist_ok=True)
        image = Image.fromarray(picture)
        if n % 5 == 1:
            image = image.convert("RGB")
        elif n % 5 == 2:
            image = Image.fromarray(picture.astype(np.uint16) * 257)
        elif n % 5 == 3:
            image = image.convert("RGBA")
        if n % 5 == 4:
            exif = Image.Exif()
            exif[0x0112] = 6
            image.rotate(90).save(place / f"{n}.jpg", exif=exif, quality=95)
        else:
            image.save(place / f"{n}.png")
    return root


def audio(folder: Path) -> Path:
    """Four formats, two rates, one and two channels."""
    import soundfile

    root = folder / "sounds"
    for n in range(COUNT):
        place = root / (label(n) or "unlabelled")
        place.mkdir(parents=True, exist_ok=True)
        rate = (16_000, 22_050)[n % 5 == 0]
        samples = sound(n, rate)
        samples = np.stack([samples, samples * 0.5], axis=1) if n % 4 == 1 else samples
        soundfile.write(place / f"{n}.{('wav', 'flac', 'ogg', 'mp3')[n % 4]}", samples, rate)
    return root


def text_lines(folder: Path) -> Path:
    (folder / "trees.txt").write_text("\n".join(sentence(n) for n in range(COUNT)) + "\n", encoding="utf-8")
    return folder / "trees.txt"


def text_jsonl(folder: Path) -> Path:
    rows = [{"id": n, "text": sentence(n), "label": label(n)} for n in range(COUNT)]
    (folder / "trees.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder / "trees.jsonl"


def text_csv(folder: Path) -> Path:
    with (folder / "sentences.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "label"])
        writer.writerows([sentence(n), label(n)] for n in range(COUNT))
    return folder / "sentences.csv"


def text_files(folder: Path) -> Path:
    for n in range(COUNT):
        place = folder / "texts" / (label(n) or "unlabelled")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{n}.txt").write_text(sentence(n), encoding="utf-8")
    return folder / "texts"


def huggingface(folder: Path) -> Path:
    import datasets
    from PIL import Image

    features = datasets.Features({"image": datasets.Image(), "label": datasets.ClassLabel(names=list(NAMES))})
    rows = {
        "image": [Image.fromarray(p) for p in pixels(16)],
        "label": [n % 3 if n % 2 == 0 else -1 for n in range(COUNT)],
    }
    datasets.disable_progress_bars()
    datasets.DatasetDict({"train": datasets.Dataset.from_dict(rows, features=features)}).save_to_disk(
        folder / "forest"
    )
    return folder / "forest"


def huggingface_text(folder: Path) -> Path:
    import datasets

    datasets.disable_progress_bars()
    rows = {"text": [sentence(n) for n in range(COUNT)], "label": [label(n) or None for n in range(COUNT)]}
    datasets.Dataset.from_dict(rows).save_to_disk(folder / "words")
    return folder / "words"


def huggingface_audio(folder: Path) -> Path:
    """Written as `datasets` writes an Audio column, whose own writer needs a further library."""
    import io

    import datasets
    import soundfile

    datasets.disable_progress_bars()
    rows = []
    for n in range(COUNT):
        stream = io.BytesIO()
        soundfile.write(stream, sound(n, 16_000), 16_000, format="FLAC")
        rows.append({"bytes": stream.getvalue(), "path": f"{n}.flac"})
    stored = {"bytes": datasets.Value("binary"), "path": datasets.Value("string")}
    features = datasets.Features({"audio": stored, "label": datasets.ClassLabel(names=list(NAMES))})
    data = datasets.Dataset.from_dict(
        {"audio": rows, "label": [n % 3 for n in range(COUNT)]}, features=features
    )
    data = data.cast_column("audio", datasets.Audio(decode=False))
    data.save_to_disk(folder / "calls")
    return folder / "calls"


def huggingface_table(folder: Path) -> Path:
    """Columns of numbers and of vectors; the label is a ClassLabel of another name than usual."""
    import datasets

    datasets.disable_progress_bars()
    x = vectors(2)
    rows = {"height": x[:, 0].tolist(), "vector": vectors().tolist(), "species": [n % 3 for n in range(COUNT)]}
    features = datasets.Features(
        {
            "height": datasets.Value("float32"),
            "vector": datasets.Sequence(datasets.Value("float32")),
            "species": datasets.ClassLabel(names=list(NAMES)),
        }
    )
    datasets.Dataset.from_dict(rows, features=features).save_to_disk(folder / "columns")
    return folder / "columns"


def h5ad(folder: Path) -> Path:
    import anndata
    import pandas
    import scipy.sparse

    obs = pandas.DataFrame({"cell_type": pandas.Categorical([label(n) or None for n in range(COUNT)])})
    obs.index = [f"cell{n}" for n in range(COUNT)]
    counts = scipy.sparse.csr_matrix(np.maximum(0, vectors(30)).astype(np.float32))
    data = anndata.AnnData(X=counts, obs=obs, obsm={"X_pca": vectors(8), "X_umap": vectors(2)})
    data.write_h5ad(folder / "cells.h5ad", compression="gzip")
    return folder / "cells.h5ad"


def projector(folder: Path) -> Path:
    root = folder / "projector"
    root.mkdir(exist_ok=True)
    np.savetxt(root / "tensors.tsv", vectors(), delimiter="\t", fmt="%.5f")
    rows = [f"tree {n}\t{label(n)}\n" for n in range(COUNT)]
    (root / "metadata.tsv").write_text("name\tlabel\n" + "".join(rows), encoding="utf-8")
    return root / "tensors.tsv"


KINDS: dict[str, tuple[str, Callable[[Path], Path], dict[str, object]]] = {
    "arrays": ("auto", arrays, {}),
    "embeddings": ("auto", embeddings, {"scaling": "whole"}),
    "csv": ("auto", csv_table, {}),
    "tsv": ("auto", tsv_table, {}),
    "parquet": ("auto", parquet, {}),
    "idx": ("auto", idx, {}),
    "images": ("auto", images, {}),
    "audio": ("auto", audio, {}),
    "audio windows": ("audio", audio, {"window": 0.2}),
    "text lines": ("auto", text_lines, {}),
    "text jsonl": ("auto", text_jsonl, {}),
    "text csv": ("text", text_csv, {}),
    "text files": ("auto", text_files, {}),
    "text, local embedding": ("text", text_jsonl, {"embedding": "wordllama"}),
    "huggingface images": ("auto", huggingface, {}),
    "huggingface text": ("auto", huggingface_text, {}),
    "huggingface audio": ("auto", huggingface_audio, {}),
    "huggingface table": ("auto", huggingface_table, {}),
    "h5ad": ("auto", h5ad, {}),
    "h5ad genes": ("anndata", h5ad, {"layer": "X", "coordinates": "X_umap"}),
    "projector": ("auto", projector, {}),
}
"""By name: the kind that is asked for, what makes the files and returns the path to open, the reader's options."""


def make_all(folder: Path) -> dict[str, dict[str, object]]:
    """Files of every kind below a folder: how to open each."""
    made = {}
    for name, (kind, make, options) in KINDS.items():
        place = folder / name.replace(" ", "-").replace(",", "")
        place.mkdir(parents=True)
        made[name] = {"kind": kind, "path": str(make(place)), "options": options}
    return made


if __name__ == "__main__":
    target = Path(sys.argv[1])
    (target / "kinds.json").write_text(json.dumps(make_all(target)), encoding="utf-8")
