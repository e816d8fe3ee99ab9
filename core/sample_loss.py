"""How badly each labelled point sits among its own: the supervised contrastive loss of one point. Pure numpy."""

from __future__ import annotations

import numpy as np

from .arrays import Float32Array, Int32Array

PAIRS = 4_000_000
"""Pairs compared at most: where more points are labelled, a seeded sample of them stands for all."""
FEWEST, BLOCK = 64, 2048


def per_sample(positions: Float32Array, labels: Int32Array) -> Float32Array:
    """(N,) float32: of a labelled point log(sum of its similarity to all labelled / the same over its own category), NaN for the

    others and where nothing else has its category. positions: (N, 3) float32 in room units; labels: (N,) int32, 0 none.
    Similarity is the Cauchy kernel that the losses use (Khosla et al., 2020, with 1 / (1 + d^2)).
    """
    loss = np.full(len(labels), np.nan, dtype=np.float32)
    rows = np.flatnonzero(labels > 0)
    if len(rows) < 2:
        return loss
    most = max(FEWEST, PAIRS // len(rows))
    others = rows if len(rows) <= most else np.sort(np.random.default_rng(0).choice(rows, most, replace=False))
    there, named = positions[others], labels[others]
    square = (there * there).sum(axis=1)
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        here = positions[part]
        distance = (here * here).sum(axis=1)[:, None] + square[None, :] - 2.0 * (here @ there.T)
        near = 1.0 / (1.0 + np.maximum(distance, 0.0))
        near[part[:, None] == others[None, :]] = 0.0
        own = np.where(labels[part][:, None] == named[None, :], near, 0.0).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            loss[part] = np.where(own > 0, np.log(near.sum(axis=1) / own), np.nan)
    return loss
