"""Texts as numbers: TF-IDF, always there, or the small local model of the extra `words`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...core.arrays import Float32Array
from . import tfidf
from .dataset import Progress
from .guard import library
from .options import Options
from .preprocessing import Preprocessing
from .scaling import vectors

EMBEDDED_AT_ONCE = 2048


def embedded(
    texts: list[str], options: Options, progress: Progress, fitted: Preprocessing | None, source: str
) -> tuple[Float32Array, Preprocessing]:
    """(features (N, D) float32, what was done) by TF-IDF, or by the small local model of the extra `words`."""
    if fitted is not None:
        fitted.require("text", source, "texts")
    local = (
        fitted.steps["embedding"] == "wordllama" if fitted is not None else options.embedding == "wordllama"
    )
    if local:
        raw, first = word_vectors(texts, progress), Preprocessing({"text": "WordLlama, 256 numbers a text"})
    else:
        first = fitted or tfidf.fit(texts, options.seed, progress, source)
        progress(0.6, "Weighing the words")
        raw = tfidf.transform(texts, first)
    known = Options(scaling="whole")
    features, scale, _, _, _ = vectors(raw, known, source, progress, fitted)
    if fitted is not None:
        return features, fitted
    steps = {**scale.steps, **first.steps, "embedding": "wordllama" if local else "tfidf"}
    return features, Preprocessing(steps, {**scale.arrays, **first.arrays})


def word_vectors(texts: list[str], progress: Progress) -> Float32Array:
    """(N, 256) float32 by WordLlama, whose weights come with its package: nothing is downloaded."""
    module = library("wordllama", "words", "The embedding wordllama")
    folder = Path(module.__file__).parent
    model = module.WordLlama.load(cache_dir=folder, disable_download=True)
    result = np.zeros((len(texts), 256), dtype=np.float32)
    for start in range(0, len(texts), EMBEDDED_AT_ONCE):
        progress(start / len(texts), f"Embedding text {start:,} of {len(texts):,}")
        part = [text[: tfidf.LONGEST_TEXT] for text in texts[start : start + EMBEDDED_AT_ONCE]]
        result[start : start + len(part)] = np.nan_to_num(model.embed(part, norm=True))
    return result
