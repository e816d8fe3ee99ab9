"""Medians of several tries, taken in turns so that a busy moment hits what is compared alike. numpy and standard library."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


def in_turns(works: Mapping[str, Callable[[], Any]], rounds: int = 15) -> dict[str, float]:
    """The median seconds of each work over `rounds` rounds; one round more warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            begin = time.perf_counter()
            work()
            if number:
                seconds[name].append(time.perf_counter() - begin)
    return {name: float(np.median(values)) for name, values in seconds.items()}


def row(what: str, value: float, limit: str, unit: str, **more: Any) -> dict[str, Any]:
    """One line of the table. limit: '<= 5', '>= 0.6', or empty where there is none."""
    return {"what": what, "value": round(value, 4), "limit": limit, "unit": unit, **more}


def report(rows: list[dict[str, Any]]) -> None:
    """Print the rows as JSON behind a mark, for `python -m bench` to find among what Blender prints."""
    print("\nBENCH " + json.dumps(rows), flush=True)
