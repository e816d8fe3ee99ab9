"""Log-mel spectrograms: what a sound looks like to an ear. numpy only.

Mel scale of O'Shaughnessy (1987), triangular filters of equal height, power in decibels below the loudest, 80 dB deep: a
sound's loudness does not matter, its shape does.
"""

from __future__ import annotations

import numpy as np

from ...core.arrays import Float32Array, Float64Array, UInt8Array

MELS = 64
FRAMES = 64
DEPTH_DB = 80.0
SILENT = 1e-4
"""A sound whose loudest sample is below this (-80 dB) is silent, and its picture black."""
HEAT = np.array(
    [(0, 0, 4), (59, 15, 112), (140, 41, 129), (222, 73, 104), (254, 159, 109), (252, 253, 191)],
    dtype=np.float32,
)
"""Colours from quiet to loud, dark to light, so that they also read in grey."""


def mel_filters(rate: int, size: int) -> Float32Array:
    """(64, size // 2 + 1) float32: triangles over the bins of an FFT of `size` samples, from 40 Hz to half the rate."""
    edges = mel_to_hertz(np.linspace(hertz_to_mel(40.0), hertz_to_mel(rate / 2), MELS + 2))
    bins = np.fft.rfftfreq(size, 1 / rate)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    filters = np.maximum(0.0, np.minimum(rising, falling))
    narrow = np.flatnonzero(
        filters.sum(axis=1) == 0
    )  # below the resolution of the FFT: the nearest bin stands in
    filters[narrow, np.abs(bins - edges[narrow + 1][:, None]).argmin(axis=1)] = 1.0
    result: Float32Array = filters.astype(np.float32)
    return result


def hertz_to_mel(hertz: float) -> float:
    """Mel of a frequency."""
    return float(2595.0 * np.log10(1.0 + hertz / 700.0))


def mel_to_hertz(mel: Float64Array) -> Float64Array:
    """Frequencies of mels."""
    return np.asarray(700.0 * (10.0 ** (mel / 2595.0) - 1.0))


def log_mel(sound: Float32Array, rate: int, filters: Float32Array) -> Float32Array:
    """(64, 64) float32 0..1 from (S,) samples: low tones in the first row, 0 at 80 dB below the loudest spot, 1 there."""
    size = 2 * (filters.shape[1] - 1)
    if len(sound) < size:
        sound = np.pad(sound, (0, size - len(sound)))
    hop = max(1, min(size // 2, (len(sound) - size) // (FRAMES - 1)))
    frames = np.lib.stride_tricks.sliding_window_view(sound, size)[::hop]
    window = np.hanning(size).astype(np.float32)
    power = np.empty((MELS, len(frames)), dtype=np.float32)
    for start in range(0, len(frames), 1024):
        part = np.abs(np.fft.rfft(frames[start : start + 1024] * window, axis=1)) ** 2
        power[:, start : start + len(part)] = filters @ part.T.astype(np.float32)
    if np.abs(sound).max(initial=0.0) < SILENT:
        return np.zeros((MELS, FRAMES), dtype=np.float32)
    edges = np.linspace(0, power.shape[1], FRAMES + 1)
    lows = np.minimum(edges[:-1].astype(int), power.shape[1] - 1)
    columns = np.add.reduceat(power, lows, axis=1) if power.shape[1] >= FRAMES else power[:, lows]
    counts = np.diff([*lows, power.shape[1]]) if power.shape[1] >= FRAMES else np.ones(FRAMES)
    columns = columns / np.maximum(1, counts)
    decibel = 10 * np.log10(np.maximum(columns, 1e-20) / columns.max())
    shown: Float32Array = np.clip(1 + decibel / DEPTH_DB, 0.0, 1.0).astype(np.float32)
    return shown


def heat(pictures: Float32Array) -> UInt8Array:
    """(N, H, W, 3) uint8 from (N, H, W) float32 0..1: low tones below, quiet dark, loud light."""
    turned = pictures[:, ::-1]
    place = turned * (len(HEAT) - 1)
    low = np.minimum(place.astype(np.int64), len(HEAT) - 2)
    share = (place - low)[..., None].astype(np.float32)
    coloured: UInt8Array = (HEAT[low] * (1 - share) + HEAT[low + 1] * share).astype(np.uint8)
    return coloured
