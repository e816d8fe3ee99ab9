"""Reads a data frame of numbers and factors from R's .rda, enough of the format for that. Standard library only.

The format is R's own ("Serialization Formats" in R Internals), version 2, XDR: big-endian, an item's type in its low byte.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
from pathlib import Path
from typing import Any

NIL, REFERENCE, SYMBOL, PAIRS, CHARS, LOGICAL, INTEGER, REAL, TEXTS, VECTOR = 254, 255, 1, 2, 9, 10, 13, 14, 16, 19
PACKED = {b"\x1f\x8b": gzip.decompress, b"BZ": bz2.decompress, b"\xfd7": lzma.decompress}


class Frame(list[Any]):
    """A vector with R's attributes (names, levels, class)."""

    attributes: dict[str, Any]


class Reader:
    """Items one after the other."""

    def __init__(self, data: bytes) -> None:
        if data[:7] != b"RDX2\nX\n":
            raise ValueError("no .rda of version 2")
        self.data, self.place = data, 7 + 12
        self.symbols: list[str] = []

    def numbers(self, code: str, count: int) -> tuple[Any, ...]:
        """So many big-endian numbers."""
        size = struct.calcsize(code) * count
        self.place += size
        return struct.unpack(f">{count}{code}", self.data[self.place - size : self.place])

    def item(self) -> Any:
        """The next item."""
        flags = self.numbers("i", 1)[0]
        kind, has_attributes, has_tag = flags & 255, flags & 512, flags & 1024
        if kind == NIL:
            return None
        if kind == REFERENCE:
            return self.symbols[(flags >> 8) - 1]
        if kind == SYMBOL:
            self.symbols.append(self.item())
            return self.symbols[-1]
        if kind == PAIRS:
            before = self.item() if has_attributes else None
            name = self.item() if has_tag else ""
            assert before is None
            return {name: self.item()} | (self.item() or {})
        length = self.numbers("i", 1)[0]
        if kind == CHARS:
            self.place += max(0, length)
            return self.data[self.place - max(0, length) : self.place].decode("utf-8")
        if kind in (LOGICAL, INTEGER, REAL):
            found = Frame(self.numbers("d" if kind == REAL else "i", length))
        elif kind in (TEXTS, VECTOR):
            found = Frame(self.item() for _ in range(length))
        else:
            raise ValueError(f"an item of type {kind}, which a data frame does not hold")
        found.attributes = self.item() if has_attributes else {}
        return found


def data_frame(path: Path) -> dict[str, list[Any]]:
    """Columns by name of the one data frame in a file; factors come as their levels' names."""
    packed = path.read_bytes()
    unpack = PACKED.get(packed[:2], bytes)
    (frame,) = Reader(unpack(packed)).item().values()
    columns = {}
    for name, values in zip(frame.attributes["names"], frame, strict=True):
        levels = values.attributes.get("levels")
        columns[name] = [levels[value - 1] for value in values] if levels else list(values)
    return columns
