"""Writing a PNG with the standard library, for a trainer that runs without Pillow (PNG specification, RFC 2083)."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np

from ...core.arrays import UInt8Array


def write_png(path: Path, pixels: UInt8Array) -> None:
    """Write (H, W, 4) uint8 RGBA, first row at the top."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + width * 4), dtype=np.uint8)  # each row begins with its filter, 0: none
    rows[:, 1:] = pixels.reshape(height, width * 4)
    with path.open("wb") as stream:
        stream.write(b"\x89PNG\r\n\x1a\n")
        _chunk(stream, b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
        _chunk(stream, b"IDAT", zlib.compress(rows.tobytes(), 6))
        _chunk(stream, b"IEND", b"")


def _chunk(stream: object, kind: bytes, data: bytes) -> None:
    write = stream.write  # type: ignore[attr-defined]
    write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
