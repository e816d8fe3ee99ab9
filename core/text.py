"""Text from outside, made fit to be shown: nothing in a file's name reaches a terminal or a panel as an instruction."""

from __future__ import annotations


def printable(text: str, most: int = 0) -> str:
    """`text` with what cannot be printed written as an escape (a newline, a terminal's colour codes, a lone surrogate).

    most: shorten to this many characters by leaving out the middle; 0: any length.
    """
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    if most and len(shown) > most:
        head = (most - 1) * 2 // 3
        shown = f"{shown[:head]}…{shown[len(shown) - (most - 1 - head) :]}"
    return shown


def reason(error: BaseException, most: int = 120) -> str:
    """Why, in the system's or a library's own words: on one line, without the number and the path that Python puts around them."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return printable(str(said).strip().rstrip("."), most)
