"""What a step looks at: pairs of neighbours or views, and labelled samples in equal parts by category."""

from __future__ import annotations

from .balanced import balanced_rows
from .pairs import Agreement, PairSampler

__all__ = ["Agreement", "PairSampler", "balanced_rows"]
