"""Sentences with values in them, in the language of Blender's interface.

Blender looks up by itself what it shows word for word: labels, tooltips, reports. A sentence with a number or a name in it is known
to a catalogue only before they are filled in. So it is written with {braces}, looked up here, and filled in after.
"""

from collections.abc import Callable
from typing import Protocol

from bpy.app import translations


class Spoken(Protocol):
    """An error that knows its sentence before its values are filled in (core/errors.py)."""

    def spoken(self, look_up: Callable[[str], str]) -> str: ...


def error(reason: Spoken) -> str:
    """What went wrong, as an operator reports it or a panel shows it."""
    return reason.spoken(translations.pgettext_rpt)


def refusal(reason: RuntimeError) -> str:
    """What an operator refused with, as it said it: called from Python, that arrives as an exception, behind "Error: "."""
    return str(reason).strip().removeprefix(f"{report('Error')}: ")


def label(text: str, **values: object) -> str:
    """A label or a button; values fill the braces of `text`, as str.format does. Without any it is looked up alone."""
    return filled(translations.pgettext_iface(text), values)


def tooltip(text: str, **values: object) -> str:
    """A tooltip, or why a button is greyed."""
    return filled(translations.pgettext_tip(text), values)


def report(text: str, **values: object) -> str:
    """What an operator says when it is done, or why it is not."""
    return filled(translations.pgettext_rpt(text), values)


def filled(text: str, values: dict[str, object]) -> str:
    """A sentence with its values in; one without values keeps its braces for whoever fills them."""
    return text.format(**values) if values else text
