"""What TensorFlow's Embedding Projector reads: tensors.tsv, metadata.tsv, sprite.png and the file that names them."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np

from ...core.text import printable
from ..cells import safe
from ..datasets.dataset import Progress
from ..datasets.guard import library
from ..run_view import RunView
from .tiles import tile_pictures

LARGEST_SIDE = 8192


def write(view: RunView, target: Path, progress: Progress) -> str:
    """Write the newest recorded epoch as a folder that the Projector (or TensorBoard, as its log folder) opens."""
    positions, prediction, confidence = view.newest()
    target.mkdir(parents=True, exist_ok=True)
    np.savetxt(target / "tensors.tsv", positions, delimiter="\t", fmt="%.9g")
    with (target / "metadata.tsv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(
            stream, delimiter="\t", quoting=csv.QUOTE_NONE, escapechar="\\", lineterminator="\n"
        )
        writer.writerow(["name", "label", "prediction", "confidence", "id"])
        for sample, name in enumerate(view.names):
            label, guess = view.name_of(int(view.labels[sample])), view.name_of(int(prediction[sample]))
            texts = [safe(printable(text)) for text in (name, label, guess)]
            writer.writerow([*texts, f"{confidence[sample]:.4f}", safe(printable(view.ids[sample]))])
    files = {"tensorPath": "tensors.tsv", "metadataPath": "metadata.tsv"}
    embedding: dict[str, object] = {
        "tensorName": view.meta["description"]["source"],
        "tensorShape": list(positions.shape),
        **files,
    }
    pictures = tile_pictures(view)
    if pictures:
        px = write_sprite(pictures, len(positions), target / "sprite.png")
        embedding["sprite"] = {"imagePath": "sprite.png", "singleImageDim": [px, px]}
    (target / "projector_config.json").write_text(
        json.dumps({"embeddings": [embedding]}, indent=1), encoding="utf-8"
    )
    proto = ['embeddings {\n  tensor_path: "tensors.tsv"\n  metadata_path: "metadata.tsv"\n']
    if pictures:
        proto.append(
            f'  sprite {{\n    image_path: "sprite.png"\n    single_image_dim: {px}\n    single_image_dim: {px}\n  }}\n'
        )
    (target / "projector_config.pbtxt").write_text("".join([*proto, "}\n"]), encoding="utf-8")
    return f"Wrote {len(positions):,} points for the Projector to {target.name}"


def write_sprite(pictures: dict[int, object], count: int, path: Path) -> int:
    """Write all pictures as one square grid, row by row, without gaps. Returns the side of one picture."""
    image = library("PIL.Image", "images", "Writing the sprite")
    columns = math.ceil(math.sqrt(count))
    px = min(next(iter(pictures.values())).size[0], LARGEST_SIDE // columns)  # type: ignore[attr-defined]
    sheet = image.new("RGB", (columns * px, columns * px))
    for sample, picture in pictures.items():
        row, column = divmod(sample, columns)
        small = picture if picture.size == (px, px) else picture.resize((px, px))  # type: ignore[attr-defined]
        sheet.paste(small, (column * px, row * px))
    sheet.save(path)
    return int(px)
