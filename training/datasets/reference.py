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

SOUNDS = frozenset((".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff"))
"""Endings of files that are sounds."""

Option = str | int | float | bool


@dataclass(frozen=True)
class DatasetRef:
    """kind: one of KINDS; path: a file or folder, empty for what is built in; options: settings of the reader."""

    kind: str
    path: str = ""
    options: Mapping[str, Option] = field(default_factory=dict)
