"""Attract and repel: supervised contrastive loss (Khosla et al., 2020, L_in) with the Cauchy kernel, in its two parts.

    attract_i = - log mean over positives p of k(z_i, z_p)^(1/t)   points of one category pull each other, near ones most
    repel_i   = log sum over all others a of k(z_i, z_a)^(1/t)     everything pushes everything, most of all the near

    L = mean over i with a positive of (attract_i + repel_i)

The mean stands inside the logarithm. Outside it (L_out) every point is pulled to all of its category, which shrinks a
category to a ball and empties the room. A temperature t below 1 makes the kernel's tail light: once the near ones are of
one's own category both forces rest, and the category keeps its extent. docs/learning.md has the figures.

The same two sums are taken once more with p and a among the samples whose label was given alone (as neighbourhood component
analysis does, Goldberger et al., 2004), at a lower temperature: what is nearest among the given decides what a point will be
called, so every point, guessed ones too, should have its own category's nearer than any other's.

Three weak forces reach across the whole room, where the kernel's own ones fade. Given samples of one category gather, by
the mean of -log k over their pairs (as in L_out): two lassos of one name come together. Categories spread, by the mean of
log k over the pairs of two categories, guessed ones too: what has another name goes elsewhere. And given samples of two
categories part, by the same mean over theirs alone. In all three a sample counts as much as its category is known,
n / (n + 10) for n labels: a single label says little of where its category lies, and would be torn from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .cauchy import log_similarity


@dataclass(frozen=True)
class Pull:
    """temperature: t among all. given: the weight of the sums over given samples, given_temperature: t there.
    gather: the weight of given samples of one category on each other; spread: of samples of two categories; part: of given
    ones of two.
    """

    temperature: float
    given: float
    given_temperature: float
    gather: float
    spread: float
    part: float


def attract_and_repel(z: Tensor, categories: Tensor, known: Tensor, given: int, pull: Pull) -> tuple[Tensor, Tensor]:
    """(attract, repel), two scalars, for z (B, 3) with categories (B,) int64; 0 where no two share a category.

    known: (B,) float, how well the category of each is known, 0..1. given: the first so many carry a label that was given.
    """
    return contrast(log_similarity(z, z), categories, known, given, pull)


def contrast(log_k: Tensor, categories: Tensor, known: Tensor, given: int, pull: Pull) -> tuple[Tensor, Tensor]:
    """The same from log k of every pair, (B, B): what forces are taken apart by, pair by pair."""
    itself = torch.eye(len(log_k), dtype=torch.bool, device=log_k.device)
    same = (categories[:, None] == categories[None, :]) & ~itself
    attract, repel = sums(log_k / pull.temperature, same, itself)
    if pull.given:
        near, far = sums(log_k[:, :given] / pull.given_temperature, same[:, :given], itself[:, :given])
        attract, repel = attract + pull.given * near, repel + pull.given * far
    other = ~same & ~itself
    across = log_k * known[:, None] * known[None, :]
    if pull.gather:
        attract = attract - pull.gather * mean_of(across[:given, :given], same[:given, :given])
    if pull.spread:
        repel = repel + pull.spread * mean_of(across, other)
    if pull.part:
        repel = repel + pull.part * mean_of(across[:given, :given], other[:given, :given])
    return attract, repel


def mean_of(values: Tensor, chosen: Tensor) -> Tensor:
    """The mean of those of the values (A, B) that are chosen (A, B); 0 where none is."""
    return (values * chosen).sum() / chosen.sum().clamp_min(1)


def sums(logits: Tensor, same: Tensor, itself: Tensor) -> tuple[Tensor, Tensor]:
    """(attract, repel), the means over rows with a positive. logits, same, itself: (B, A)."""
    count = same.sum(1)
    has = count > 0
    if not bool(has.any()):
        zero = logits.sum() * 0.0
        return zero, zero
    attract = count[has].log() - torch.logsumexp(logits.masked_fill(~same, float("-inf"))[has], dim=1)
    repel = torch.logsumexp(logits.masked_fill(itself, float("-inf")), dim=1)[has]
    return attract.mean(), repel.mean()
