"""What a data set holds, found out in a child while its path is still being chosen. No bpy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..core.errors import LatentError
from .errand import Errand

PAUSE = 0.4
"""Seconds that a path must stay the same before it is looked at: who walks through a folder with the keys asks for none."""
CLASSES_NAMED = 6
Wanted = tuple[str, str, tuple[str, ...]]


class Preview:
    """Call want() with each change and tick() now and then; `lines` is what is to be shown, with Blender's icons."""

    def __init__(self, python: str, look_up: Callable[[str], str] = str) -> None:
        """python: the interpreter that reads the data. look_up: gives a sentence in the language of Blender's interface."""
        self.lines: list[tuple[str, str]] = []
        self._python, self._look_up = python, look_up
        self._wanted: Wanted | None = None
        self._since = 0.0
        self._errand: Errand | None = None

    def want(self, path: str, kind: str, options: Mapping[str, str | int | float], now: float) -> None:
        """Look at this data set next; nothing happens where it is the one that was asked for last. now: seconds of a clock."""
        wanted = (path, kind, tuple(f"{name}={value}" for name, value in options.items()))
        if wanted == self._wanted:
            return
        self.close()
        self._wanted, self._since, self.lines = wanted, now, []

    def tick(self, now: float) -> bool:
        """Begin or end a look. Returns whether there is something new to be shown."""
        if self._wanted is None:
            return False
        if self._errand is None:
            if self.lines or not self._wanted[0] or now - self._since < PAUSE:
                return False
            self.lines = [("Looking at it", "TIME")]
            self._begin(self._wanted)
            return True
        if not self._errand.finished:
            return False
        try:
            self.lines = said(self._errand.result(), self._look_up)
        except LatentError as error:
            self.lines = [(error.spoken(self._look_up), "ERROR")]
        self._errand = None
        return True

    def _begin(self, wanted: Wanted) -> None:
        path, kind, options = wanted
        given = [part for option in options for part in ("--option", option)]
        try:
            self._errand = Errand(self._python, ["describe", path, "--kind", kind, *given])
        except LatentError as error:
            self.lines = [(error.spoken(self._look_up), "ERROR")]

    def close(self) -> None:
        """End the look that is under way."""
        errand, self._errand = self._errand, None
        self._wanted = None
        if errand is not None:
            errand.cancel()


def said(facts: Mapping[str, Any], look_up: Callable[[str], str] = str) -> list[tuple[str, str]]:
    """(sentence, icon) for each thing that one wants to know of a data set before it is loaded, from `describe --json`."""
    shape = " x ".join(f"{side:,}" for side in facts["shape"])
    held = "{samples:,} samples ({kind}), {shape} numbers each"
    lines = [(look_up(held).format(samples=facts["samples"], kind=facts["kind"], shape=shape), "OUTLINER_OB_POINTCLOUD")]
    classes = facts["classes"]
    if classes:
        named = ", ".join(classes[:CLASSES_NAMED]) + (", …" if len(classes) > CLASSES_NAMED else "")
        held = "{count:,} categories: {named}; {labelled:,} samples carry one"
        lines.append((look_up(held).format(count=len(classes), named=named, labelled=facts["labelled"]), "OUTLINER_COLLECTION"))
    else:
        lines.append(("No categories: they are yours to give", "OUTLINER_COLLECTION"))
    lines.append((look_up("{amount} of memory").format(amount=amount(facts["memory_bytes"], look_up)), "MEMORY"))
    return lines + [(note, "INFO") for note in facts["notes"]]


def amount(count: int, look_up: Callable[[str], str] = str) -> str:
    """Bytes for a person."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return look_up("{count} bytes").format(count=count)
