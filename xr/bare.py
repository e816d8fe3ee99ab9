"""While a session runs in Solid shading, the discs alone show the points: a headset need not wait for the nodes' pictures too.

What is written to the clouds for it is no setting of anybody's: no file, no undo step that is gone back to, and no render shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..scene import ahead, discs, viewport
from . import hands


def keep(context: bpy.types.Context) -> None:
    """As the session and the shadings of all viewports are now."""
    alone = viewport.eyes() is not None and hands.running(context) is not None and discs.suffice(context)
    ahead.settle(at_once=not alone)
    discs.leave(alone)


@persistent
def before_save(*_: Any) -> None:
    """A file shows its clouds in every shading. The session's next look puts it as it was."""
    ahead.settle(at_once=True)
    discs.leave(False)


@persistent
def after_change(*_: Any) -> None:
    """Undo and other files bring back what was at another time."""
    keep(bpy.context)


HANDLERS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("save_pre", before_save),
    ("load_post", after_change),
    ("undo_post", after_change),
    ("redo_post", after_change),
)


def register() -> None:
    """Hear what could leave it in a file."""
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    """Leave all clouds as files have them."""
    for name, handler in reversed(HANDLERS):
        listed = getattr(bpy.app.handlers, name)
        if handler in listed:
            listed.remove(handler)
    discs.leave(False)
