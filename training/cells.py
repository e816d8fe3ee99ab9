"""Cells that a spreadsheet would take for a formula, made safe, and back. Standard library only.

A text that begins with = + - @, also as wide as East Asian letters (or a tab or an end of line, which some programs skip),
gets an apostrophe in front, as OWASP advises; reading takes it away again. Numbers are written as numbers and left alone.
"""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe(text: str) -> str:
    """`text` as a cell that is never run; a text that looks as if it had been made safe gets a further apostrophe."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def plain(cell: str) -> str:
    """What safe() was given."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell
