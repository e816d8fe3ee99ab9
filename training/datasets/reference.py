"""Which data set: a small value that travels from Blender to the trainer. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

KINDS = (
    "auto",
    "digits",
    "arrays",
    "table",
    "images",
    "audio",
    "text",
    "idx",
    "huggingface",
    "anndata",
    "projector",
)

PICTURES = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm"))
SOUNDS = frozenset((".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff"))
TEXTS = frozenset((".txt", ".text"))
"""Endings of files that are one sample of a folder; a text may also be a data set, a line a sample."""

CSV = frozenset((".csv", ".tsv", ".tab"))
PARQUET = frozenset((".parquet", ".pq"))
JSON_LINES = frozenset((".jsonl", ".ndjson"))
SUFFIXES = {
    **dict.fromkeys((".npy", ".npz"), "arrays"),
    **dict.fromkeys(CSV | PARQUET, "table"),
    **dict.fromkeys(TEXTS | JSON_LINES, "text"),
    ".h5ad": "anndata",
}
"""Endings of files that are a data set, and its kind."""

Option = str | int | float | bool


@dataclass(frozen=True)
class DatasetRef:
    """kind: one of KINDS; path: a file or folder, empty for what is built in; options: settings of the reader."""

    kind: str
    path: str = ""
    options: Mapping[str, Option] = field(default_factory=dict)
