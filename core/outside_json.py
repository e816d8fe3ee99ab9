"""JSON from outside, read only where it nests no deeper than anybody needs: looked at before anything is built."""

from __future__ import annotations

import json
import re
from typing import Any

MOST_DEPTH = 64
TOKENS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)
"""Strings, in which brackets count for nothing, and brackets."""


def parse(text: str | bytes | bytearray) -> Any:
    """What a JSON text says. Raises ValueError where it is none (json.JSONDecodeError) or nests deeper than MOST_DEPTH."""
    if not isinstance(text, str):
        text = bytes(text).decode("utf-8")
    if text.count("[") + text.count("{") > MOST_DEPTH and too_deep(text):
        raise ValueError(f"it nests deeper than {MOST_DEPTH} levels")
    return json.loads(text)


def too_deep(text: str) -> bool:
    """Whether brackets nest deeper than MOST_DEPTH anywhere; one pass, nothing is kept."""
    depth = 0
    for found in TOKENS.finditer(text):
        token = found[0]
        if token in "[{":
            depth += 1
            if depth > MOST_DEPTH:
                return True
        elif token in "]}":
            depth -= 1
    return False
