"""Scaling of vectors and pixels, in blocks, so that a mapped file never lies in memory as a whole. numpy only."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterator
from typing import Any

import numpy as np

from ...core.arrays import Float32Array, Int64Array, UInt8Array
from ...core.errors import DataError
from .dataset import Progress, numbered
from .options import Options
from .preprocessing import Preprocessing

BLOCK_BYTES = 2**24
CLIP = 10.0
LARGEST = 1e100
"""Beyond this a number is infinite, or damage: its square would be."""


def blocks(values: np.ndarray[Any, Any], rows: Int64Array) -> Iterator[tuple[int, np.ndarray[Any, Any]]]:
    """(start, values of the next rows, flat (B, D)): some 16 MB at a time; pages of a mapped file are given back."""
    width = max(1, int(np.prod(values.shape[1:])))
    size = max(1, BLOCK_BYTES // (width * values.dtype.itemsize))
    whole = len(rows) == len(values)
    mapped = getattr(values, "_mmap", None)
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        block = values[part[0] : part[-1] + 1] if whole else values[part]
        yield start, np.ascontiguousarray(block).reshape(len(part), -1)
        if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            mapped.madvise(mmap.MADV_DONTNEED)


def survey(
    values: np.ndarray[Any, Any], rows: Int64Array, source: str, progress: Progress
) -> tuple[Any, Any, list[str], str]:
    """(mean (D,), deviation (D,), ids, hash) of the chosen rows, in one pass. Raises DataError for what is not finite.

    Moments are merged block by block (Chan, Golub and LeVeque, 1979). An id is a hash of the sample's own bytes with an
    occurrence number, so that it survives a shuffled file.
    """
    width = int(np.prod(values.shape[1:]))
    mean, square, count = np.zeros(width), np.zeros(width), 0
    digest = hashlib.sha256(f"{values.dtype.str}{(len(rows), *values.shape[1:])}".encode())
    keys: list[str] = []
    for start, block in blocks(values, rows):
        progress(0.6 * start / len(rows), f"Reading {len(rows):,} samples of {source}")
        wide = block.astype(np.float64)
        good = np.abs(wide) < LARGEST  # false for NaN too
        if not good.all():
            row, column = np.argwhere(~good)[0]
            raise DataError(
                "{source}: x holds {value} in row {row}, column {column}; replace or drop it, the trainer needs finite "
                "numbers.",
                source=source, value=wide[row, column], row=int(rows[start + row]), column=column,
            )
        fresh = wide.mean(axis=0)
        delta = fresh - mean
        total = count + len(wide)
        square += ((wide - fresh) ** 2).sum(axis=0) + delta**2 * (count * len(wide) / total)
        mean += delta * (len(wide) / total)
        count = total
        digest.update(block.tobytes())
        keys += [hashlib.blake2b(line.tobytes(), digest_size=8).hexdigest() for line in block]
    return mean, np.sqrt(square / max(1, count)), numbered(keys), digest.hexdigest()


def fit_scale(mean: Any, deviation: Any, scaling: str) -> tuple[Preprocessing, int]:
    """(what will be done: arrays mean and scale (D,) float64; how many columns are constant)."""
    constant = deviation <= 1e-12 * np.maximum(1.0, np.abs(mean))
    if scaling == "columns":
        scale = np.where(constant, 0.0, 1.0 / np.where(constant, 1.0, deviation))
        words = f"each column to mean 0 and deviation 1, clipped to {CLIP:g}"
    elif scaling == "whole":
        overall = float(np.sqrt(np.mean(deviation**2)))
        scale = np.full(len(mean), 1.0 / overall if overall > 0 else 0.0)
        words = f"all columns by one scale, means taken away, clipped to {CLIP:g}"
    else:
        mean, scale, words = np.zeros(len(mean)), np.ones(len(mean)), "none"
    return Preprocessing({"scaling": words}, {"mean": mean, "scale": scale}), int(constant.sum())


def scaled(
    values: np.ndarray[Any, Any], rows: Int64Array, fitted: Preprocessing, progress: Progress
) -> Float32Array:
    """(M, D) float32: the chosen rows as `fitted` says."""
    mean, scale = fitted.arrays["mean"], fitted.arrays["scale"]
    most = np.inf if fitted.steps["scaling"] == "none" else CLIP
    features = np.empty((len(rows), len(mean)), dtype=np.float32)
    for start, block in blocks(values, rows):
        progress(0.6 + 0.4 * start / len(rows), f"Scaling {len(rows):,} samples")
        features[start : start + len(block)] = np.clip((block - mean) * scale, -most, most)
    return features


def vectors(
    values: np.ndarray[Any, Any],
    options: Options,
    source: str,
    progress: Progress,
    fitted: Preprocessing | None,
) -> tuple[Float32Array, Preprocessing, list[str], list[str], str]:
    """(features (M, D) float32, preprocessing, notes, ids, hash) of (N, D) numbers; M of N as `options` choose.

    Raises DataError for what is not finite, or, with `fitted`, for another number of columns.
    """
    rows = options.rows(len(values))
    if fitted is not None:
        fitted.require("mean", source, "vectors")
    mean, deviation, ids, digest = survey(values, rows, source, progress)
    notes = []
    if fitted is None:
        fitted, constant = fit_scale(mean, deviation, options.scaling)
        if constant:
            notes.append(
                f"{constant} constant column{'s' * (constant > 1)} say{'s' * (constant == 1)} nothing"
            )
    elif len(fitted.arrays["mean"]) != len(mean):
        raise DataError(
            f"{source} has {len(mean)} columns, the run was trained on {len(fitted.arrays['mean'])}; give the same ones."
        )
    return scaled(values, rows, fitted, progress), fitted, notes, ids, digest


def pixels(
    x: np.ndarray[Any, Any], channels: int, source: str, fitted: Preprocessing | None
) -> tuple[UInt8Array, Float32Array, Preprocessing]:
    """(pictures (N, H, W, C) uint8, features (N, C, H, W) float32 0..1, what was done) of pictures in any usual layout."""
    if x.ndim == 3:
        x = x[..., None]
    elif x.shape[3] not in (1, 3, 4):
        x = np.moveaxis(x, 1, 3)
    if fitted is None:
        low, high = float(x.min()), float(x.max())
        top = 255.0 if x.dtype == np.uint8 and high > 1 else high if high > 1 else 1.0
        shape = [channels, *x.shape[1:3]]
        bottom = min(0.0, low)
        fitted = Preprocessing(
            {"scaling": f"from {bottom:g}..{top:g} to 0..1", "from": bottom, "to": top, "shape": shape}
        )
    fitted.require("from", source, "pictures")
    if list(fitted.steps["shape"]) != [channels, *x.shape[1:3]]:
        raise DataError(
            f"{source} holds pictures of {channels, *x.shape[1:3]}, the run was trained on {tuple(fitted.steps['shape'])}; "
            "give pictures of the same size."
        )
    bottom, top = fitted.steps["from"], fitted.steps["to"]
    unit = np.clip((x[..., :channels].astype(np.float32) - bottom) / (top - bottom), 0.0, 1.0)
    pictures = (unit * 255).astype(np.uint8)
    return pictures, np.ascontiguousarray(np.moveaxis(unit, 3, 1)), fitted
