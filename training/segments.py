"""Positions by recorded epoch, in files that Blender's Mesh Cache modifier plays by itself. Standard library and numpy.

A segment is two PC2 files of the same number of points: NAME.pc2 with positions, NAME.state.pc2 whose x, y, z are the
label shown, the prediction and the confidence, so that colours play without Python too.

PC2 (32-byte header, little endian): "POINTCACHE2\\0", version 1, points, start frame, frames a sample, samples; then
float32 x, y, z of each point of each sample.
"""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np

from ..core.arrays import Float32Array, Int32Array
from ..core.errors import StoreError
from ..core.text import reason
from .filesystem import sync_folder

HEADER = struct.Struct("<12siiffi")
SIGNATURE = b"POINTCACHE2\0"
SAMPLES_AT = HEADER.size - 4


def read_header(path: Path) -> tuple[int, int]:
    """(points, samples) of a PC2 file. Raises StoreError where it is none."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(HEADER.size)
    except OSError as error:
        raise StoreError(
            "The recorded epochs in {path} cannot be read ({reason}); check its permissions, or restore it from a copy.",
            path=path, reason=reason(error),
        ) from error
    if len(raw) < HEADER.size:
        raise StoreError("{path} is cut off; restore it from a copy, or start a new run.", path=path)
    signature, version, points, _start, _rate, samples = HEADER.unpack(raw)
    if signature != SIGNATURE or version != 1 or points < 0 or samples < 0:
        raise StoreError("{path} is not a point cache; restore it from a copy, or start a new run.", path=path)
    return points, samples


def begun(path: Path) -> bool:
    """Whether a file's header is there. Of a file that was never synced any part may be missing after the power went."""
    if not path.exists() or path.stat().st_size < HEADER.size:
        return False
    with path.open("rb") as stream:
        return stream.read(len(SIGNATURE)) == SIGNATURE


class PointCache:
    """One PC2 file that grows by a sample at a time. What the run's index counts is on disk, with the header.

    cut: how many bytes were cut off when it was opened.
    """

    def __init__(self, path: Path, points: int, samples: int) -> None:
        """Open `path` for `points` points, keeping the first `samples` samples and cutting off what a crash left."""
        self.path, self.points, self.samples, self.cut = path, points, samples, 0
        self._stride = points * 12
        new = samples == 0 and not begun(path)
        if not new and read_header(path)[0] != points:
            raise StoreError("{path} holds another number of points than the run; restore it from a copy.", path=path)
        self._file = path.open("w+b" if new else "r+b")
        if new:
            self._file.write(HEADER.pack(SIGNATURE, 1, points, 0.0, 1.0, 0))
        size = HEADER.size + samples * self._stride
        held = self._file.seek(0, os.SEEK_END)
        if held < size:
            self._file.close()
            raise StoreError("{path} is shorter than the run says; restore it from a copy.", path=path)
        self.cut = held - size
        self._file.truncate(size)
        self._write_count()
        if new:
            sync_folder(path.parent)

    def append(self, values: Float32Array) -> int:
        """Add one sample, (points, 3) float32. Returns its CRC-32. On disk when this returns."""
        crc = self.add(values)
        self.finish()
        return crc

    def add(self, values: Float32Array) -> int:
        """Add one sample, (points, 3) float32, that is on disk only after finish(). Returns its CRC-32."""
        raw = np.ascontiguousarray(values, dtype="<f4")
        if raw.shape != (self.points, 3):
            raise StoreError(
                "An epoch to record has shape {shape}, not ({points}, 3); restart the trainer.",
                shape=raw.shape, points=self.points,
            )
        data = raw.tobytes()
        self._file.seek(HEADER.size + self.samples * self._stride)
        self._file.write(data)
        self.samples += 1
        return zlib.crc32(data)

    def finish(self) -> None:
        """Have what was added on disk, and the header that counts it; the index of the run counts it only after that."""
        self._write_count()

    def _write_count(self) -> None:
        self._file.seek(SAMPLES_AT)
        self._file.write(struct.pack("<i", self.samples))
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file; what was appended is on disk already."""
        self._file.close()


def state_file(positions: Path) -> Path:
    """The state's file beside a segment's positions."""
    return positions.with_name(positions.stem + ".state.pc2")


def state_of(category: Int32Array, prediction: Int32Array, confidence: Float32Array) -> Float32Array:
    """(N, 3) float32: label, prediction and confidence as one sample. Ids are exact up to 2**24."""
    return np.stack([category, prediction, confidence], axis=1).astype(np.float32)


def raw_sample(path: Path, row: int, stride: int) -> bytes:
    """The bytes of sample `row`, `stride` each, as they lie on disk; fewer where the file ends before."""
    with path.open("rb") as stream:
        stream.seek(HEADER.size + row * stride)
        return stream.read(stride)


def read_sample(path: Path, row: int) -> Float32Array:
    """Sample `row` of a PC2 file, (points, 3) float32. Raises StoreError where the file does not hold it."""
    points, samples = read_header(path)
    if not 0 <= row < samples:
        raise StoreError(
            "{path} holds {samples} recorded epochs; number {row} is not among them, choose an earlier one.",
            path=path, samples=samples, row=row,
        )
    if path.stat().st_size < HEADER.size + (row + 1) * points * 12:
        raise StoreError("{path} is cut off; restore it from a copy, or start a new run.", path=path)
    with path.open("rb") as stream:
        stream.seek(HEADER.size + row * points * 12)
        data = np.fromfile(stream, dtype="<f4", count=points * 3)
    if data.size != points * 3:
        raise StoreError("{path} is cut off; restore it from a copy, or start a new run.", path=path)
    return data.reshape(points, 3).astype(np.float32)
