"""What a run notes of itself in its table meta: each fact of the kind that a trainer wrote, and no number without an end.

Standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

MOST = 2**53
MOST_NUMBERS = 2**24
"""Of one sample: a network is made for so many before its checkpoint is looked at."""
OLDER = frozenset(("classes", "labelled", "memory_bytes", "notes", "preprocessing"))
"""What nobody needs, so that it may be missing too."""
OF_DATA: dict[str, Any] = {
    "kind": str, "source": str, "samples": int, "shape": [int],
    "classes": [str], "labelled": int, "memory_bytes": int, "notes": [str],
}  # fmt: skip
FACTS: dict[str, Any] = {
    "run_id": str,
    "created_unix": float,
    "dataset": {"kind": str, "path": str, "options": dict},
    "dataset_hash": str,
    "description": OF_DATA,
    "preprocessing": dict,
    "configuration": dict,
    "threads": int,
    "versions": {"latent_lasso": str},
}
LATER: dict[str, Any] = {"atlas": {"file": str, "tile_px": int, "columns": int, "rows": int, "gutter": int}, "disk_limit": float}
"""What may be missing, or null."""


def check(meta: Mapping[str, Any], whole: bool = False) -> None:
    """Raise ValueError where a fact is of another kind. whole: also where one is missing."""
    _check(meta, FACTS, "it", whole)
    if math.prod(meta.get("description", {}).get("shape", ())) > MOST_NUMBERS:
        raise ValueError("a sample of it has more numbers than can be")
    _check({name: meta[name] for name in LATER if meta.get(name) is not None}, LATER, "it", False)


def _check(value: Any, kind: Any, where: str, whole: bool) -> None:
    if isinstance(kind, dict):
        if not isinstance(value, dict):
            raise ValueError(f"{where} is no table")
        for name, inner in kind.items():
            if name in value:
                _check(value[name], inner, name, whole)
            elif whole and name not in OLDER:
                raise ValueError(f"{where} has no {name}")
    elif isinstance(kind, list):
        if not isinstance(value, list):
            raise ValueError(f"{where} is no list")
        for item in value:
            _check(item, kind[0], where, whole)
    elif kind is float or kind is int:
        number = type(value) is int or (kind is float and type(value) is float)
        if not number or not 0 <= value <= MOST:
            raise ValueError(f"{where} is no number that can be")
    elif not isinstance(value, kind):
        raise ValueError(f"{where} is of another kind")
