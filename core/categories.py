"""Categories: a number for ever, a name and a colour for now."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from .errors import LabelError

LONGEST_NAME = 63
"""Blender's limit for names; longer ones would be cut silently."""


@dataclass(frozen=True)
class Category:
    """id: >= 1, never reused. colour: sRGB, each 0..1."""

    id: int
    name: str
    colour: tuple[float, float, float]


def validate_name(name: str, taken: Iterable[str] = ()) -> str:
    """The name without surrounding blanks. Raises LabelError if it is empty, too long, unprintable or taken."""
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise LabelError("Give the category a name.")
    if len(name.encode()) > LONGEST_NAME:
        raise LabelError(
            "The category name {name}… is too long; {most} bytes is the most.",
            name=name[:20], most=LONGEST_NAME,
        )
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} for character in name):
        raise LabelError("A category name may hold no control characters or line breaks; take them out.")
    if name in set(taken):
        raise LabelError("There is a category {name} already; choose another name, or merge the two.", name=name)
    return name


def next_id(categories: Iterable[Category], highest_ever: int) -> int:
    """The next category number: one above the highest ever used, so that no deleted category comes back to life."""
    return max([highest_ever, *(category.id for category in categories)], default=0) + 1
