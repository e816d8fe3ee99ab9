"""The model card: what the model is, what it was made from and how well it does, from the run alone. numpy only.

Follows Mitchell et al., "Model Cards for Model Reporting" (2019). Every text that came from outside is escaped.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import numpy as np

from ...core.arrays import Float32Array, Int32Array
from ...core.text import printable
from ..run_view import RunView

MOST_JUDGED = 2000
NEAREST = 5


def escaped(text: str) -> str:
    """`text` as words in Markdown: no emphasis, no link, no HTML, no table cell of its own."""
    return re.sub(r"([\\`*_\[\]#|<>~$&])", lambda found: f"&#{ord(found[1])};", printable(text, 120))


def agreement(positions: Float32Array, labels: Int32Array) -> tuple[float, int]:
    """(share, of how many): labelled samples whose five nearest other labelled samples in the room have mostly their category.

    On at most 2,000 of them, chosen with a seed. NaN where fewer than two categories are labelled.
    """
    rows = np.flatnonzero(labels)
    if len(rows) > MOST_JUDGED:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST_JUDGED, replace=False))
    if len(np.unique(labels[rows])) < 2:
        return float("nan"), len(rows)
    points = positions[rows].astype(np.float64)
    distance = ((points[:, None] - points[None]) ** 2).sum(2)
    np.fill_diagonal(distance, np.inf)
    near = labels[rows][np.argsort(distance, axis=1)[:, : min(NEAREST, len(rows) - 1)]]
    votes = np.array([np.bincount(line).argmax() for line in near])
    return float((votes == labels[rows]).mean()), len(rows)


def mean_of(values: Float32Array) -> float:
    """The mean; 0 of nothing."""
    return float(values.mean()) if len(values) else 0.0


def card(view: RunView, takes: str, categories: list[int]) -> str:
    """The card as Markdown."""
    meta, description = view.meta, view.meta["description"]
    positions, prediction, confidence = view.newest()
    share, judged = agreement(positions, view.labels)
    counts = Counter(view.labels.tolist())
    sources = Counter(f"{edit.source}, {edit.mode}".lower() for edit in view.edits)
    people = sorted({edit.annotator for edit in view.edits if edit.annotator})
    record = view.history.records[-1]
    made = datetime.fromtimestamp(meta["created_unix"], UTC).date().isoformat()
    lines = [
        f"# Model card: {escaped(description['source'])}",
        "",
        "An encoder trained with Latent Lasso from labels given by lasso in a room of points. "
        f"Run {escaped(meta['run_id'])}, begun {made}.",
        "",
        "## Use",
        "",
        f"Input: {escaped(takes)}.",
        "Outputs: z (batch, 3), the place in the room (a cube from -10 to 10); p (batch, 32), a direction for comparing samples;",
        "probability (batch, 1 + categories), of none of them and of each category in the order below; novelty (batch), the share",
        "of known samples that lie nearer to their neighbours than the new one does: near 1 the answer should not be trusted.",
        "",
        "## Data",
        "",
        "| | |",
        "|---|---|",
        f"| source | {escaped(description['source'])} ({escaped(description['kind'])}) |",
        f"| samples | {description['samples']:,} of shape {escaped(str(tuple(description['shape'])))} |",
        f"| sha256 of the content | {escaped(meta['dataset_hash'])} |",
        *(f"| preprocessing | {escaped(str(note))} |" for note in description["notes"][:40]),
        "",
        "## Labels",
        "",
        f"{sum(n for c, n in counts.items() if c):,} of {len(view.ids):,} samples in {len(view.edits):,} edits"
        + (f", by {escaped(', '.join(people))}" if people else "")
        + f" ({escaped(', '.join(f'{name}: {n}' for name, n in sources.most_common()))}).",
        "",
        "| output | category | labelled | predicted |",
        "|---|---|---|---|",
        *(
            f"| {place} | {escaped(view.name_of(number))} | {counts.get(number, 0):,} | {int((prediction == number).sum()):,} |"
            for place, number in enumerate(categories, start=1)
        ),
        "",
        "## Measured on this run",
        "",
        f"- {record.step:,} steps, {record.epoch:.1f} epochs.",
        "- Labelled samples whose nearest labelled neighbours in the room agree with them: "
        + (
            f"{share:.1%} of {judged:,}."
            if share == share
            else "not measured, fewer than two categories are labelled."
        ),
        f"- Samples with a guess: {int((prediction > 0).sum()):,}; mean confidence {mean_of(confidence[prediction > 0]):.2f}.",
        *(f"- {escaped(name)}: {value:.4g}" for name, value in sorted(view.last_metrics().items())),
        "",
        "These labels were also trained on: the figures say how well the room fits them, not how well the model does on new data.",
        "",
        "## How it was made",
        "",
        "| | |",
        "|---|---|",
        *(
            f"| {escaped(name)} | {escaped(str(value))} |"
            for name, value in sorted(meta["configuration"].items())
        ),
        *(
            f"| version of {escaped(name)} | {escaped(str(value))} |"
            for name, value in meta["versions"].items()
        ),
        "",
    ]
    return "\n".join(lines)
