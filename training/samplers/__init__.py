"""What a step looks at: pairs of neighbours or views, and labelled samples in equal parts by category."""

from __future__ import annotations

from .balanced import balanced_rows
from .pairs import PairSampler

__all__ = ["PairSampler", "balanced_rows"]
