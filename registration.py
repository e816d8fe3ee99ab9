"""The table of everything that enabling registers, walked forwards to register and backwards to unregister.

Imported by the package's register() only, so that importing the package needs no bpy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import bpy

from . import addon_preferences, operators, panels, properties
from .live import chosen, handlers, overlay, session
from .operators import hover, tools
from .panels import keys, menus
from .scene import chart, trail_drawing, viewport
from .xr import session as xr_session


class Entry(NamedTuple):
    """One thing that is registered and how it is undone."""

    name: str
    register: Callable[[], None]
    unregister: Callable[[], None]


def _classes(name: str, classes: tuple[type, ...]) -> Entry:
    def register() -> None:
        for cls in classes:
            bpy.utils.register_class(cls)

    def unregister() -> None:
        for cls in reversed(classes):
            bpy.utils.unregister_class(cls)

    return Entry(name, register, unregister)


TABLE: tuple[Entry, ...] = (
    _classes("property groups", properties.CLASSES),
    _classes("preferences", addon_preferences.CLASSES),
    Entry("properties", properties.register, properties.unregister),
    _classes("operators", operators.CLASSES),
    _classes("panels", panels.CLASSES),
    Entry("tools", tools.register, tools.unregister),
    Entry("keys of the card", hover.register, hover.unregister),
    Entry("keys", keys.register, keys.unregister),
    Entry("menus", menus.register, menus.unregister),
    Entry("thumbnails", chosen.register, chosen.unregister),
    Entry("handlers", handlers.register, handlers.unregister),
    Entry("viewport drawing", viewport.register, viewport.unregister),
    Entry("trail drawing", trail_drawing.register, trail_drawing.unregister),
    Entry("legend and card", overlay.register, overlay.unregister),
    Entry("curves", chart.register, chart.unregister),
    Entry("VR", xr_session.register, xr_session.unregister),
    # last, so that it is undone first: no tick may meet a half unregistered extension
    Entry("trainer", session.register, session.unregister),
)


def register() -> None:
    """Register the table; if an entry fails, what was registered before it is taken back."""
    done: list[Entry] = []
    try:
        for entry in TABLE:
            entry.register()
            done.append(entry)
    except Exception:
        for entry in reversed(done):
            entry.unregister()
        raise


def unregister() -> None:
    """Undo the table, last entry first."""
    for entry in reversed(TABLE):
        entry.unregister()
