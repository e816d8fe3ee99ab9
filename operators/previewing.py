"""What a data set holds, shown in the file browser before it is opened."""

import time
from collections.abc import Callable
from typing import Any

import bpy

from ..live import starting
from ..live.preview import Preview
from ..panels.wrapping import sentence
from ..properties import preferences

TICK_SECONDS = 0.2


class Previewing:
    """Of an operator with `filepath`, `kind` and reader_options(): begin_preview() when its file browser opens."""

    _preview: Preview | None = None

    def begin_preview(self, context: bpy.types.Context) -> None:
        """Look at what is chosen from now on, until the browser closes."""
        self._preview = Preview(starting.trainer_python(preferences(context)), bpy.app.translations.pgettext_iface)
        bpy.app.timers.register(ticking(self._preview), first_interval=TICK_SECONDS)

    def check(self, context: bpy.types.Context) -> bool:
        """Called by Blender whenever something is chosen or set in the browser."""
        if self._preview is not None:
            own: Any = self
            path = bpy.path.abspath(own.filepath) if own.filepath else ""
            self._preview.want(path, own.kind, own.reader_options(), time.monotonic())
        return True

    def cancel(self, context: bpy.types.Context) -> None:
        self.end_preview()

    def end_preview(self) -> None:
        """The browser is closed."""
        if self._preview is not None:
            self._preview.close()
            self._preview = None

    def draw_preview(self, context: bpy.types.Context, layout: bpy.types.UILayout) -> None:
        """What was found out so far."""
        if self._preview is not None and self._preview.lines:
            box = layout.box()
            for text, icon in self._preview.lines[:12]:
                sentence(box, context, text, icon)


def ticking(preview: Preview) -> Callable[[], float | None]:
    """A timer that moves a preview on and redraws the browser; it ends with the browser."""

    def tick() -> float | None:
        browsers = [a for w in bpy.context.window_manager.windows for a in w.screen.areas if a.type == "FILE_BROWSER"]
        if not browsers:
            preview.close()
            return None
        if preview.tick(time.monotonic()):
            for area in browsers:
                area.tag_redraw()
        return TICK_SECONDS

    return tick
